import 'server-only';
import { fingerprintOf } from '../../alerts/fingerprint';
import { resolveAlert } from '../../alerts/raise-actions';
import { recordEvent } from '../../audit/record';
import { job } from '../../kernel/actor';
import { publish, type Tx } from '../../kernel/transaction';
import { REOPEN_WITHIN_MS } from '../episodes';
import { type ActionRow, updateAction } from './episode-store';
import { lockEndedProposals } from './proposal-store';

const CHECK = job('limit-checks');

/**
 * Proposals outlive their episode only as long as it may reopen: 15 min after it cleared, at once when its mark was
 * rebased, they expire and what was told of them is resolved. Returns how many did; called again it changes nothing more.
 */
export async function expireProposals(tx: Tx, now: Date): Promise<number> {
  const ended = await lockEndedProposals(tx, new Date(now.getTime() - REOPEN_WITHIN_MS));
  for (const { action, number, portfolioId } of ended) await expireProposal(tx, action, { number, portfolioId, now });
  if (ended.length > 0) for (const topic of ['risk', 'overview', 'alerts']) publish(tx, topic);
  return ended.length;
}

/** Takes an undecided proposal away from those who would decide on it, with its event; what was told of it is resolved. */
export async function expireProposal(
  tx: Tx,
  action: ActionRow,
  { number, portfolioId, now }: { number: string; portfolioId: string; now: Date },
): Promise<void> {
  await updateAction(tx, action.id, { state: 'expired', settledAt: now, expiresAt: null });
  const told = fingerprintOf('risk', 'undecided', { kind: 'breach-action', id: action.id });
  await resolveAlert(tx, told, `${number}: the proposal expired.`);
  recordEvent(tx, {
    type: 'risk.action-expired',
    actor: CHECK,
    subject: { kind: 'breach-action', id: action.id },
    portfolioId,
    data: { episode: number, type: action.type },
  });
}
