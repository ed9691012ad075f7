import 'server-only';
import { recordEvent } from '../audit/record';
import { endCapital, fixCapital } from '../capital/actions';
import { insertCapital, lockCapital } from '../capital/store';
import { queueCommand } from '../engines/command-actions';
import type { Actor } from '../kernel/actor';
import { actorRef } from '../kernel/actor';
import { Decimal, moneyText } from '../kernel/decimal';
import { DomainError } from '../kernel/errors';
import { newId } from '../kernel/ids';
import { publish, type Tx } from '../kernel/transaction';
import { setLatch } from '../trading-state/actions';
import { ownState } from '../trading-state/latch';
import { listOpenLatches } from '../trading-state/store';
import type { Tranche } from './policy';
import { updatePhase } from './runbook-store';
import { insertStay, leaveStay } from './stay-store';
import { type NamedLaunch, tradingLaunchesOf, updateLaunch } from './store';
import { dataFacts } from './trading-facts-store';
import { demotedCapital } from './tranches';

type Move = {
  named: NamedLaunch;
  to: Tranche | 0;
  why: string;
  /** `given` through a gate, from fresh equity; `taken-back` shrinks at once and never waits for data. */
  kind: 'given' | 'taken-back';
  actor: Actor;
  now: Date;
  breakGlass?: boolean;
};

/**
 * Moves a launch to a tranche inside the caller's transaction, after the caller's authorisation and gate: ends the stay
 * it had, fixes its capital in money, and queues exactly one command that tells the engine. Throws EQUITY_UNKNOWN when
 * capital would be given without a fresh equity, NO_ENGINE when nobody would be told.
 */
export async function enterTranche(
  tx: Tx,
  move: Move,
): Promise<{ stayId: string; capital: Decimal; commandId: string }> {
  const { named, to, now } = move;
  const { launch } = named;
  if (!named.engineId)
    throw new DomainError('NO_ENGINE', `No engine runs ${named.strategyName}. Choose one on its page.`);
  const { capital, equity, trades } = await capitalFor(tx, move);
  const stayId = newId();
  const commandId = await queueCommand(tx, {
    engineId: named.engineId,
    type: 'set_capital',
    scope: { kind: 'strategy', strategies: [named.engineRef] },
    params: { strategy: named.engineRef, capital: moneyText(capital), release: named.release.digest },
    cause: { kind: 'launch', id: launch.id, label: `${launch.number} to ${to} %` },
    idempotencyKey: `launch:${launch.id}:stay:${stayId}`,
    actor: move.actor,
  });
  await leaveStay(tx, launch.id, now, move.why);
  for (const earlier of await tradingLaunchesOf(tx, launch.strategyId, launch.id)) {
    await leaveStay(tx, earlier.id, now, `replaced by ${launch.number}`);
    await updateLaunch(tx, earlier.id, { tranche: 0 });
  }
  await insertStay(tx, {
    id: stayId,
    launchId: launch.id,
    tranche: to,
    capital: moneyText(capital),
    equityAtEntry: moneyText(equity),
    commandId,
    enteredAt: now,
    enteredBy: actorRef(move.actor),
    tradesAtEntry: trades,
    breakGlass: move.breakGlass ?? false,
  });
  await updateLaunch(tx, launch.id, {
    tranche: to,
    phase: 4,
    ...(launch.status === 'held' ? {} : { status: to > 0 ? 'live' : 'open' }),
    ...(move.kind === 'taken-back' ? { automaticPromotionHeld: true } : {}),
  });
  await updatePhase(tx, launch.id, 4, {
    state: to === 100 ? 'passed' : 'running',
    ...(to === 100 ? { finishedAt: now, finishedBy: actorRef(move.actor) } : { finishedAt: null, finishedBy: null }),
    ...(launch.tranche === 0 ? { startedAt: now, startedBy: actorRef(move.actor) } : {}),
  });
  for (const topic of ['risk', 'engines', 'launches', 'overview']) publish(tx, topic);
  return { stayId, capital, commandId };
}

/** Fixes the capital of the move in money and gives what the engine is to be told. */
async function capitalFor(tx: Tx, { named, to, kind, now }: Move) {
  const { launch } = named;
  const allocation = new Decimal(launch.allocation);
  const { equity, trades } = await dataFacts(named, now, tx);
  const today = equity.known ? new Decimal(equity.value) : null;
  const place = { portfolioId: launch.portfolioId, strategyId: launch.strategyId, launchId: launch.id, allocation };
  if (kind === 'given' && to !== 0) {
    if (!equity.known) throw new DomainError('EQUITY_UNKNOWN', `Capital is a share of a known equity: ${equity.why}`);
    const { capital } = await fixCapital(tx, { ...place, equity: new Decimal(equity.value), tranche: to });
    return { capital, equity: new Decimal(equity.value), trades: trades ?? 0 };
  }
  const held = await lockCapital(tx, launch.strategyId);
  const known = today ?? new Decimal(held?.equity ?? 0);
  await endCapital(tx, launch.strategyId);
  if (to === 0 || !held) return { capital: new Decimal(0), equity: known, trades: trades ?? 0 };
  const current = { capital: new Decimal(held.capital), tranche: launch.tranche };
  const capital = demotedCapital(current, to, today && { equity: today, allocation });
  await insertCapital(tx, {
    ...place,
    id: newId(),
    allocation: launch.allocation,
    tranche: to,
    equity: moneyText(known),
    capital: moneyText(capital),
    scale: held.scale,
    cuts: held.cuts,
    effectiveAt: now,
  });
  return { capital: capital.times(held.scale), equity: known, trades: trades ?? 0 };
}

/**
 * Takes a launch back to a lower tranche: its capital shrinks, and the strategy may only reduce until it is inside;
 * nothing is sold unasked. Holds automatic promotion.
 */
export async function takeBack(
  tx: Tx,
  input: { named: NamedLaunch; to: Tranche | 0; reason: string; actor: Actor; now: Date },
): Promise<void> {
  const { named, to, reason, actor, now } = input;
  const { launch } = named;
  const { stayId, capital } = await enterTranche(tx, { named, to, why: reason, kind: 'taken-back', actor, now });
  const label = `${launch.number} taken back to ${to} %`;
  const scope = { kind: 'strategy' as const, portfolioId: launch.portfolioId, strategyId: launch.strategyId };
  await setLatch(tx, {
    scope,
    state: 'REDUCING',
    cause: { kind: actor.kind === 'person' ? 'person' : 'breach', id: stayId, label },
    reason: `${label}: only orders that reduce until it is inside its capital. ${reason}`,
    actor,
  });
  await queueCommand(tx, {
    engineId: named.engineId!,
    // Its strategy may be halted for another reason: taking it back never makes that laxer.
    type: ownState(await listOpenLatches([launch.portfolioId], tx), scope) === 'HALTED' ? 'halt' : 'reduce_only',
    scope: { kind: 'strategy', strategies: [named.engineRef] },
    cause: { kind: 'launch', id: launch.id, label },
    idempotencyKey: `launch:${launch.id}:reduce:${stayId}`,
    actor,
  });
  recordEvent(tx, {
    type: 'launch.demoted',
    actor,
    subject: { kind: 'launch', id: launch.id },
    portfolioId: launch.portfolioId,
    launchId: launch.id,
    data: { number: launch.number, from: launch.tranche, to, capital: moneyText(capital), reason },
  });
}
