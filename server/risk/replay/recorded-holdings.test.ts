import { expect, test } from 'vitest';
import { storedReplayHistory } from '../../evidence/stored-series';
import { Decimal } from '../../kernel/decimal';
import type { AccountRow } from '../samples';
import { positionOf } from '../testing/fixtures';
import { recordedHoldings } from './recorded-holdings';
import { replay } from './replay';
import { gapOf } from './replay-gaps';
import { replayLimitsOf } from './replay-limits';

const rowOf = (
  account: string,
  equity: number,
  cash: number | null,
  held: Record<string, number> = {},
): AccountRow => ({
  account,
  sequence: 1,
  asOf: new Date('2026-11-20T21:00:00Z'),
  kind: 'live',
  equity: new Decimal(equity),
  cash: cash === null ? null : new Decimal(cash),
  flows: [],
  positions: Object.entries(held).map(([instrument, value]) => positionOf(instrument, value)),
  strategies: [],
});
const DAYS = ['2026-11-18', '2026-11-19', '2026-11-20'] as const;
const at = (day: string) => Date.parse(`${day}T00:00:00Z`);

test('instruments are gross over all accounts, equity is what the accounts state', () => {
  const held = recordedHoldings([
    { day: DAYS[0], row: rowOf('a', 1_000, 500, { SPY: 300, KO: -100 }) },
    { day: DAYS[0], row: rowOf('b', 1_000, 800, { SPY: 200 }) },
  ]);
  expect(held).toEqual({
    day: [at(DAYS[0])],
    instruments: ['KO', 'SPY'],
    value: [[100], [500]],
    // What the short sale brought in is owed.
    cash: [1_200],
    equity: [2_000],
  });
});

test('a day on which a known account is silent is left out, cash that is not stated is unknown', () => {
  const held = recordedHoldings([
    { day: DAYS[0], row: rowOf('a', 1_000, 500) },
    { day: DAYS[1], row: rowOf('a', 1_000, null) },
    { day: DAYS[1], row: rowOf('b', 1_000, 500) },
    { day: DAYS[2], row: rowOf('b', 1_000, 500) },
  ]);
  expect(held).toMatchObject({ day: [at(DAYS[0]), at(DAYS[1])], cash: [500, null], equity: [1_000, 2_000] });
  expect(recordedHoldings([])).toBeNull();
});

test('position and cash limits are replayed over what was recorded, by the recorded equity', () => {
  const holdings = recordedHoldings([
    { day: DAYS[0], row: rowOf('a', 1_000, 100, { SPY: 50 }) },
    { day: DAYS[1], row: rowOf('a', 1_000, 99, { SPY: 51 }) },
    { day: DAYS[2], row: rowOf('a', 1_000, null, { SPY: 50 }) },
  ]);
  const series = { sampling: 'daily' as const, daily: null, points: null, holdings };
  const { position, cash } = replay(storedReplayHistory('Desk', series), replayLimitsOf({})).breaches;
  expect([position?.daysInBreach, cash?.daysInBreach]).toEqual([1, 1]);
  expect([position?.daysKnown, cash?.daysKnown]).toEqual([3, 2]);
  expect(position?.episodes[0]).toMatchObject({ from: at(DAYS[1]), worst: 0.051, subject: 'SPY' });
});

test('a strategy is shown by its own positions against the equity of the portfolio, and has no cash', () => {
  const row = rowOf('a', 1_000, 500, { SPY: 300, KO: 100 });
  const [spy, ko] = row.positions;
  const positions = [
    { ...spy!, strategy: 'core' },
    { ...ko!, strategy: 'other' },
  ];
  const holdings = recordedHoldings([{ day: DAYS[0], row: { ...row, positions } }], 'core');
  expect(holdings).toEqual({ day: [at(DAYS[0])], instruments: ['SPY'], value: [[300]], cash: [null], equity: [1_000] });
  const series = { sampling: 'daily' as const, daily: null, points: null, holdings };
  const result = replay(storedReplayHistory('core', series), replayLimitsOf({}));
  expect([result.breaches.position?.daysInBreach, result.breaches.cash]).toEqual([1, null]);
  expect(gapOf(result, 'cash')).toBe('no cash in this history');
});
