import { type Decimal, quantityText } from '../../kernel/decimal';
import type { AccountRow } from '../samples';

/** For as long a price is looked back on by the check of an order. */
const LOOKED_BACK_MS = 300_000;
const MINUTE_MS = 60_000;

/** A price of the house: what orders of the next minutes are held against. */
export type HeldMark = { instrument: string; minute: string; price: string; at: string };

/** The newest minute of each account whose prices were kept, in milliseconds. */
export type MarkedMinutes = ReadonlyMap<string, number>;

/**
 * Prices of what samples of the last 5 minutes held, the first of each minute and instrument, and the minutes that are marked
 * with them. A minute that was marked, a suspect sample and history give none; an instant ahead of `now` counts as now.
 */
export function heldMarks(
  samples: readonly { row: AccountRow; suspect: boolean }[],
  marked: MarkedMinutes,
  now: Date,
): { marks: HeldMark[]; minutes: Map<string, number> } {
  const minutes = new Map<string, number>();
  const marks = new Map<string, HeldMark>();
  const since = now.getTime() - LOOKED_BACK_MS;
  for (const { row, suspect } of samples) {
    const { account, asOf, kind, positions } = row;
    if (asOf.getTime() < since || suspect || kind !== 'live' || positions.length === 0) continue;
    const at = Math.min(asOf.getTime(), now.getTime());
    const minute = Math.floor(at / MINUTE_MS) * MINUTE_MS;
    if (minute <= (minutes.get(account) ?? marked.get(account) ?? 0)) continue;
    minutes.set(account, minute);
    for (const { instrument, price } of positions) {
      const key = `${minute}|${instrument}`;
      if (price.gt(0) && !marks.has(key)) marks.set(key, markOf(instrument, price, minute, at));
    }
  }
  return { marks: [...marks.values()], minutes };
}

const markOf = (instrument: string, price: Decimal, minute: number, at: number): HeldMark => ({
  instrument,
  price: quantityText(price),
  minute: new Date(minute).toISOString(),
  at: new Date(at).toISOString(),
});
