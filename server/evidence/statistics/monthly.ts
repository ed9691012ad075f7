import type { DailyEquity } from '../model';

export interface MonthReturn {
  year: number;
  /** 1 to 12. */
  month: number;
  /** 0.01 is 1 %; the first and last month may be partial. Null where equity was at or under zero before it. */
  value: number | null;
}

/**
 * Return of each calendar month (UTC): its last equity over the last equity before it.
 * The first month starts at the opening, or at its own first day where there is none. A month without data is left out.
 */
export function monthlyReturnsOf(daily: DailyEquity): MonthReturn[] {
  const months: MonthReturn[] = [];
  let before = daily.opening?.value ?? daily.value[0];
  for (let i = 0; i < daily.value.length; i++) {
    const date = new Date(daily.day[i]!);
    const next = daily.day[i + 1] === undefined ? null : new Date(daily.day[i + 1]!);
    const isLastOfMonth =
      next === null || next.getUTCMonth() !== date.getUTCMonth() || next.getUTCFullYear() !== date.getUTCFullYear();
    if (!isLastOfMonth || before === undefined) continue;
    months.push({
      year: date.getUTCFullYear(),
      month: date.getUTCMonth() + 1,
      value: before > 0 ? daily.value[i]! / before - 1 : null,
    });
    before = daily.value[i]!;
  }
  return months;
}

/** Months of one year compounded; null where one of them is unknown. */
export function compoundedReturn(months: readonly MonthReturn[]): number | null {
  let product = 1;
  for (const { value } of months) {
    if (value === null) return null;
    product *= 1 + value;
  }
  return product - 1;
}
