import { fetchRequestHandler } from '@trpc/server/adapters/fetch';
import { assertOwnOrigin, ownOrigin } from '@/server/identity/origin';
import { CALLS_AT_MOST } from '@/server/kernel/call-batch';
import { shutdown } from '@/server/realtime/shutdown';
import { appRouter } from '@/server/routers/_app';
import { boundedRequest } from '@/server/trpc/bounded-body';
import { getContext } from '@/server/trpc/context';
import { problem } from '@/server/trpc/errors';
import { assertOneOpenCall } from '@/server/trpc/open-calls';

export const dynamic = 'force-dynamic';

/** More than any page sends: files go elsewhere. */
const MOST_BYTES = 1_000_000;

async function handler(given: Request): Promise<Response> {
  let request: Request;
  try {
    assertOwnOrigin(given, ownOrigin());
    request = await boundedRequest(given, MOST_BYTES);
  } catch (error) {
    return problem(error);
  }
  const response = await fetchRequestHandler({
    endpoint: '/api/trpc',
    req: request,
    router: appRouter,
    createContext: ({ resHeaders, info }) => {
      assertOneOpenCall(info.calls);
      return getContext({ headers: request.headers, resHeaders });
    },
    // A GET that asks for a mutation is refused by the adapter itself; a batch does not outgrow a page's needs.
    allowMethodOverride: false,
    maxBatchSize: CALLS_AT_MOST,
    responseMeta: () => ({ headers: { 'cache-control': 'no-store' } }),
  });
  // Stopping: let go of kept-alive connections, or a browser's stream comes straight back on one.
  if (shutdown.signal.aborted) response.headers.set('connection', 'close');
  return response;
}

export { handler as GET, handler as POST };
