import 'server-only';
import { queueCommand } from '../engines/command-actions';
import type { CommandScope } from '../engines/messages';
import { type EngineRow, listStrategiesOf, lockEngine, reportOf } from '../engines/store';
import type { Actor } from '../kernel/actor';
import type { Tx } from '../kernel/transaction';
import { type Latch, latchesOn, ownState, stricterOf, TRADING_STATES, type TradingState } from '../trading-state/latch';
import { listOpenLatches } from '../trading-state/store';

const COMMAND: Record<TradingState, 'resume' | 'reduce_only' | 'halt'> = {
  ACTIVE: 'resume',
  REDUCING: 'reduce_only',
  HALTED: 'halt',
};

export type Reopening = {
  id: string;
  number: string;
  isDrill: boolean;
  /** The strategy that was stopped; null for a portfolio or the firm. */
  strategyId: string | null;
  commandScope: CommandScope;
  actor: Actor;
};

/** What an engine is told, each with the places it holds for; the strictest first. */
export type Told = { state: TradingState; scope: CommandScope };

/**
 * Opens one engine again after an emergency, as far as the latches that remain on its portfolio allow, in the caller's
 * transaction and after its latches were lifted: the lockdown is lifted, and each place is told the state that holds there.
 * While another emergency keeps everything at the engine closed, it is told nothing: that one's resume opens it.
 */
export async function reopenEngine(tx: Tx, engineId: string, emergency: Reopening): Promise<void> {
  // The lock comes before the look: a latch set by now is seen, a later one is told after this with a higher epoch.
  const engine = await lockEngine(tx, engineId);
  if (!engine || engine.disabledAt) return;
  const { id, number, isDrill, commandScope, actor } = emergency;
  const latches = isDrill ? [] : await listOpenLatches([engine.portfolioId], tx);
  const isWhole = commandScope.strategies === null;
  const place = { portfolioId: engine.portfolioId, strategyId: isWhole ? null : emergency.strategyId };
  if (isWhole && latchesOn(latches, place).some(({ cause }) => cause.kind === 'emergency')) return;
  const kind = isWhole ? ('portfolio' as const) : ('strategy' as const);
  const told: Told[] = [{ state: ownState(latches, { kind, ...place }), scope: commandScope }];
  if (isWhole && !isDrill) told.push(...(await strategiesApart(tx, engine, latches, told[0]!.state)));
  const base = { engineId, cause: { kind: 'emergency', id, label: number }, actor };
  // Only what trades has a trading state; it was told of each latch when it was set and hears it once more.
  const stops = engine.roles.includes('trading_engine') ? told.filter(({ state }) => state !== 'ACTIVE') : [];
  let epoch = Math.max(engine.issuedEpoch, engine.epoch) + 1;
  for (const [index, { state, scope }] of stops.entries()) {
    const idempotencyKey = `resume:${id}:${COMMAND[state]}-${index}:${engineId}`;
    await queueCommand(tx, { ...base, scope, type: COMMAND[state], epoch, idempotencyKey });
  }
  // A stop wins at an equal epoch, so what opens is above it; all that opens shares one, so that none outdates another.
  if (stops.length > 0) epoch += 1;
  const opens = told.filter(({ state }) => state === 'ACTIVE');
  const lift = { type: 'lift_lockdown' as const, idempotencyKey: `resume:${id}:lift:${engineId}` };
  await queueCommand(tx, { ...base, ...lift, scope: commandScope, epoch });
  for (const [index, { scope }] of opens.entries()) {
    const idempotencyKey = `resume:${id}:resume${index === 0 ? '' : `-${index}`}:${engineId}`;
    await queueCommand(tx, { ...base, scope, type: 'resume', epoch, idempotencyKey });
  }
}

/**
 * Strategies of an engine that are to be told apart from the whole, each what its own latches ask for: under a latch of
 * their own, or left stricter by the engine than what holds.
 */
async function strategiesApart(
  tx: Tx,
  engine: EngineRow,
  latches: readonly Latch[],
  whole: TradingState,
): Promise<Told[]> {
  const lines = new Map(reportOf(engine)?.strategies.map(({ ref, state }) => [ref, state]));
  const own = (await listStrategiesOf([engine.id], tx)).map(({ id, ref }) => {
    const state = ownState(latches, { kind: 'strategy', portfolioId: engine.portfolioId, strategyId: id });
    const holds = stricterOf(state, whole);
    return { ref, state, isApart: state !== 'ACTIVE' || (lines.get(ref) ?? holds) !== holds };
  });
  return [...TRADING_STATES].reverse().flatMap((state): Told[] => {
    const strategies = own.filter((one) => one.isApart && one.state === state).map(({ ref }) => ref);
    return strategies.length > 0 ? [{ state, scope: { kind: 'strategy', strategies } }] : [];
  });
}
