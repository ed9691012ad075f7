import { z } from 'zod';
import type { CommandScope, EngineReport } from '../engines/messages';
import type { Actor } from '../kernel/actor';
import { parseDecimal, sumOf, ZERO } from '../kernel/decimal';
import { DomainError } from '../kernel/errors';
import type { EmergencyScope, PlannedEngine, PlannedStrategy, Severity } from './plan';

/** What a person asks for when pressing. */
export const Press = z
  .object({
    scope: z.enum(['strategy', 'portfolio', 'firm']),
    portfolioId: z.uuid().nullable(),
    strategyId: z.uuid().nullable(),
    severity: z.enum(['high', 'critical']),
    reason: z.string().trim().min(3, 'Say in a few words why.').max(500, 'At most 500 characters.'),
    isDrill: z.boolean(),
    keepReduceOnlyStops: z.boolean(),
  })
  .refine((press) => press.scope === 'firm' || press.portfolioId !== null, 'Choose the portfolio.')
  .refine((press) => press.scope !== 'strategy' || press.strategyId !== null, 'Choose the strategy.');
export type Press = z.infer<typeof Press>;

/** Everything that is known of an emergency when it begins; the same in the journal and in the database. */
export type EmergencyFacts = {
  id: string;
  scope: EmergencyScope;
  /** "Mean Reversion EU", a portfolio's name or "Firm". */
  scopeName: string;
  severity: Severity;
  reason: string;
  isDrill: boolean;
  keepReduceOnlyStops: boolean;
  epoch: number;
  commandScope: CommandScope;
  actor: Actor;
  /** Owner of the strategy in scope, who may not resume. */
  ownerId: string | null;
  /** Protocol time. */
  pressedAt: Date;
  atStart: StandingRisk;
};

/** An engine as the emergency needs it, with what it last said. */
export type KnownEngine = PlannedEngine & { epoch: number; report: EngineReport | null };
export type KnownStrategy = PlannedStrategy & { name: string; ownerId: string };
export type KnownPortfolio = { id: string; name: string };
export type StackFacts = {
  engines: KnownEngine[];
  strategies: KnownStrategy[];
  portfolios: KnownPortfolio[];
};

/** What stands at engines, as they last reported; `unknownEngines` have said nothing that can be read. */
export type StandingRisk = {
  workingOrders: number;
  protectiveStops: number;
  positions: { engineId: string; strategy: string; instrument: string; quantity: string; value: string }[];
  /** Gross value of the positions, account currency. */
  exposure: string;
  unknownEngines: string[];
};

/** Sums what the engines in scope last reported, for the strategies in scope only. */
export function standingRisk(engines: readonly KnownEngine[], scope: CommandScope): StandingRisk {
  const inScope = (ref: string) => scope.strategies === null || scope.strategies.includes(ref);
  const orders = engines.flatMap(
    ({ report }) => report?.workingOrders.filter((order) => inScope(order.strategy)) ?? [],
  );
  const positions = engines.flatMap(({ id, report }) =>
    (report?.positions ?? [])
      .filter((p) => inScope(p.strategy))
      .map(({ strategy, instrument, quantity, value }) => ({ engineId: id, strategy, instrument, quantity, value })),
  );
  return {
    workingOrders: orders.length,
    protectiveStops: orders.filter((order) => order.type === 'stop' && order.isReduceOnly).length,
    positions,
    exposure: sumOf(positions.map((p) => parseDecimal(p.value)?.abs() ?? ZERO)).toFixed(8),
    unknownEngines: engines.filter(({ report }) => report === null).map(({ name }) => name),
  };
}

/** The name people know a scope by. Throws NOT_FOUND for a strategy or portfolio that is not known. */
export function nameOfScope(press: Press, facts: Pick<StackFacts, 'strategies' | 'portfolios'>): string {
  if (press.scope === 'firm') return 'Firm';
  const found =
    press.scope === 'portfolio'
      ? facts.portfolios.find(({ id }) => id === press.portfolioId)
      : facts.strategies.find(({ id, portfolioId }) => id === press.strategyId && portfolioId === press.portfolioId);
  if (found) return found.name;
  throw new DomainError('NOT_FOUND', 'This scope is not known here. Choose another, wider if in doubt.');
}
