import { defaultShouldDehydrateQuery, MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import { TRPCClientError } from '@trpc/client';
import superjson from 'superjson';

type Refusal = { domainCode?: string; code?: string; httpStatus?: number };

const refusalOf = (error: unknown): Refusal | null =>
  error instanceof TRPCClientError ? ((error.data as Refusal | null) ?? {}) : null;

/** What the page does when the server says that the session is gone, or locked. */
export type SessionEvent = 'signed-out' | 'locked';
const sessionListeners = new Set<(event: SessionEvent) => void>();

export function onSessionEvent(listener: (event: SessionEvent) => void) {
  sessionListeners.add(listener);
  return () => {
    sessionListeners.delete(listener);
  };
}

function noticeSession(error: unknown) {
  const code = refusalOf(error)?.domainCode;
  const event = code === 'UNAUTHENTICATED' ? 'signed-out' : code === 'SESSION_LOCKED' ? 'locked' : null;
  if (event) announceSession(event);
}

/** Tells the shell, wherever it was learnt. */
export function announceSession(event: SessionEvent) {
  for (const listener of sessionListeners) listener(event);
}

// A refusal is an answer; only silence and trouble on the other side are worth asking again.
const worthRetrying = (failures: number, error: unknown) => {
  if (typeof window === 'undefined') return false;
  const status = refusalOf(error)?.httpStatus;
  return failures < 2 && (status === undefined || status >= 500);
};

/** Known values stay while they are asked again; changes arrive over the event stream, not by polling. */
export function makeQueryClient() {
  return new QueryClient({
    queryCache: new QueryCache({ onError: noticeSession }),
    mutationCache: new MutationCache({ onError: noticeSession }),
    defaultOptions: {
      queries: { staleTime: 30_000, retry: worthRetrying, networkMode: 'always' },
      mutations: { retry: false, networkMode: 'always' },
      dehydrate: {
        serializeData: superjson.serialize,
        shouldDehydrateQuery: (query) => defaultShouldDehydrateQuery(query) || query.state.status === 'pending',
      },
      hydrate: { deserializeData: superjson.deserialize },
    },
  });
}
