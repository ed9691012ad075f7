import type { Bar } from './bars';

/** Share of equity that the account held in its past: most of it in an up-trend, little in a down-trend. */
const SHARES = { up: 0.8, down: 0.1 };

/** The share held at the close of `session`, by the 50- and 200-day means of the closes known then. */
export function pastShare(bars: readonly Bar[], session: number): number {
  const mean = (count: number) => {
    const window = bars.slice(Math.max(0, session + 1 - count), session + 1);
    return window.reduce((sum, bar) => sum + bar.close, 0) / window.length;
  };
  return mean(50) > mean(200) ? SHARES.up : SHARES.down;
}

/** Closing instants (21:00 UTC) of the last `count` weekdays before the day of `now`, oldest first. */
export function pastCloses(now: Date, count: number): Date[] {
  const closes: Date[] = [];
  const at = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate(), 21));
  while (closes.length < count) {
    at.setUTCDate(at.getUTCDate() - 1);
    if (at.getUTCDay() !== 0 && at.getUTCDay() !== 6) closes.unshift(new Date(at));
  }
  return closes;
}
