import { expect, test } from 'vitest';
import { CALENDAR_24X7, CALENDAR_XNYS } from '../calendar';
import { oneBusinessDayAfter } from './business-day';

const after = (calendar: typeof CALENDAR_XNYS, text: string) =>
  oneBusinessDayAfter(calendar, new Date(text)).toISOString();

test('a business day ends at the same time of the next session day, over weekends, holidays and clock changes', () => {
  expect(after(CALENDAR_24X7, '2026-11-20T15:00:00Z')).toBe('2026-11-21T15:00:00.000Z');
  expect(after(CALENDAR_XNYS, '2026-11-18T15:00:00Z')).toBe('2026-11-19T15:00:00.000Z');
  expect(after(CALENDAR_XNYS, '2026-11-20T15:00:00Z')).toBe('2026-11-23T15:00:00.000Z');
  expect(after(CALENDAR_XNYS, '2026-11-25T15:00:00Z')).toBe('2026-11-27T15:00:00.000Z');
  expect(after(CALENDAR_XNYS, '2026-10-30T15:00:00Z')).toBe('2026-11-02T16:00:00.000Z');
});
