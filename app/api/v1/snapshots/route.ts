import { authenticateKey } from '@/server/identity/api-keys';
import { DomainError } from '@/server/kernel/errors';
import { recordSnapshots } from '@/server/risk/ingest/snapshot-actions';
import { SnapshotBatch } from '@/server/risk/ingest/snapshot-row';
import { problem } from '@/server/trpc/errors';
import { jsonBody } from '@/server/trpc/json-body';
import { takeRequest } from '@/server/trpc/key-rate';

export const dynamic = 'force-dynamic';

const MOST_BYTES = 20_000_000;

/**
 * Takes snapshot rows `{portfolioId?, rows: [{account, asOf, sequence, kind, equity, cash, flows, positions, strategies}]}`,
 * at most 5,000. A row seen before is a no-op, a bad one is told with its index; 422 when none could be taken.
 */
export async function POST(request: Request): Promise<Response> {
  const { pathname } = new URL(request.url);
  try {
    const actor = await authenticateKey(request, 'snapshots:write');
    await takeRequest(actor.keyId, 'snapshots');
    const batch = SnapshotBatch.safeParse(await jsonBody(request, MOST_BYTES));
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
    const result = await recordSnapshots(actor, { portfolioId, rows: batch.data.rows });
    if (result.accepted === 0 && result.duplicates === 0 && result.refused.length > 0) {
      throw new DomainError('INVALID', 'No row could be taken; each says why.', { data: { ...result } });
    }
    return Response.json(result, { headers: { 'cache-control': 'no-store' } });
  } catch (error) {
    return problem(error, pathname);
  }
}
