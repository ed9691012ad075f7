import { expect, test } from 'vitest';
import { tickText, valueText } from './chart-format';

const sec = (iso: string) => Date.parse(iso) / 1000;
const NY = 'America/New_York';

test('a month is named only where it begins in the portfolio zone', () => {
  expect(tickText(sec('2026-07-01T03:00:00Z'), 1, NY, false)).toBe('30 Jun');
  expect(tickText(sec('2026-07-01T20:00:00Z'), 1, NY, false)).toBe('Jul');
});
test('within a day the axis tells local time, and the date at local midnight', () => {
  expect(tickText(sec('2026-11-20T00:00:00Z'), 2, NY, true)).toBe('19:00');
  expect(tickText(sec('2026-11-20T05:00:00Z'), 3, NY, true)).toBe('20 Nov');
});
test('money is compact on an axis and whole elsewhere', () => {
  expect(valueText(24_812_406.18, 'money', true)).toBe('24.81\u00a0M');
  expect(valueText(24_812_406.18, 'money')).toBe('24,812,406.18');
  expect(valueText(null, 'percent')).toBe('?');
});
