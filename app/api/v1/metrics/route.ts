import { z } from 'zod';
import { authenticateKey } from '@/server/identity/api-keys';
import { DomainError } from '@/server/kernel/errors';
import { recordMetrics } from '@/server/monitoring/actions';
import { MetricBatch } from '@/server/monitoring/samples';
import { problem } from '@/server/trpc/errors';

export const dynamic = 'force-dynamic';

const MOST_BYTES = 2_000_000;

/** Takes minute values: `{portfolioId?, samples: [{metric, minute, value, samples?, subject?}]}`. Answers per row what was refused. */
export async function POST(request: Request): Promise<Response> {
  const { pathname } = new URL(request.url);
  try {
    const actor = await authenticateKey(request, 'metrics:write');
    const report = await recordMetrics(actor, await readBatch(request));
    return Response.json(report, { headers: { 'cache-control': 'no-store' } });
  } catch (error) {
    return problem(error, pathname);
  }
}

async function readBatch(request: Request): Promise<z.infer<typeof MetricBatch>> {
  const tooLarge = new DomainError('TOO_LARGE', `A batch is at most ${MOST_BYTES / 1_000_000} MB. Send several.`);
  if (Number(request.headers.get('content-length') ?? 0) > MOST_BYTES) throw tooLarge;
  const text = await request.text();
  if (text.length > MOST_BYTES) throw tooLarge;
  const batch = MetricBatch.safeParse(jsonOf(text));
  if (batch.success) return batch.data;
  throw new DomainError('INVALID', 'The body is {"samples": [{"metric", "minute", "value"}, …]} as JSON.', {
    data: { fields: z.flattenError(batch.error).fieldErrors },
  });
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
