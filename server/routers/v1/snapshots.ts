import 'server-only';
import { authenticateKey } from '../../identity/api-keys';
import { DomainError } from '../../kernel/errors';
import { readBody } from '../../risk/ingest/body-rows';
import { recordSnapshots } from '../../risk/ingest/snapshot-actions';
import { refusal } from '../../trpc/errors';
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
    const body = readBody(await request.bytes(MOST_BYTES));
    const portfolioId = body.portfolioId ?? actor.portfolioId;
    if (!portfolioId) {
      throw new DomainError('INVALID', 'This key is for every portfolio: say which with "portfolioId".');
    }
    const result = await recordSnapshots(actor, { portfolioId, rows: body.rows });
    if (result.accepted === 0 && result.duplicates === 0 && result.refused.length > 0) {
      throw new DomainError('INVALID', 'No row could be taken; each says why.', { data: { ...result } });
    }
    return answerOf(result);
  } catch (error) {
    return refusal(error, request.pathname);
  }
}
