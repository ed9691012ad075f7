import 'server-only';
import { dehydrate, HydrationBoundary } from '@tanstack/react-query';
import { createTRPCOptionsProxy } from '@trpc/tanstack-react-query';
import { cache, type ReactNode } from 'react';
import { makeQueryClient } from '@/components/query-client';
import { appRouter } from '../routers/_app';
import { pageContext } from './context';

const getQueryClient = cache(makeQueryClient);
const getContext = cache(pageContext);

/** Query options for `prefetch`, answered in process with the rights of the person asking. */
export const trpc = createTRPCOptionsProxy({ ctx: getContext, router: appRouter, queryClient: getQueryClient });

/** Calls a procedure in process, for what a server component itself needs to decide (a 404, a redirect). */
export const caller = cache(async () => appRouter.createCaller(await getContext()));

/**
 * Asks these queries before the page is sent. One that fails is left out: its region asks again in the browser and shows
 * why, while the rest of the page works.
 */
export async function prefetch(...queries: { queryKey: readonly unknown[] }[]) {
  const client = getQueryClient();
  await Promise.all(queries.map((query) => client.prefetchQuery(query as Parameters<typeof client.prefetchQuery>[0])));
}

/** Hands what was prefetched to the client components beneath it. */
export function Hydrate({ children }: { children: ReactNode }) {
  return <HydrationBoundary state={dehydrate(getQueryClient())}>{children}</HydrationBoundary>;
}
