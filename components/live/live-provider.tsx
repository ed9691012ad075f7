'use client';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { announceSession } from '../query-client';
import { useTRPCClient } from '../trpc';
import { pageNow, syncClock } from '../ui/clock';
import { askAgain } from './ask';
import { compete } from './leadership';
import { setLive } from './live-store';
import { collectHints } from './refetch';
import { type Change, openStream, type StreamStatus } from './stream';
import { EVERYTHING } from './topics';

type Word =
  | { kind: 'change'; change: Change }
  | { kind: 'status'; status: StreamStatus }
  | { kind: 'signed-out' }
  | { kind: 'ask' };

const ASK_MS = 5000;
const SILENCE_MS = 12_000;

/**
 * Keeps every page of this browser current over one event stream. The leading tab passes each hint on; every tab asks its
 * own queries again. A tab that is looked at and hears nothing from the leader takes its place.
 */
export function LiveProvider() {
  const cache = useQueryClient();
  const client = useTRPCClient();

  useEffect(() => {
    const channel = new BroadcastChannel('going-live.live');
    let status: StreamStatus | null = null;
    let leads = false;
    let heardFromLeader = Date.now();
    const refetch = collectHints(askAgain(cache), () => document.visibilityState === 'visible');
    const ask = refetch.hint;
    document.addEventListener('visibilitychange', refetch.wake);
    const take = (word: Word) => {
      if (word.kind === 'change') {
        const isCommit = !word.change.topics.includes(EVERYTHING);
        const at = Date.parse(word.change.at);
        // The server cannot have committed later than now: a clock that says so is behind.
        if (isCommit && at > pageNow()) syncClock(at);
        setLive({ heardAt: Date.now(), ...(isCommit ? { lagMs: Math.max(0, pageNow() - at) } : {}) });
        ask(word.change.topics);
      }
      if (word.kind === 'status') {
        const isBack = word.status === 'live' && status === 'lost';
        status = word.status;
        setLive({ status, ...(status === 'live' ? { heardAt: Date.now() } : {}) });
        if (isBack) ask([EVERYTHING]);
      }
      if (word.kind === 'signed-out') announceSession('signed-out');
    };
    const tell = (word: Word) => {
      take(word);
      channel.postMessage(word);
    };
    const lead = () => {
      leads = true;
      const stop = openStream(client, {
        change: (change) => tell({ kind: 'change', change }),
        status: (next) => {
          if (next !== status) tell({ kind: 'status', status: next });
        },
        signedOut: () => tell({ kind: 'signed-out' }),
      });
      return () => {
        leads = false;
        stop();
      };
    };

    const place = compete(lead);
    channel.onmessage = ({ data }: MessageEvent<Word>) => {
      // Answering is driven by the question, not by a timer: timers of a tab in the background are slowed down.
      if (data.kind === 'ask') {
        if (leads && status) channel.postMessage({ kind: 'status', status } satisfies Word);
        return;
      }
      heardFromLeader = Date.now();
      take(data);
    };
    const watch = setInterval(() => {
      if (leads || document.visibilityState !== 'visible') {
        heardFromLeader = Date.now();
        return;
      }
      if (Date.now() - heardFromLeader > SILENCE_MS) {
        setLive({ status: 'lost' });
        place.seize();
        heardFromLeader = Date.now();
      }
      channel.postMessage({ kind: 'ask' } satisfies Word);
    }, ASK_MS);
    channel.postMessage({ kind: 'ask' } satisfies Word);

    return () => {
      clearInterval(watch);
      refetch.stop();
      document.removeEventListener('visibilitychange', refetch.wake);
      place.leave();
      channel.close();
    };
  }, [cache, client]);

  return null;
}
