'use client';
import { type QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { createTRPCClient, httpBatchLink, httpSubscriptionLink, splitLink } from '@trpc/client';
import { createTRPCContext } from '@trpc/tanstack-react-query';
import { type ReactNode, useState } from 'react';
import superjson from 'superjson';
import { CALLS_AT_MOST } from '@/server/kernel/call-batch';
import type { AppRouter } from '@/server/routers/_app';
import { makeQueryClient } from './query-client';

export const { TRPCProvider, useTRPC, useTRPCClient } = createTRPCContext<AppRouter>();

const ENDPOINT = '/api/trpc';
let inBrowser: QueryClient | undefined;

function queryClient() {
  if (typeof window === 'undefined') return makeQueryClient();
  inBrowser ??= makeQueryClient();
  return inBrowser;
}

/** The procedures and their cache, for everything on the page. */
export function TrpcProvider({ children }: { children: ReactNode }) {
  const cache = queryClient();
  const [client] = useState(() =>
    createTRPCClient<AppRouter>({
      links: [
        splitLink({
          condition: (operation) => operation.type === 'subscription',
          true: httpSubscriptionLink({ url: ENDPOINT, transformer: superjson }),
          false: httpBatchLink({ url: ENDPOINT, transformer: superjson, maxURLLength: 4000, maxItems: CALLS_AT_MOST }),
        }),
      ],
    }),
  );
  return (
    <QueryClientProvider client={cache}>
      <TRPCProvider trpcClient={client} queryClient={cache}>
        {children}
      </TRPCProvider>
    </QueryClientProvider>
  );
}
