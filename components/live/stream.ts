import { TRPCClientError } from '@trpc/client';
import type { useTRPCClient } from '../trpc';

export type Change = { topics: string[]; at: string; seq: number };
export type StreamStatus = 'live' | 'lost';
type Client = ReturnType<typeof useTRPCClient>;

const GRACE_MS = 1500;
const RETRY_MS = [1000, 2000, 4000, 8000];

/** The browser's one event stream: opened by the leading tab, opened again when it ends, and told as lost after 1.5 s. */
export function openStream(
  client: Client,
  on: { change: (change: Change) => void; status: (status: StreamStatus) => void; signedOut: () => void },
) {
  let isStopped = false;
  let failures = 0;
  let grace: ReturnType<typeof setTimeout> | undefined;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let subscription: { unsubscribe: () => void } | undefined;

  const lostSoon = () => {
    grace ??= setTimeout(() => on.status('lost'), GRACE_MS);
  };
  const heard = () => {
    clearTimeout(grace);
    grace = undefined;
    failures = 0;
    on.status('live');
  };
  const again = (error: unknown) => {
    if (isStopped) return;
    const code =
      error instanceof TRPCClientError ? (error.data as { domainCode?: string } | null)?.domainCode : undefined;
    if (code === 'UNAUTHENTICATED') {
      on.status('lost');
      return on.signedOut();
    }
    lostSoon();
    retry = setTimeout(open, RETRY_MS[Math.min(failures, RETRY_MS.length - 1)]);
    failures += 1;
  };
  const open = () => {
    subscription?.unsubscribe();
    subscription = client.realtime.changes.subscribe(undefined, {
      onData: (envelope) => {
        heard();
        on.change(envelope.data);
      },
      onConnectionStateChange: (connection) => {
        if (connection.state === 'pending') heard();
        if (connection.state === 'connecting') lostSoon();
      },
      onError: again,
    });
  };
  // The device itself says that it has no network: no need to wait for the silence.
  const offline = () => {
    clearTimeout(retry);
    subscription?.unsubscribe();
    on.status('lost');
  };
  const online = () => {
    clearTimeout(retry);
    open();
  };
  window.addEventListener('offline', offline);
  window.addEventListener('online', online);
  open();
  return () => {
    isStopped = true;
    window.removeEventListener('offline', offline);
    window.removeEventListener('online', online);
    clearTimeout(grace);
    clearTimeout(retry);
    subscription?.unsubscribe();
  };
}
