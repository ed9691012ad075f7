/** What a person sees of a portfolio besides the age of its newest sample. */
export type Seen = {
  /** Words and states: any other is a change. */
  words: string;
  equity: number;
  /** Utilisation of each limit, 1 at the limit; null is unknown or beyond. */
  utilisation: Readonly<Record<string, number | null>>;
};

/** The last time pages were told of a portfolio, and what they were told. */
export type Told = { atMs: number; seen: Seen };

export type Notice = { kind: 'now' } | { kind: 'later'; inMs: number };

/** Plain telemetry, values that move a little, is told this often, so that it shows within a second. */
export const TELEMETRY_EVERY_MS = 800;
const MOVED_UTILISATION = 0.02;
const MOVED_EQUITY = 0.001;

/**
 * Whether a batch is told at once or with the next of the plain telemetry of its portfolio.
 *
 * At once: the first after a quiet spell, any other state or word, a limit used two points more or less, equity moved by
 * 0.1 %. `nowMs` and `atMs` are of one clock of this process.
 */
export function noticeOf(last: Told | undefined, seen: Seen, nowMs: number): Notice {
  if (!last || last.seen.words !== seen.words || hasMoved(last.seen, seen)) return { kind: 'now' };
  const inMs = last.atMs + TELEMETRY_EVERY_MS - nowMs;
  return inMs <= 0 ? { kind: 'now' } : { kind: 'later', inMs };
}

function hasMoved(before: Seen, after: Seen): boolean {
  if (Math.abs(after.equity - before.equity) >= MOVED_EQUITY * Math.abs(before.equity)) return true;
  return Object.entries(after.utilisation).some(([key, used]) => {
    const was = before.utilisation[key] ?? null;
    return was === null || used === null ? was !== used : Math.abs(used - was) >= MOVED_UTILISATION;
  });
}
