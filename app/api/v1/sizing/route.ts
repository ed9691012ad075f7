import { z } from 'zod';
import { authenticateKey, portfolioMeant } from '@/server/identity/api-keys';
import { DomainError } from '@/server/kernel/errors';
import { sizeForStrategy } from '@/server/risk/sizing/sizing-actions';
import { SizeByName } from '@/server/risk/sizing/sizing-request';
import { problem } from '@/server/trpc/errors';
import { jsonBody } from '@/server/trpc/json-body';
import { takeRequest } from '@/server/trpc/key-rate';

export const dynamic = 'force-dynamic';

const MOST_BYTES = 20_000;

/**
 * Sizes a position: `{strategy, instrument, side?, assume?, reserve?}`. Answers 200 with the target, its trace and the
 * constraint that was binding, or with `kind: "cannot-size"` and the reason. Fractions are between 0 and 1; per cent is refused.
 */
export async function POST(request: Request): Promise<Response> {
  const { pathname } = new URL(request.url);
  try {
    const actor = await authenticateKey(request, 'sizing:run');
    await takeRequest(actor.keyId, 'sizing');
    const wish = SizeByName.safeParse(await jsonBody(request, MOST_BYTES));
    if (!wish.success) {
      const words = wish.error.issues.map((issue) => `${issue.path.join('.') || 'body'}: ${issue.message}`);
      throw new DomainError('INVALID', `Nothing was sized. ${words.join('; ')}`, {
        data: { fields: z.flattenError(wish.error).fieldErrors },
      });
    }
    const { portfolioId: named, strategy, ...rest } = wish.data;
    const portfolioId = portfolioMeant(actor, named);
    const sized = await sizeForStrategy(actor, { portfolioId, ref: strategy }, rest);
    return Response.json(sized, { headers: { 'cache-control': 'no-store' } });
  } catch (error) {
    return problem(error, pathname);
  }
}
