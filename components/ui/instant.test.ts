import { describe, expect, test } from 'vitest';
import { dayIn, formatDay, formatInstant, formatUtc, zoneAbbreviation } from './instant';

const NEW_YORK = 'America/New_York';
const now = '2026-11-19T15:42:17Z';

describe('times are told in the portfolio zone', () => {
  test('today: the clock with seconds and the zone', () => {
    expect(formatInstant(now, { zone: NEW_YORK, now })).toBe('10:42:17 EST');
  });
  test('another day: with the date; another year: with the year', () => {
    expect(formatInstant('2026-11-18T08:02:11Z', { zone: NEW_YORK, now })).toBe('18 Nov 03:02 EST');
    expect(formatInstant('2025-07-01T12:00:00Z', { zone: NEW_YORK, now })).toBe('1 Jul 2025 08:00 EDT');
  });
  test('the day is the portfolio’s, not the reader’s', () => {
    expect(dayIn('2026-11-19T03:00:00Z', NEW_YORK)).toBe('2026-11-18');
    expect(formatDay('2026-11-19T03:00:00Z', { zone: NEW_YORK, now })).toBe('18 Nov');
  });
  test('summer time changes the abbreviation', () => {
    expect(zoneAbbreviation('2026-07-01T00:00:00Z', NEW_YORK)).toBe('EDT');
    expect(zoneAbbreviation('2026-12-01T00:00:00Z', 'Europe/Berlin')).toBe('CET');
    expect(zoneAbbreviation('2026-12-01T00:00:00Z', 'UTC')).toBe('UTC');
  });
  test('UTC is there for the tooltip, and nonsense is unknown', () => {
    expect(formatUtc(now)).toBe('19 Nov 2026 15:42:17 UTC');
    expect(formatInstant('nonsense', { zone: 'UTC', now })).toBe('?');
  });
});
