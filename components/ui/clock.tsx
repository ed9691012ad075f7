'use client';
import { createContext, type ReactNode, useContext, useEffect, useState, useSyncExternalStore } from 'react';
import { type Instant, toMillis } from './instant';

/*
 * One clock for the page: the server's domain time, ticking each second. The browser's own clock may be wrong and is
 * used only for what has elapsed since the server last said what time it is.
 */
let offsetMs = 0;
let current = 0;
let timer: ReturnType<typeof setInterval> | undefined;
const listeners = new Set<() => void>();

function tick() {
  current = Date.now() + offsetMs;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void) {
  listeners.add(listener);
  timer ??= setInterval(tick, 1000);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) {
      clearInterval(timer);
      timer = undefined;
    }
  };
}

/** Takes the server's word for the time; `heardAt` is the browser clock when it was said. */
export function syncClock(serverNow: Instant, heardAt = Date.now()) {
  offsetMs = toMillis(serverNow) - heardAt;
  tick();
}

/** The server's time in milliseconds at this moment, for what is measured rather than shown. */
export const pageNow = (): number => Date.now() + offsetMs;

const ClockContext = createContext({ serverNow: 0, zone: 'UTC' });

/** Gives the pages beneath it the server's time and the portfolio's zone. */
export function ClockProvider({
  serverNow,
  zone,
  children,
}: {
  serverNow: Instant;
  zone: string;
  children: ReactNode;
}) {
  const [rendered] = useState(() => toMillis(serverNow));
  useEffect(() => {
    // The page was rendered about when its first byte came, not when the scripts had loaded.
    const [navigation] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[];
    syncClock(rendered, performance.timeOrigin + (navigation?.responseStart ?? 0));
  }, [rendered]);
  return <ClockContext value={{ serverNow: rendered, zone }}>{children}</ClockContext>;
}

/** The server's time in milliseconds, anew each second. */
export function useNow(): number {
  const { serverNow } = useContext(ClockContext);
  return useSyncExternalStore(
    subscribe,
    () => current || serverNow,
    () => serverNow,
  );
}

/** The portfolio's IANA zone. */
export function useZone(): string {
  return useContext(ClockContext).zone;
}

const never = () => () => {};

/** The viewer's own zone, known only in the browser. */
export function useViewerZone(): string | null {
  return useSyncExternalStore(
    never,
    () => Intl.DateTimeFormat().resolvedOptions().timeZone,
    () => null,
  );
}
