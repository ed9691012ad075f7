import 'server-only';
import { z } from 'zod';
import { RawUpdates, readUpdates } from '../../capital/order-update';
import { authenticateKey, portfolioMeant } from '../../identity/api-keys';
import { allRefused } from '../../kernel/each-row';
import { DomainError } from '../../kernel/errors';
import { recordOrderUpdates } from '../../risk/orders/order-update-actions';
import { refusal } from '../../trpc/errors';
import { jsonOf } from '../../trpc/json-body';
import { takeRequest } from '../../trpc/key-rate';
import { answerOf, type MachineAnswer, type MachineRequest } from '../../trpc/machine-request';

const MOST_BYTES = 2_000_000;
const SHARE = 0.1;

/**
 * Takes what became of orders: `{updates: [{strategy, clientOrderId, status, at, executionId?, quantity?, price?, fee?}]}`,
 * at most 500. A row that is none is
 * refused with its index and loses nothing else. A rejected, cancelled or filled order gives back what was reserved for it; a fill told again is a no-op.
 */
export async function takeOrderUpdates(request: MachineRequest): Promise<MachineAnswer> {
  try {
    const actor = await authenticateKey(request, 'orders:check');
    await takeRequest(actor.keyId, 'order-updates', SHARE);
    const batch = RawUpdates.safeParse(await jsonOf(request, MOST_BYTES));
    if (!batch.success) {
      throw new DomainError('INVALID', 'The body is {"updates": [{"strategy", "clientOrderId", "status", "at"}, …]}.', {
        data: { fields: z.flattenError(batch.error).fieldErrors },
      });
    }
    const portfolioId = portfolioMeant(actor, batch.data.portfolioId);
    const { updates, ...places } = readUpdates(batch.data.updates);
    const result = await recordOrderUpdates(actor, { portfolioId, updates });
    return answerOf({ ...result, refused: allRefused(places, result.refused) });
  } catch (error) {
    return refusal(error, request.pathname);
  }
}
