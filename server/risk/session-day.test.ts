import { describe, expect, it } from 'vitest';
import { CALENDAR_24X7, CALENDAR_XNYS } from './calendar';
import {
  fullSessionsBetween,
  instantOf,
  nextOpen,
  sessionAt,
  sessionBefore,
  sessionDay,
  sessionOn,
} from './session-day';
import { freshnessOf, freshUntil, maxAgeMs, unknownRungAfter } from './unknown';

const NY = 'America/New_York';
const at = (text: string) => new Date(text);
const hours = (day: { start: Date; end: Date }) => (day.end.getTime() - day.start.getTime()) / 3_600_000;

describe('session day', () => {
  it('is 23 h long when clocks go forward and 25 h when they go back', () => {
    expect(hours(sessionDay(at('2026-03-08T12:00:00Z'), NY))).toBe(23);
    expect(hours(sessionDay(at('2026-11-01T12:00:00Z'), NY))).toBe(25);
    expect(hours(sessionDay(at('2026-11-19T12:00:00Z'), NY))).toBe(24);
  });
  it('"day" outside UTC: 04:59Z belongs to the day before in New York', () => {
    expect(sessionDay(at('2026-11-19T04:59:59Z'), NY).key).toBe('2026-11-18');
    expect(sessionDay(at('2026-11-19T05:00:00Z'), NY).key).toBe('2026-11-19');
    expect(sessionDay(at('2026-11-18T18:00:00Z'), 'Pacific/Auckland').key).toBe('2026-11-19');
  });
  it('starts at 17:00 for futures and carries the date on which it ends', () => {
    const day = sessionDay(at('2026-11-19T22:30:00Z'), NY, '17:00');
    expect(day.key).toBe('2026-11-20');
    expect(day.start.toISOString()).toBe('2026-11-19T22:00:00.000Z');
  });
  it('takes the first instant after the gap where midnight is skipped', () => {
    // Beirut moves its clocks at midnight.
    expect(instantOf('Asia/Beirut', '2026-03-29', '00:00').toISOString()).toBe('2026-03-28T22:00:00.000Z');
    expect(hours(sessionDay(at('2026-03-29T10:00:00Z'), 'Asia/Beirut'))).toBe(23);
  });
  it('takes the first of two readings of an ambiguous hour', () => {
    expect(instantOf(NY, '2026-11-01', '01:30').toISOString()).toBe('2026-11-01T05:30:00.000Z');
  });
});

describe('trading calendar', () => {
  it('knows holidays, half days and weekends of XNYS', () => {
    expect(sessionOn(CALENDAR_XNYS, '2026-11-26')).toBeNull();
    expect(sessionOn(CALENDAR_XNYS, '2026-11-21')).toBeNull();
    expect(sessionOn(CALENDAR_XNYS, '2026-11-27')?.closesAt.toISOString()).toBe('2026-11-27T18:00:00.000Z');
  });
  it('opens at 09:30 in New York on both sides of a clock change', () => {
    expect(sessionOn(CALENDAR_XNYS, '2026-03-06')?.opensAt.toISOString()).toBe('2026-03-06T14:30:00.000Z');
    expect(sessionOn(CALENDAR_XNYS, '2026-03-09')?.opensAt.toISOString()).toBe('2026-03-09T13:30:00.000Z');
  });
  it('finds the session that runs, the next open and the one before', () => {
    expect(sessionAt(CALENDAR_XNYS, at('2026-11-20T21:00:00Z'))).toBeNull();
    expect(nextOpen(CALENDAR_XNYS, at('2026-11-20T21:00:00Z'))?.toISOString()).toBe('2026-11-23T14:30:00.000Z');
    expect(sessionBefore(CALENDAR_XNYS, at('2026-11-23T05:00:00Z'))?.opensAt.toISOString()).toBe(
      '2026-11-20T14:30:00.000Z',
    );
    expect(fullSessionsBetween(CALENDAR_XNYS, at('2026-11-19T00:00:00Z'), at('2026-11-24T00:00:00Z'))).toBe(3);
    expect(fullSessionsBetween(CALENDAR_24X7, at('2026-11-19T00:00:00Z'), at('2026-11-21T00:00:00Z'))).toBe(2);
  });
});

describe('freshness', () => {
  const interval = 5_000;
  const asOf = at('2026-11-19T15:00:00Z');
  const after = (seconds: number) =>
    freshnessOf(asOf, new Date(asOf.getTime() + seconds * 1000), CALENDAR_24X7, interval);

  it('a socket open and data dead is stale after three intervals, and 10 s at least', () => {
    expect(maxAgeMs(1_000)).toBe(10_000);
    expect(after(15).state).toBe('fresh');
    expect(after(16).state).toBe('stale');
  });
  it('a sample from before the close is fresh until the next open and 60 s', () => {
    const close = at('2026-11-20T20:59:58Z');
    expect(freshUntil(close, CALENDAR_XNYS, interval).toISOString()).toBe('2026-11-23T14:31:00.000Z');
    expect(freshUntil(at('2026-11-20T20:00:00Z'), CALENDAR_XNYS, interval).toISOString()).toBe(
      '2026-11-20T20:00:15.000Z',
    );
  });
  it('sessions that join at midnight are one: a sample from just before it is as old as any other', () => {
    expect(freshUntil(at('2026-11-19T23:59:58Z'), CALENDAR_24X7, interval).toISOString()).toBe(
      '2026-11-20T00:00:13.000Z',
    );
    expect(freshUntil(at('2026-11-19T23:00:00Z'), CALENDAR_24X7, 3_600_000).toISOString()).toBe(
      '2026-11-20T02:00:00.000Z',
    );
    expect(freshUntil(at('2026-11-17T00:00:00Z'), CALENDAR_24X7, 86_400_000).toISOString()).toBe(
      '2026-11-20T00:00:00.000Z',
    );
    const closedOnFriday = { ...CALENDAR_24X7, exceptions: { '2026-11-20': null } };
    expect(freshUntil(at('2026-11-19T23:59:58Z'), closedOnFriday, interval).toISOString()).toBe(
      '2026-11-21T00:01:00.000Z',
    );
    expect(freshUntil(at('2026-11-20T23:59:58Z'), closedOnFriday, interval).toISOString()).toBe(
      '2026-11-21T00:01:00.000Z',
    );
  });
  it('unknown data deny, alert, reduce and halt in time; no sample at all is never fresh', () => {
    expect([0, 59, 60, 299, 300, 899, 900].map((s) => unknownRungAfter(s * 1_000))).toEqual([
      'deny',
      'deny',
      'alert',
      'alert',
      'reducing',
      'reducing',
      'halted',
    ]);
    expect(freshnessOf(null, asOf, CALENDAR_24X7, interval).state).toBe('missing');
  });
});
