import { DAY_MS } from '../bounds';

export interface Span {
  /** Epoch milliseconds of the first and last instant of the test. */
  first: number;
  last: number;
  days: number;
  /** Of 365.25 days. */
  years: number;
}

/** From the first to the last instant of the test. */
export function spanOf(first: number, last: number): Span {
  const days = (last - first) / DAY_MS;
  return { first, last, days, years: days / 365.25 };
}

/** Whether the span covers that many calendar years: 2 Jan 2020 to 2 Jan 2022 does, whatever 365.25 says. */
export function coversYears(span: Span, years: number): boolean {
  const end = new Date(span.first);
  end.setUTCFullYear(end.getUTCFullYear() + years);
  return span.last >= end.getTime();
}
