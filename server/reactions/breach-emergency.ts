import 'server-only';
import { startEmergency } from '../emergency/actions';
import { job } from '../kernel/actor';
import { DomainError } from '../kernel/errors';
import { settleEmergencyRequest } from '../risk/breaches/emergency-request-actions';
import type { LoggedEvent, Reaction } from './reaction';
import { hasEmergencyFor } from './store';
import { SUBSCRIPTIONS } from './subscriptions';

const ACTOR = job('breach-emergency');
const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/**
 * A limit at 200 % starts an emergency of severity high by policy, never critical: closing positions is a person's word.
 * Its reason names the episode, so that a repeat of this event after a crash finds what it started.
 */
async function run(event: LoggedEvent): Promise<void> {
  const { portfolioId, data } = event;
  if (!portfolioId) return;
  const reason = `${text(data.reason)} (${text(data.number)}, 200 % of the limit)`;
  const settled = (error: string | null) => settleEmergencyRequest(ACTOR, { episodeId: event.subject.id, error });
  if (await hasEmergencyFor(reason, event.occurredAt)) return settled(null);
  const strategyId = text(data.strategyId) || null;
  const place = strategyId
    ? { scope: 'strategy' as const, portfolioId, strategyId }
    : { scope: 'portfolio' as const, portfolioId, strategyId: null };
  try {
    await startEmergency(ACTOR, { ...place, severity: 'high', reason, isDrill: false, keepReduceOnlyStops: false });
    await settled(null);
  } catch (error) {
    // A scope that is gone cannot be stopped; trading there was halted in the breach's own transaction.
    if (!(error instanceof DomainError && error.code === 'NOT_FOUND')) throw error;
    await settled('What it was asked for is no longer there. Trading was halted with the breach.');
  }
}

export const breachEmergency: Reaction = {
  name: 'breach-emergency',
  types: [...SUBSCRIPTIONS['breach-emergency']],
  run,
};
