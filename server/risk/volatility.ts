import { type Decimal, ZERO } from '../kernel/decimal';
import type { Calendar } from './calendar';
import { addDays, dateIn, sessionOn } from './session-day';
import type { Volatility } from './sizing/sizing';

/** Price of an instrument when a day closed; `day` is YYYY-MM-DD. */
export type InstrumentClose = { day: string; close: Decimal };

export const VOLATILITY_RETURNS = 30;
/** Longest pause between two daily closes: a weekend with holidays on both sides. */
const LONGEST_PAUSE_DAYS = 5;
/** Trading days lie 1.4 days apart on average; a weekly series lies 7. */
const MEAN_PAUSE_DAYS = 1.8;

const daysBetween = (from: string, to: string): number => (Date.parse(to) - Date.parse(from)) / 86_400_000;

/** Sessions that have closed since a day, counted on weekdays on which the series has closes. */
function sessionsSince(closes: readonly InstrumentClose[], calendar: Calendar, now: Date): number {
  const newest = closes.at(-1)!.day;
  const weekday = (day: string) => new Date(`${day}T00:00:00Z`).getUTCDay();
  const traded = new Set(closes.map(({ day }) => weekday(day)));
  const today = dateIn(calendar.zone, now);
  let count = 0;
  for (let day = addDays(newest, 1); day <= today && count <= 2; day = addDays(day, 1)) {
    const session = sessionOn(calendar, day);
    if (session && session.closesAt <= now && traded.has(weekday(day))) count += 1;
  }
  return count;
}

/**
 * Realised daily volatility of an instrument: sample deviation of its last 30 simple daily returns, not annualised.
 *
 * `closes` oldest first, one per day. Unknown with fewer than 31 closes, when the newest is more than one session old, when
 * they are not daily, or when a price is not over 0. A close of a day to come counts for nothing. Exactly no movement is a volatility of 0, which sizes nothing.
 */
export function volatilityOf(closes: readonly InstrumentClose[], calendar: Calendar, now: Date): Volatility {
  const unknown = (reason: string): Volatility => ({ kind: 'unknown', reason });
  const today = dateIn(calendar.zone, now);
  const used = closes.filter(({ day }) => day <= today).slice(-(VOLATILITY_RETURNS + 1));
  if (used.length <= VOLATILITY_RETURNS) {
    const returns = Math.max(0, used.length - 1);
    return unknown(`${returns} of ${VOLATILITY_RETURNS} daily returns of this instrument are known.`);
  }
  const newest = used.at(-1)!.day;
  if (sessionsSince(used, calendar, now) > 1) {
    return unknown(`The newest daily close is of ${newest}: more than one session old.`);
  }
  const pauses = used.slice(1).map((close, i) => daysBetween(used[i]!.day, close.day));
  const longest = Math.max(...pauses);
  const mean = pauses.reduce((sum, pause) => sum + pause, 0) / pauses.length;
  if (longest > LONGEST_PAUSE_DAYS || mean > MEAN_PAUSE_DAYS) {
    return unknown(`The closes are not daily: up to ${longest} days lie between two of them.`);
  }
  if (used.some(({ close }) => !close.gt(0))) return unknown('A daily close is not over 0.');
  const returns = used.slice(1).map(({ close }, i) => close.div(used[i]!.close).minus(1));
  const average = returns.reduce((sum, r) => sum.plus(r), ZERO).div(returns.length);
  const squares = returns.reduce((sum, r) => sum.plus(r.minus(average).pow(2)), ZERO);
  const fraction = squares.div(returns.length - 1).sqrt();
  return { kind: 'value', fraction, observations: returns.length, source: newest };
}
