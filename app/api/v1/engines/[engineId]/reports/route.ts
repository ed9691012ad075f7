import { receiveReport } from '@/server/engines/report-actions';
import { boundedText } from '@/server/trpc/bounded-body';
import { problem } from '@/server/trpc/errors';

const MAX_BYTES = 1_000_000;

/** An engine's own report, signed with its secret: its heartbeat. */
export async function POST(request: Request, context: { params: Promise<{ engineId: string }> }): Promise<Response> {
  const { engineId } = await context.params;
  const path = new URL(request.url).pathname;
  try {
    const body = await boundedText(request, MAX_BYTES);
    const { receivedAt } = await receiveReport({ engineId, path, headers: Object.fromEntries(request.headers), body });
    return Response.json({ receivedAt }, { headers: { 'cache-control': 'no-store' } });
  } catch (error) {
    return problem(error, path);
  }
}
