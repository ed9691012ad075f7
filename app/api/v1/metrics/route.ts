import { z } from 'zod';
import { authenticateKey } from '@/server/identity/api-keys';
import { DomainError } from '@/server/kernel/errors';
import { recordMetrics } from '@/server/monitoring/actions';
import { MetricBatch } from '@/server/monitoring/samples';
import { problem } from '@/server/trpc/errors';
import { jsonBody } from '@/server/trpc/json-body';
import { takeRequest } from '@/server/trpc/key-rate';

export const dynamic = 'force-dynamic';

const MOST_BYTES = 2_000_000;

/** Takes minute values: `{portfolioId?, samples: [{metric, minute, value, samples?, subject?}]}`. Answers per row what was refused. */
export async function POST(request: Request): Promise<Response> {
  const { pathname } = new URL(request.url);
  try {
    const actor = await authenticateKey(request, 'metrics:write');
    await takeRequest(actor.keyId, 'metrics');
    const report = await recordMetrics(actor, await readBatch(request));
    return Response.json(report, { headers: { 'cache-control': 'no-store' } });
  } catch (error) {
    return problem(error, pathname);
  }
}

async function readBatch(request: Request): Promise<z.infer<typeof MetricBatch>> {
  const batch = MetricBatch.safeParse(await jsonBody(request, MOST_BYTES));
  if (batch.success) return batch.data;
  throw new DomainError('INVALID', 'The body is {"samples": [{"metric", "minute", "value"}, …]} as JSON.', {
    data: { fields: z.flattenError(batch.error).fieldErrors },
  });
}
