import { useSyncExternalStore } from 'react';

/** Whether this browser hears the server. `lost` is said on every page. */
export type LiveState = {
  status: 'connecting' | 'live' | 'lost';
  /** When this browser last heard anything, by its own clock. */
  heardAt: number | null;
  /** From the server's change to this page, of the last change. */
  lagMs: number | null;
};

let state: LiveState = { status: 'connecting', heardAt: null, lagMs: null };
const atStart = state;
const listeners = new Set<() => void>();

export function setLive(patch: Partial<LiveState>) {
  state = { ...state, ...patch };
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void) {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

export function useLive(): LiveState {
  return useSyncExternalStore(
    subscribe,
    () => state,
    () => atStart,
  );
}
