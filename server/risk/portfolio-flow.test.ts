import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Decimal } from '../kernel/decimal';
import { evaluateAll, type Fold } from './ingest/fold';
import { withdrawnOf } from './portfolio-flow';
import { reconcile } from './reconciliation/reconciliation';
import type { AccountRow } from './samples';
import { EMPTY_STATE, type RiskState } from './state';
import { contextWith, rowAt, secondsAfter, T0 } from './testing/fixtures';

type Extra = { flows?: number[]; pnl?: number; strategy?: string };
let sequence = 0;
const row = (seconds: number, account: string, equity: number, { flows, pnl, strategy = 's1' }: Extra = {}) => {
  sequence += 1;
  const line = { strategy, realised: new Decimal(pnl ?? 0), unrealised: new Decimal(0), fees: new Decimal(0) };
  return {
    ...rowAt(secondsAfter(T0, seconds), equity, sequence, {
      flows,
      ...(pnl === undefined ? {} : { strategies: [{ ...line, trades: null }] }),
    }),
    account,
  };
};
const TWO = contextWith({ accounts: ['a', 'b'], reportingIntervalMs: 60_000 });
const fold = (rows: AccountRow[], start: RiskState = EMPTY_STATE, context = TWO, lookback = { points: [], days: [] }) =>
  evaluateAll(start, rows, context, lookback);
const reading = (found: Fold, measure: string) => {
  const said = found.verdicts.find((v) => v.measure === measure)?.reading;
  return said?.kind === 'value' ? said.value.mul(100).toFixed(2) : said?.reason;
};

describe('money between own accounts', () => {
  const before = [row(0, 'a', 900_000), row(1, 'b', 100_000), row(60, 'a', 900_000), row(61, 'b', 100_000)];

  it('is no withdrawal: 850,000 that move are no reason to count 0.8 % as 5.3 %', () => {
    const found = fold([
      ...before,
      row(120, 'a', 50_000, { flows: [-850_000] }),
      row(121, 'b', 950_000, { flows: [850_000] }),
      row(180, 'a', 50_000),
      row(181, 'b', 942_000),
      row(240, 'a', 50_000),
      row(241, 'b', 942_000),
    ]);
    expect([reading(found, 'dailyLoss'), reading(found, 'drawdown'), found.changes]).toEqual(['0.80', '0.80', []]);
  });

  it('halts nobody in the moment between the row it leaves in and the one it arrives in', () => {
    const found = fold([
      ...before,
      row(120, 'a', 880_000),
      row(121, 'b', 100_000),
      row(180, 'a', 30_000, { flows: [-850_000] }),
      row(181, 'b', 950_000, { flows: [850_000] }),
      row(240, 'a', 30_000),
      row(241, 'b', 950_000),
    ]);
    expect([reading(found, 'dailyLoss'), found.changes]).toEqual(['2.00', []]);
  });

  it('is a withdrawal once the other account has come up to it without', () => {
    const gone = [...before, row(120, 'a', 20_000, { flows: [-850_000] })];
    expect(reading(fold(gone), 'dailyLoss')).toBe('3.00');
    expect(reading(fold([...gone, row(121, 'b', 100_000)]), 'dailyLoss')).toBe('20.00');
  });

  it('moves no measure, whatever moves, when and in which order it is told', () => {
    const move = fc.record({
      at: fc.integer({ min: 2, max: 20 }),
      amount: fc.integer({ min: -400_000, max: 400_000 }),
    });
    const loss = fc.integer({ min: 0, max: 40_000 });
    const skews = fc.tuple(fc.integer({ min: 0, max: 25 }), fc.integer({ min: 0, max: 25 }));
    fc.assert(
      fc.property(fc.array(move, { maxLength: 4 }), loss, skews, fc.nat(), (moves, lost, [skewA, skewB], seed) => {
        let [a, b] = [500_000, 500_000];
        const rows: AccountRow[] = [];
        for (let i = 0; i < 25; i += 1) {
          const flow = moves.filter(({ at }) => at === i).reduce((sum, { amount }) => sum + amount, 0);
          a -= flow;
          b += flow - (i === 22 ? lost : 0);
          rows.push(row(i * 30 + skewA, 'a', a, { flows: flow ? [-flow] : [] }));
          rows.push(row(i * 30 + skewB, 'b', b, { flows: flow ? [flow] : [] }));
        }
        const shuffled = rows.map((one, i) => ({ one, key: (seed * (i + 7)) % 101 })).sort((x, y) => x.key - y.key);
        const found = fold(shuffled.map(({ one }) => one));
        expect(reading(found, 'dailyLoss')).toBe(new Decimal(lost).div(10_000).toFixed(2));
        expect(found.changes.every(({ at }) => at >= secondsAfter(T0, 22 * 30))).toBe(true);
        const full = evaluateAll(EMPTY_STATE, rows, TWO, { points: [], days: [] }, true);
        expect(found.changes).toEqual(full.changes);
      }),
      { numRuns: 30 },
    );
  });
});

