import 'server-only';
import { recordEvent } from '../../audit/record';
import { authorize } from '../../identity/authorize';
import { consumeStepUp } from '../../identity/step-up';
import { type PersonActor, rolesIn } from '../../kernel/actor';
import { DomainError } from '../../kernel/errors';
import { newId } from '../../kernel/ids';
import { inTransaction, nextNumber, publish } from '../../kernel/transaction';
import { findRunning, insertEpisode, updateEpisode } from '../breaches/episode-store';
import { listLimitStates, lockState } from '../ingest/state-store';
import { PRIORITY } from '../limit-definition';
import { UNKNOWN_ACCEPTED_DAYS, unknownPairContent, unknownPairKey } from './unknown-pair-content';

/**
 * A risk officer accepts, by name and for at most 30 days, that the correlation of a pair is unknown: capital may go from
 * 50 % to 100 % meanwhile. A newer acceptance replaces the one before; a pair that becomes known needs none.
 *
 * Throws INVALID (days), NOT_UNKNOWN, STEP_UP_REQUIRED, FORBIDDEN.
 */
export async function acceptUnknownPair(
  actor: PersonActor,
  input: { portfolioId: string; subject: string; days: number; reason: string; stepUp: string },
): Promise<{ number: string; until: Date }> {
  const { portfolioId, subject, days } = input;
  return inTransaction(async (tx, now) => {
    authorize(actor, 'breach.decide', { portfolioId });
    if (!rolesIn(actor.grants, portfolioId).includes('risk-officer'))
      throw new DomainError('FORBIDDEN', 'Only a Risk officer accepts an unknown correlation.');
    if (!Number.isInteger(days) || days < 1 || days > UNKNOWN_ACCEPTED_DAYS)
      throw new DomainError('INVALID', `It is accepted for 1 to ${UNKNOWN_ACCEPTED_DAYS} days.`);
    await lockState(tx, portfolioId);
    const states = await listLimitStates(portfolioId, tx);
    const pair = states.find((one) => one.measure === 'correlation' && one.subject === subject);
    if (pair?.verdict !== 'unknown')
      throw new DomainError('NOT_UNKNOWN', 'No unknown correlation of this pair is measured. Nothing was changed.');
    const contentHash = unknownPairContent(portfolioId, subject, days);
    const { factor } = await consumeStepUp(tx, actor, {
      token: input.stepUp,
      operation: 'risk.accept-unknown',
      contentHash,
    });
    const key = unknownPairKey(portfolioId, subject);
    const before = await findRunning(tx, portfolioId, key);
    if (before) await updateEpisode(tx, before.id, { state: 'cleared', clearedAt: now });
    const id = newId();
    const number = await nextNumber(tx, 'breach');
    const until = new Date(now.getTime() + days * 86_400_000);
    await insertEpisode(tx, {
      id,
      number,
      portfolioId,
      strategyId: null,
      key,
      measure: 'correlation',
      scope: 'portfolio',
      subject,
      tier: 'unknown',
      state: 'accepted',
      openedAt: now,
      recordedAt: now,
      limitValue: pair.hard,
      severity: 'medium',
      priority: PRIORITY.correlation,
      sentence: pair.sentence,
      acknowledgedBy: `person:${actor.personId}`,
      acknowledgedByName: actor.name,
      acknowledgedAt: now,
      acceptedUntil: until,
      decidingSamples: [],
    });
    recordEvent(tx, {
      type: 'risk.unknown-correlation-accepted',
      actor,
      subject: { kind: 'breach-episode', id },
      portfolioId,
      data: { number, pair: subject, days, until: until.toISOString(), reason: input.reason, factor, contentHash },
    });
    for (const topic of ['risk', 'launch', 'launches']) publish(tx, topic);
    return { number, until };
  });
}
