import { auditCsv } from '@/server/audit/csv-actions';
import { EventFilterQuery } from '@/server/audit/shapes';
import { problem } from '@/server/trpc/errors';
import { queryOf } from '@/server/trpc/query';
import { actorOfRequest } from '@/server/trpc/request-actor';

export const dynamic = 'force-dynamic';

/** Entries that fit the filter as CSV, the newest first, with what is needed to check each hash again. */
export async function GET(request: Request): Promise<Response> {
  const { pathname } = new URL(request.url);
  try {
    const actor = await actorOfRequest(request, 'read');
    const lines = auditCsv(actor, queryOf(request, EventFilterQuery));
    return new Response(bytesOf(lines), {
      headers: {
        'content-type': 'text/csv; charset=utf-8',
        'content-disposition': 'attachment; filename="going-live-audit.csv"',
        'x-content-type-options': 'nosniff',
        'cache-control': 'private, no-store',
      },
    });
  } catch (error) {
    return problem(error, pathname);
  }
}

function bytesOf(lines: AsyncGenerator<string>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await lines.next();
      if (done) controller.close();
      else controller.enqueue(encoder.encode(value));
    },
    async cancel() {
      await lines.return(undefined);
    },
  });
}
