import 'server-only';
import { recordEvent } from '../audit/record';
import { type Actor, actorRef } from '../kernel/actor';
import { newId } from '../kernel/ids';
import { publish, readNow, type Tx } from '../kernel/transaction';
import type { ExitRule, LatchCause, LatchScope } from './latch';
import { HALT_EARLIEST_MS } from './lifting';
import { insertLatch, listOpenLatches, lockLatch, updateLatch } from './store';

export type NewLatch = {
  scope: LatchScope;
  state: 'REDUCING' | 'HALTED';
  cause: LatchCause;
  reason: string;
  exitRule?: ExitRule;
  earliestExitAt?: Date | null;
  actor: Actor;
};

/** Topics of pages that show a trading state. */
const TOPICS = ['overview', 'risk', 'launches', 'launch', 'emergency', 'engines'];
const tell = (tx: Tx) => {
  for (const topic of TOPICS) publish(tx, topic);
};

/**
 * Puts a latch on in the caller's transaction, after the caller's own authorisation, and returns its id.
 *
 * One open latch per scope, state and cause: a repeat returns the first. HALTED takes two people and 24 h to lift unless
 * told otherwise, REDUCING one risk officer.
 */
export async function setLatch(tx: Tx, latch: NewLatch): Promise<string> {
  const now = await readNow(tx);
  const open = await listOpenLatches(latch.scope.portfolioId ? [latch.scope.portfolioId] : null, tx);
  const same = open.find(
    (held) =>
      held.state === latch.state &&
      held.cause.kind === latch.cause.kind &&
      held.cause.id === latch.cause.id &&
      held.scope.kind === latch.scope.kind &&
      held.scope.portfolioId === latch.scope.portfolioId &&
      held.scope.strategyId === latch.scope.strategyId,
  );
  if (same) return same.id;
  const id = newId();
  const halted = latch.state === 'HALTED';
  const exitRule = latch.exitRule ?? (halted ? 'two-people' : 'one-person');
  const earliest =
    latch.earliestExitAt === undefined && halted ? new Date(now.getTime() + HALT_EARLIEST_MS) : latch.earliestExitAt;
  await insertLatch(tx, {
    id,
    scope: latch.scope.kind,
    portfolioId: latch.scope.portfolioId,
    strategyId: latch.scope.strategyId,
    state: latch.state,
    cause: latch.cause,
    reason: latch.reason,
    exitRule,
    earliestExitAt: earliest ?? null,
    openedBy: actorRef(latch.actor),
    openedByName: latch.actor.name,
    openedAt: now,
    exitApprovals: [],
  });
  recordEvent(tx, {
    type: 'trading-state.latch-set',
    actor: latch.actor,
    subject: { kind: 'latch', id },
    portfolioId: latch.scope.portfolioId,
    data: { state: latch.state, scope: latch.scope, cause: latch.cause, reason: latch.reason, exitRule },
  });
  tell(tx);
  return id;
}

/** Takes a latch off in the caller's transaction, after the caller's own authorisation. False when it was off already. */
export async function releaseLatch(
  tx: Tx,
  id: string,
  lift: { actor: Actor; reason: string; falseAlarm?: boolean },
): Promise<boolean> {
  const latch = await lockLatch(tx, id);
  if (!latch || latch.liftedAt) return false;
  const now = await readNow(tx);
  const falseAlarm = lift.falseAlarm ?? false;
  await updateLatch(tx, id, { liftedAt: now, liftedBy: actorRef(lift.actor), liftReason: lift.reason, falseAlarm });
  recordEvent(tx, {
    type: 'trading-state.latch-lifted',
    actor: lift.actor,
    subject: { kind: 'latch', id },
    portfolioId: latch.scope.portfolioId,
    data: {
      state: latch.state,
      scope: latch.scope,
      cause: latch.cause,
      reason: lift.reason,
      falseAlarm,
      approvals: latch.exitApprovals.map(({ personId, name, role }) => ({ personId, name, role })),
    },
  });
  tell(tx);
  return true;
}
