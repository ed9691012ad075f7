import { fetchRequestHandler } from '@trpc/server/adapters/fetch';
import { assertOwnOrigin, ownOrigin } from '@/server/identity/origin';
import { shutdown } from '@/server/realtime/shutdown';
import { appRouter } from '@/server/routers/_app';
import { getContext } from '@/server/trpc/context';
import { problem } from '@/server/trpc/errors';

export const dynamic = 'force-dynamic';

async function handler(request: Request): Promise<Response> {
  try {
    assertOwnOrigin(request, ownOrigin());
  } catch (error) {
    return problem(error);
  }
  const response = await fetchRequestHandler({
    endpoint: '/api/trpc',
    req: request,
    router: appRouter,
    createContext: ({ resHeaders }) => getContext({ headers: request.headers, resHeaders }),
    // A GET that asks for a mutation is refused by the adapter itself; a batch must not outgrow a page's needs.
    allowMethodOverride: false,
    responseMeta: () => ({ headers: { 'cache-control': 'no-store' } }),
  });
  // Stopping: let go of kept-alive connections, or a browser's stream comes straight back on one.
  if (shutdown.signal.aborted) response.headers.set('connection', 'close');
  return response;
}

export { handler as GET, handler as POST };
