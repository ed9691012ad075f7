export const ENGINE_ROLES = ['trading_engine', 'api_gateway', 'order_management', 'portfolio_manager'] as const;
export type EngineRole = (typeof ENGINE_ROLES)[number];
export const ENGINE_ROLE_LABEL: Record<EngineRole, string> = {
  trading_engine: 'Trading engine',
  api_gateway: 'API gateway',
  order_management: 'Order management',
  portfolio_manager: 'Portfolio manager',
};
