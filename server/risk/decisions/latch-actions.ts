import 'server-only';
import { recordEvent } from '../../audit/record';
import { leaseOutMs } from '../../engines/lease';
import { findEngine, reportOf } from '../../engines/store';
import { authorize } from '../../identity/authorize';
import { consumeStepUp } from '../../identity/step-up';
import { enabledPeopleWith } from '../../identity/store';
import { type PersonActor, type Role, rolesIn } from '../../kernel/actor';
import { DomainError, notFound } from '../../kernel/errors';
import { inTransaction, publish, type Tx } from '../../kernel/transaction';
import { releaseLatch, setLatch } from '../../trading-state/actions';
import type { Latch, LatchScope } from '../../trading-state/latch';
import { type ExitApproval, liftVerdict, REDUCING_AFTER_HALT_MS } from '../../trading-state/lifting';
import { findLatch, lockLatch, updateLatch } from '../../trading-state/store';
import { releaseCut } from '../breaches/capital-release-actions';
import { commandState } from '../breaches/engine-actions';
import { tellStateNow } from '../breaches/restriction-actions';
import { type LoadedContext, loadContext } from '../ingest/context-store';
import { lockState } from '../ingest/state-store';
import { oneBusinessDayAfter } from './business-day';
import { liftContent } from './lift-content';
import { armLifted } from './lifted-rung-actions';

const TOPICS = ['risk', 'overview', 'launch', 'engines'];

async function contextOf(tx: Tx, portfolioId: string | null): Promise<LoadedContext> {
  const loaded = portfolioId && (await loadContext(portfolioId, tx));
  if (!loaded) throw notFound('The portfolio');
  return loaded;
}

/** REDUCING or HALTED set by a person, alone, and told to the engines; it stays until its rules lift it. */
export async function restrictTrading(
  actor: PersonActor,
  input: { portfolioId: string; strategyId: string | null; state: 'REDUCING' | 'HALTED'; reason: string },
): Promise<{ latchId: string }> {
  return inTransaction(async (tx) => {
    const loaded = await contextOf(tx, input.portfolioId);
    const strategy = loaded.strategies.find((s) => s.id === input.strategyId);
    if (input.strategyId && !strategy) throw notFound('The strategy');
    authorize(actor, 'trading.restrict', { portfolioId: input.portfolioId, ownerId: strategy?.ownerId });
    const scope: LatchScope = {
      kind: strategy ? 'strategy' : 'portfolio',
      portfolioId: input.portfolioId,
      strategyId: strategy?.id ?? null,
    };
    const cause = { kind: 'person' as const, id: actor.personId, label: actor.name };
    const latchId = await setLatch(tx, { scope, state: input.state, reason: input.reason, cause, actor });
    await commandState(tx, {
      portfolioId: input.portfolioId,
      scope,
      strategies: loaded.strategies,
      cause: { kind: 'latch', id: latchId, label: actor.name },
      key: `latch:${latchId}`,
      actor,
    });
    recordEvent(tx, {
      type: 'risk.trading-restricted',
      actor,
      subject: { kind: 'latch', id: latchId },
      portfolioId: input.portfolioId,
      data: { state: input.state, scope, reason: input.reason },
    });
    for (const topic of TOPICS) publish(tx, topic);
    return { latchId };
  });
}

const LIFTERS: Role[] = ['risk-officer', 'manager'];

/**
 * One person's leave to lift a latch, with a second factor; lifts it when those who are needed have agreed, and tells the
 * engines what holds then. A halt goes through REDUCING for 15 min.
 *
 * A false alarm needs the corrected data attached, and a review by another within one business day.
 *
 * Throws TOO_EARLY, LEASE_OUT, CORRECTION_MISSING, LIFTS_BY_ITSELF, NEEDS_RISK_OFFICER, ALREADY_LIFTED, STEP_UP_REQUIRED, FORBIDDEN.
 */