describe('an account that joins', () => {
  const alone = () => {
    const lookback = { points: [], days: [] };
    const only = contextWith({ accounts: ['a'], reportingIntervalMs: 60_000 });
    const pnl = { pnl: 1_000 };
    return {
      lookback,
      state: fold([row(0, 'a', 100_000, pnl), row(60, 'a', 100_000, pnl)], EMPTY_STATE, only, lookback).state,
    };
  };

  it('hides no loss: what it brings is a flow', () => {
    const { lookback, state } = alone();
    const rows = Array.from({ length: 11 }, (_, i) => [
      row((i + 2) * 60, 'a', 100_000 - 2_000 * Math.min(i, 5), { pnl: 1_000 - 2_000 * Math.min(i, 5) }),
      row((i + 2) * 60 + 1, 'b', 100_000, { flows: [100_000], pnl: 70_000, strategy: 's2' }),
    ]).flat();
    const quiet = rows.map((one) =>
      one.account === 'b' && one.asOf > secondsAfter(T0, 121) ? { ...one, flows: [] } : one,
    );
    const found = fold(quiet, state, TWO, lookback);
    // 10,000 of the 100,000 that the day began with, and of the 200,000 that units are of.
    expect([reading(found, 'dailyLoss'), reading(found, 'drawdown')]).toEqual(['10.00', '5.00']);
    expect(found.state.curve?.mark.toFixed()).toBe('1');
    expect(reconcile(found.state).kind, 'what it made before it joined is no P&L of today').toBe('agrees');
  });

  it('brings no P&L of a strategy that traded there before', () => {
    const { lookback, state } = alone();
    const context = contextWith({ ...TWO, capitalOf: () => new Decimal(50_000) });
    const first = fold([row(120, 'a', 100_000, { pnl: 1_000 })], state, { ...context, accounts: ['a'] }, lookback);
    const joined = [row(180, 'a', 100_000, { pnl: 1_000 }), row(181, 'b', 100_000, { pnl: -20_000 })];
    const found = fold([...joined, row(240, 'a', 100_000, { pnl: 1_000 })], first.state, context, lookback);
    expect(found.state.strategies.s1?.curve.unitValue.toFixed()).toBe('1');
  });

  it('moves neither drawdown nor the loss of the day, whatever it holds', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000_000 }), fc.integer({ min: 0, max: 30_000 }), (brought, lost) => {
        const { lookback, state } = alone();
        const found = fold(
          [
            row(120, 'a', 100_000 - lost, { pnl: 1_000 }),
            row(121, 'b', brought),
            row(180, 'a', 100_000 - lost, { pnl: 1_000 }),
          ],
          state,
          TWO,
          lookback,
        );
        expect(reading(found, 'dailyLoss')).toBe(new Decimal(lost).div(1_000).toFixed(2));
      }),
    );
  });
});

it('more came than left: nothing was withdrawn on balance', () => {
  const d = (value: number) => new Decimal(value);
  expect([withdrawnOf(d(5)), withdrawnOf(d(-5)), withdrawnOf(d(-5), [{ at: T0, amount: d(3) }])].map(String)).toEqual([
    '0',
    '5',
    '2',
  ]);
});
