import { z } from 'zod';
import { RawUpdates, readUpdates } from '@/server/capital/order-update';
import { authenticateKey } from '@/server/identity/api-keys';
import { DomainError } from '@/server/kernel/errors';
import { recordOrderUpdates } from '@/server/risk/orders/order-update-actions';
import { problem } from '@/server/trpc/errors';
import { jsonBody } from '@/server/trpc/json-body';
import { takeRequest } from '@/server/trpc/key-rate';

export const dynamic = 'force-dynamic';

const MOST_BYTES = 2_000_000;
const SHARE = 0.1;

/**
 * Takes what became of orders: `{updates: [{strategy, clientOrderId, status, at, executionId?, quantity?, price?, fee?}]}`,
 * at most 500. A row that is none is
 * refused with its index and loses nothing else. A rejected, cancelled or filled order gives back what was reserved for it; a fill told again is a no-op.
 */
export async function POST(request: Request): Promise<Response> {
  const { pathname } = new URL(request.url);
  try {
    const actor = await authenticateKey(request, 'orders:check');
    await takeRequest(actor.keyId, 'order-updates', SHARE);
    const batch = RawUpdates.safeParse(await jsonBody(request, MOST_BYTES));
    if (!batch.success) {
      throw new DomainError('INVALID', 'The body is {"updates": [{"strategy", "clientOrderId", "status", "at"}, …]}.', {
        data: { fields: z.flattenError(batch.error).fieldErrors },
      });
    }
    const portfolioId = batch.data.portfolioId ?? actor.portfolioId;
    if (!portfolioId) {
      throw new DomainError('INVALID', 'This key is for every portfolio: say which with "portfolioId".');
    }
    const { updates, indices, refused } = readUpdates(batch.data.updates);
    const result = await recordOrderUpdates(actor, { portfolioId, updates });
    const told = result.refused.map((one) => ({ ...one, index: indices[one.index] as number }));
    const all = [...refused, ...told].sort((a, b) => a.index - b.index);
    return Response.json({ ...result, refused: all }, { headers: { 'cache-control': 'no-store' } });
  } catch (error) {
    return problem(error, pathname);
  }
}
