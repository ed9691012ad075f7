import { expect, it } from 'vitest';
import { Decimal } from '../../kernel/decimal';
import { CALENDAR_24X7, CALENDAR_XNYS } from '../calendar';
import { secondsAfter, T0 } from '../testing/fixtures';
import { cashOutcome, settlesBy } from './shown-cash';

const d = (value: number) => new Decimal(value);
const UNTIL = secondsAfter(T0, 86_400);
/** Of 4,000 that are to bring 6,000 to 10,000, proposed when 500 had been paid in net. */
const raised = (
  cash: number | null,
  at: number,
  now: number,
  flow = 500,
  kept: { flow?: Decimal } = { flow: d(500) },
) =>
  cashOutcome(
    { kind: 'raise-cash', shortfall: d(4_000), to: d(10_000), ...kept },
    { cash: cash === null ? null : d(cash), flow: d(flow), asOf: secondsAfter(T0, at) },
    { answeredAt: T0, until: UNTIL },
    secondsAfter(T0, now),
  );

it('cash is raised once a snapshot shows it, less what fills may fall short of the amount asked for', () => {
  expect(raised(10_000, 5, 10)).toEqual({ kind: 'confirmed' });
  expect(raised(12_000, 5, 10)).toEqual({ kind: 'confirmed' });
  expect(raised(9_800, 5, 10), '5 % of the 4,000').toEqual({ kind: 'confirmed' });
  expect(raised(9_799, 5, 10)).toMatchObject({ kind: 'waits' });
  expect(raised(10_000, 0, 10), 'as old as the answer').toMatchObject({ kind: 'waits' });
  expect(raised(10_000, 90_000, 90_001), 'after its time').toEqual({ kind: 'confirmed' });
});

it('what was paid in since the proposal raised no cash, and what was paid out takes none of it away', () => {
  expect(raised(10_000, 5, 10, 4_500)).toEqual({
    kind: 'waits',
    why: 'Sold, waits for settlement: 4,000.00 of 4,000.00 is still missing; 4,000.00 paid in since does not count.',
  });
  expect(raised(14_000, 5, 10, 4_500)).toEqual({ kind: 'confirmed' });
  expect(raised(6_000, 5, 10, -3_500)).toEqual({ kind: 'confirmed' });
  expect(raised(10_000, 5, 10, 4_500, {}), 'proposed before flows were kept').toEqual({ kind: 'confirmed' });
});

it('what is sold waits for its settlement, with what is missing', () => {
  const missing = 'Sold, waits for settlement: 3,000.00 of 4,000.00 is still missing.';
  expect(raised(7_000, 290, 301)).toEqual({ kind: 'waits', why: missing });
  expect(raised(7_000, 86_300, 86_400)).toEqual({ kind: 'waits', why: missing });
  expect(raised(null, 5, 10)).toEqual({
    kind: 'waits',
    why: 'Sold, waits for settlement: the newest snapshot does not state the cash, so all of 4,000.00 counts as missing.',
  });
  expect(raised(10_000, 0, 10)).toEqual({
    kind: 'waits',
    why: 'Sold, waits for settlement: no snapshot since the answer, so all of 4,000.00 counts as missing.',
  });
});

it('cash that did not come by the end of the next session day was not raised', () => {
  expect(raised(7_000, 86_300, 86_401)).toEqual({
    kind: 'failed',
    why: 'Every engine answered that it is done, and at the end of the next session day 3,000.00 of 4,000.00 is still missing.',
  });
});

it('a sale has until the end of the next session day, without one 48 h', () => {
  const by = (at: string, zone = 'America/New_York', sessionStart = '00:00', calendar = CALENDAR_XNYS) =>
    settlesBy(new Date(at), { calendar, zone, sessionStart }).toISOString();
  expect(by('2026-11-23T18:00:00Z'), 'Monday').toBe('2026-11-25T05:00:00.000Z');
  expect(by('2026-11-25T18:00:00Z'), 'before Thanksgiving').toBe('2026-11-28T05:00:00.000Z');
  expect(by('2026-11-20T18:00:00Z'), 'Friday').toBe('2026-11-24T05:00:00.000Z');
  expect(by('2026-11-23T23:00:00Z', 'America/New_York', '17:00'), 'of Tuesday already').toBe(
    '2026-11-25T22:00:00.000Z',
  );
  expect(by('2026-11-23T18:00:00Z', 'America/New_York', '00:00', CALENDAR_24X7)).toBe('2026-11-25T05:00:00.000Z');
  expect(by('2026-11-23T18:00:00Z', 'UTC', '00:00', { ...CALENDAR_24X7, weekly: {} })).toBe('2026-11-25T18:00:00.000Z');
});
