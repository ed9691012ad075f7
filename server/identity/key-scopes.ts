/** What a key may do; a key may nothing that is not named on it. */
export const KEY_SCOPES = {
  'snapshots:write': 'Send snapshots of an account',
  'orders:check': 'Ask whether an order fits the limits',
  'sizing:run': 'Size positions and reserve capital',
  'runbook:write': 'Record runbook steps',
  'evidence:write': 'Upload evidence',
  'metrics:write': 'Push monitoring samples',
  read: 'Read what a viewer may read',
} as const;
export type KeyScope = keyof typeof KEY_SCOPES;
export const KEY_SCOPE_NAMES = Object.keys(KEY_SCOPES) as [KeyScope, ...KeyScope[]];

/** Scopes by which capital is committed: a key that carries one waits for a risk officer. */
export const TRADING_SCOPES: readonly KeyScope[] = ['orders:check', 'sizing:run'];
