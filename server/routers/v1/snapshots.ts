import 'server-only';
import { authenticateKey } from '../../identity/api-keys';
import { DomainError } from '../../kernel/errors';
import { takenFrom } from '../../risk/ingest/batch-rows';
import { recordSnapshots } from '../../risk/ingest/snapshot-actions';
import { SnapshotBatch } from '../../risk/ingest/snapshot-row';
import { refusal } from '../../trpc/errors';
import { jsonOf } from '../../trpc/json-body';
import { takeRequest } from '../../trpc/key-rate';
import { answerOf, type MachineAnswer, type MachineRequest } from '../../trpc/machine-request';

const MOST_BYTES = 20_000_000;

/**
 * Takes snapshot rows `{portfolioId?, rows: [{account, asOf, sequence, kind, equity, cash, flows, positions, strategies}]}`,
 * at most 5,000. A row seen before is a no-op, a bad one is told with its index; 422 when none could be taken.
 */
export async function takeSnapshots(request: MachineRequest): Promise<MachineAnswer> {
  try {
    const actor = await authenticateKey(request, 'snapshots:write');
    await takeRequest(actor.keyId, 'snapshots');
    const batch = SnapshotBatch.safeParse(await jsonOf(request, MOST_BYTES));
    if (!batch.success) {
      throw new DomainError(
        'INVALID',
        'The body is {"rows": [{"account", "asOf", "sequence", "equity", …}, …]} as JSON.',
      );
    }
    const portfolioId = batch.data.portfolioId ?? actor.portfolioId;
    if (!portfolioId) {
      throw new DomainError('INVALID', 'This key is for every portfolio: say which with "portfolioId".');
    }
    const result = await recordSnapshots(actor, { portfolioId, rows: takenFrom(batch.data.rows) });
    if (result.accepted === 0 && result.duplicates === 0 && result.refused.length > 0) {
      throw new DomainError('INVALID', 'No row could be taken; each says why.', { data: { ...result } });
    }
    return answerOf(result);
  } catch (error) {
    return refusal(error, request.pathname);
  }
}