export async function liftTrading(
  actor: PersonActor,
  input: { latchId: string; reason: string; falseAlarm: boolean; stepUp: string },
): Promise<{ lifted: boolean; text: string }> {
  return inTransaction(async (tx, now) => {
    const found = await findLatch(input.latchId, tx);
    // In the order in which samples are evaluated: first the state of the portfolio, then its latches.
    if (found?.cause.kind === 'breach' && found.scope.portfolioId) await lockState(tx, found.scope.portfolioId);
    const latch = found && (await lockLatch(tx, input.latchId));
    if (!latch) throw notFound('The latch');
    const { portfolioId } = latch.scope;
    authorize(actor, latch.state === 'HALTED' ? 'trading.lift-halt' : 'trading.lift-reducing', { portfolioId });
    if (latch.liftedAt)
      throw new DomainError('ALREADY_LIFTED', `${latch.state} was lifted already. Nothing was changed.`);
    if (latch.cause.kind === 'emergency') {
      throw new DomainError('RESUME_INSTEAD', 'An emergency set this. Resume it from the emergency page.');
    }
    if (latch.cause.kind === 'lease') await refuseLeaseOut(tx, latch.cause.id);
    if (input.falseAlarm && !latch.correctedData) {
      const text = 'Attach the corrected data first: what was wrong, and what the right figures are.';
      throw new DomainError('CORRECTION_MISSING', text);
    }
    // Counted again by the roles people hold now: who was disabled or demoted since no longer stands behind it.
    const holders = await enabledPeopleWith(LIFTERS, portfolioId, tx);
    const stands = (a: ExitApproval) => holders.some(({ id, role }) => id === a.personId && role === a.role);
    const content = liftContent(latch, input.falseAlarm);
    const isOwn = (a: ExitApproval) => a.personId === actor.personId && a.content === content;
    const others = latch.exitApprovals.filter((a) => stands(a) && !isOwn(a));
    // Given for the same: leave for a false alarm is none for the ordinary lift.
    const earlier = others.filter((a) => a.personId !== actor.personId && a.content === content);
    const held = LIFTERS.filter((r) => rolesIn(actor.grants, portfolioId).includes(r));
    // Who holds both roles signs in the one that is still missing.
    const role = held.find((r) => !earlier.some((a) => a.role === r)) ?? held[0];
    if (!role) throw new DomainError('FORBIDDEN', 'Only a Risk officer or Manager lifts a halt.');
    const signed = { token: input.stepUp, operation: 'trading.lift', contentHash: content };
    const { factor } = await consumeStepUp(tx, actor, signed);
    const { personId, name } = actor;
    const approval: ExitApproval = { personId, name, role, at: now.toISOString(), factor, content };
    const approvals = [...earlier, approval];
    const verdict = liftVerdict(latch, approvals, now, input.falseAlarm);
    if (verdict.kind === 'refused') throw new DomainError(verdict.code, verdict.text);
    await updateLatch(tx, latch.id, { exitApprovals: verdict.kind === 'may' ? approvals : [...others, approval] });
    recordEvent(tx, {
      type: 'risk.lift-approved',
      actor,
      subject: { kind: 'latch', id: latch.id },
      portfolioId,
      data: { state: latch.state, reason: input.reason, falseAlarm: input.falseAlarm, role, factor },
    });
    for (const topic of TOPICS) publish(tx, topic);
    if (verdict.kind === 'needs-second') return { lifted: false, text: verdict.text };
    await takeOff(tx, latch, actor, input, now);
    return { lifted: true, text: `${latch.state} was lifted.` };
  });
}

/** An engine locks itself when its lease is renewed: lifted before that, it would lock again. */
async function refuseLeaseOut(tx: Tx, engineId: string): Promise<void> {
  const engine = await findEngine(engineId, tx);
  if (!engine || engine.disabledAt || !leaseOutMs(reportOf(engine), new Date())) return;
  throw new DomainError('LEASE_OUT', `${engine.name} has not answered yet. Lift it when its lease is renewed.`);
}

async function takeOff(
  tx: Tx,
  latch: Latch,
  actor: PersonActor,
  input: { reason: string; falseAlarm: boolean },
  now: Date,
): Promise<void> {
  const loaded = await contextOf(tx, latch.scope.portfolioId);
  await releaseLatch(tx, latch.id, { actor, reason: input.reason, falseAlarm: input.falseAlarm });
  if (input.falseAlarm) {
    await updateLatch(tx, latch.id, { reviewDueAt: oneBusinessDayAfter(loaded.evaluation.calendar, now) });
  }
  if (latch.state === 'HALTED') {
    await setLatch(tx, {
      scope: latch.scope,
      state: 'REDUCING',
      cause: { kind: 'person', id: `after-${latch.id}`, label: 'after a halt' },
      reason: 'After a halt trading goes through REDUCING for 15 min.',
      exitRule: 'timed',
      earliestExitAt: new Date(now.getTime() + REDUCING_AFTER_HALT_MS),
      actor,
    });
  }
  await armLifted(tx, latch);
  if (latch.cause.kind === 'breach') await releaseCut(tx, latch.cause.id, loaded, actor);
  await tellStateNow(tx, latch.scope, loaded, `lift:${latch.id}`, actor);
}
