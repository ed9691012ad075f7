import type { CommandScope } from '../engines/messages';
import type { EngineRole } from '../engines/roles';
import { newId } from '../kernel/ids';

export const SEVERITIES = ['high', 'critical'] as const;
export type Severity = (typeof SEVERITIES)[number];
export type EmergencyScope = {
  kind: 'strategy' | 'portfolio' | 'firm';
  portfolioId: string | null;
  strategyId: string | null;
};

/** Stable text of a scope: one emergency may be open for each. */
export const scopeKeyOf = (scope: EmergencyScope): string =>
  scope.kind === 'firm'
    ? 'firm'
    : scope.kind === 'portfolio'
      ? `portfolio:${scope.portfolioId}`
      : `strategy:${scope.strategyId}`;

export type StepAction = 'stop_order_acceptance' | 'cancel_orders' | 'close_positions' | 'system_lockdown';

export type StepKind = {
  ordinal: number;
  action: StepAction;
  title: string;
  roles: readonly EngineRole[];
  timeoutMs: number;
  onlyCritical: boolean;
};

const ALL: readonly EngineRole[] = ['trading_engine', 'api_gateway', 'order_management', 'portfolio_manager'];

/** The four steps in their order: block first, cancel, then close, then lock. Source: DOMAIN, emergency. */
export const STEP_KINDS: readonly StepKind[] = [
  {
    ordinal: 1,
    action: 'stop_order_acceptance',
    title: 'Stop order acceptance',
    roles: ['trading_engine', 'api_gateway'],
    timeoutMs: 30_000,
    onlyCritical: false,
  },
  {
    ordinal: 2,
    action: 'cancel_orders',
    title: 'Cancel pending orders',
    roles: ['order_management'],
    timeoutMs: 60_000,
    onlyCritical: false,
  },
  {
    ordinal: 3,
    action: 'close_positions',
    title: 'Close all positions',
    roles: ['portfolio_manager'],
    timeoutMs: 300_000,
    onlyCritical: true,
  },
  {
    ordinal: 4,
    action: 'system_lockdown',
    title: 'System lockdown',
    roles: ALL,
    timeoutMs: 60_000,
    onlyCritical: false,
  },
];

export const stepKind = (action: StepAction): StepKind => STEP_KINDS.find((kind) => kind.action === action)!;

/** A system as the plan needs it. */
export type PlannedEngine = { id: string; name: string; portfolioId: string; roles: string[]; isDrillTarget: boolean };
export type PlannedStrategy = { id: string; ref: string; engineId: string | null; portfolioId: string };

export type PlannedStep = {
  id: string;
  ordinal: number;
  action: StepAction;
  engineId: string;
  engineName: string;
  role: string;
  timeoutMs: number;
  commandKey: string;
};

/**
 * The systems that an emergency reaches: all for the firm, those of its portfolio, and for a strategy the engine that
 * runs it with the portfolio's other kinds of system. A drill reaches drill targets, nothing else does.
 */
export function enginesInScope(
  scope: EmergencyScope,
  all: readonly PlannedEngine[],
  strategies: readonly PlannedStrategy[],
  isDrill: boolean,
): PlannedEngine[] {
  const kind = all.filter((engine) => engine.isDrillTarget === isDrill);
  if (scope.kind === 'firm') return kind;
  const inPortfolio = kind.filter((engine) => engine.portfolioId === scope.portfolioId);
  const runsOn = strategies.find((strategy) => strategy.id === scope.strategyId)?.engineId ?? null;
  if (scope.kind === 'portfolio' || runsOn === null || isDrill) return inPortfolio;
  return inPortfolio.filter((engine) => engine.id === runsOn || !engine.roles.includes('trading_engine'));
}

/** What a command of this emergency reaches at an engine: one strategy by its engine's name, or everything. */
export function commandScopeOf(scope: EmergencyScope, strategies: readonly PlannedStrategy[]): CommandScope {
  if (scope.kind !== 'strategy') return { kind: scope.kind, strategies: null };
  const strategy = strategies.find(({ id }) => id === scope.strategyId);
  // Unknown to this installation: stopping everything is the side to err on.
  return { kind: 'strategy', strategies: strategy ? [strategy.ref] : null };
}

/**
 * The whole plan as pending steps, one per action and system, in the order they begin. Each has its command key before
 * anything is sent. Positions are closed only if the severity is critical.
 */
export function planSteps(wish: { severity: Severity; engines: readonly PlannedEngine[] }): PlannedStep[] {
  return STEP_KINDS.filter((kind) => !kind.onlyCritical || wish.severity === 'critical').flatMap((kind) =>
    wish.engines.flatMap((engine) => {
      const role = kind.roles.find((name) => engine.roles.includes(name));
      if (!role) return [];
      const { ordinal, action, timeoutMs } = kind;
      return [
        {
          id: newId(),
          ordinal,
          action,
          engineId: engine.id,
          engineName: engine.name,
          role,
          timeoutMs,
          commandKey: newId(),
        },
      ];
    }),
  );
}

/** Whether one scope lies within another: a wider emergency covers it. */
export function isWithin(inner: EmergencyScope, outer: EmergencyScope): boolean {
  if (outer.kind === 'firm') return true;
  if (inner.portfolioId !== outer.portfolioId) return false;
  return outer.kind === 'portfolio'
    ? inner.kind !== 'firm'
    : inner.kind === 'strategy' && inner.strategyId === outer.strategyId;
}

const RANK: Record<Severity, number> = { high: 0, critical: 1 };
export const atLeast = (a: Severity, b: Severity): boolean => RANK[a] >= RANK[b];
