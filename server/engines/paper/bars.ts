import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DomainError } from '../../kernel/errors';

/** One day of the index. Prices are index points as floats: they are scaled and rounded to cents before anything trades. */
export type Bar = { day: string; open: number; high: number; low: number; close: number };

/** Daily S&P 500 from 2000-01-03 to 2020-04-17, oldest first. Source: npm `vega-datasets`, `sp500-2000.csv`. */
export function loadBars(): Bar[] {
  const file = join(import.meta.dirname, '../../../node_modules/vega-datasets/data/sp500-2000.csv');
  const [, ...rows] = readFileSync(file, 'utf8').trim().split(/\r?\n/);
  return rows.map((row) => {
    const [day = '', open, high, low, close] = row.split(',');
    return { day, open: Number(open), high: Number(high), low: Number(low), close: Number(close) };
  });
}

/** Index of the first session on or after a day (`yyyy-mm-dd`). Throws INVALID outside the data. */
export function sessionOn(bars: Bar[], day: string): number {
  const at = bars.findIndex((bar) => bar.day >= day);
  if (!/^\d{4}-\d{2}-\d{2}$/.test(day) || at < 0) {
    throw new DomainError(
      'INVALID',
      `There is no session on or after ${day}: the data runs from ${bars[0]?.day} to ${bars.at(-1)?.day}.`,
    );
  }
  return at;
}

/**
 * The path of a day through its open, high, low and close in `count` ticks: a falling day touches its high first, a rising
 * one its low. The first tick is the open and the last the close.
 */
export function ticksOf(bar: Bar, count: number): number[] {
  const corners =
    bar.close < bar.open ? [bar.open, bar.high, bar.low, bar.close] : [bar.open, bar.low, bar.high, bar.close];
  return Array.from({ length: count }, (_, index) => {
    const place = count === 1 ? corners.length - 1 : (index / (count - 1)) * (corners.length - 1);
    const from = corners[Math.floor(place)]!;
    const to = corners[Math.min(corners.length - 1, Math.floor(place) + 1)]!;
    return from + (to - from) * (place - Math.floor(place));
  });
}
