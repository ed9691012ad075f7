import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Decimal } from '../../kernel/decimal';
import { sampleDeviation, simpleReturns } from '../correlation/correlation';
import { drawdownOf } from '../equity-curve';
import { limitOf } from '../limit-definition';
import { verdictOf } from '../limits';
import { cashShare, lossOf, positionShares, winRate } from '../measures';
import type { Reading } from '../reading';
import { positionOf } from '../testing/fixtures';
import { BATCH_MEASURES, BATCH_STATES, type BatchInput, type BatchLimits, checkBatch } from './limits-batch';

const LIMITS: BatchLimits = {
  drawdown: limitOf('drawdown', 'strategy', '0.15'),
  dailyLoss: limitOf('dailyLoss', 'portfolio', '0.05'),
  position: limitOf('position', 'portfolio', '0.05'),
  cash: limitOf('cash', 'portfolio', '0.10'),
  winRate: limitOf('winRate', 'strategy', '0.30'),
};
const ZERO = new Decimal(0);
const scope = { kind: 'portfolio' as const, id: 'p' };

type Row = { values: number[]; equity: number; gross: number; cash: number; closed: number; wins: number };

const inputOf = (rows: Row[]): BatchInput => ({
  days: rows[0]?.values.length ?? 0,
  values: Float64Array.from(rows.flatMap((r) => r.values)),
  equity: Float64Array.from(rows, (r) => r.equity),
  gross: Float64Array.from(rows, (r) => r.gross),
  cash: Float64Array.from(rows, (r) => r.cash),
  closed: Int32Array.from(rows, (r) => r.closed),
  wins: Int32Array.from(rows, (r) => r.wins),
});

/** What the evaluator of single samples says of a row. */
function singly(row: Row): string[] {
  const decimal = (n: number) => new Decimal(n);
  const [before, last] = row.values.slice(-2) as [number, number];
  const mark = decimal(Math.max(...row.values));
  const curve = { units: decimal(1), unitValue: decimal(last), mark, markAt: new Date(0), unpriced: ZERO };
  const day = { startEquity: decimal(before), estimated: false, netFlow: ZERO, withdrawals: ZERO };
  const readings: Record<(typeof BATCH_MEASURES)[number], Reading> = {
    drawdown: drawdownOf(curve),
    dailyLoss: lossOf(decimal(last), day),
    position: positionShares([positionOf('SPX', row.gross)], decimal(row.equity)).get('SPX') as Reading,
    cash: cashShare(decimal(row.cash), decimal(row.equity)),
    winRate: winRate({ total: row.closed, wins: row.wins }),
  };
  return BATCH_MEASURES.map((measure) => {
    const limit = LIMITS[measure];
    return limit ? verdictOf({ measure, scope, subject: null, reading: readings[measure] }, limit).state : 'unset';
  });
}

const states = (rows: Row[]) => {
  const { state } = checkBatch(inputOf(rows), LIMITS);
  return rows.map((_, i) => Array.from(state.subarray(i * 5, i * 5 + 5), (s) => BATCH_STATES[s]));
};

const near = (at: number) =>
  fc.oneof(fc.constantFrom(at, at * 0.8, at / 0.8), fc.double({ min: 0, max: 2 * at, noNaN: true }));
const row: fc.Arbitrary<Row> = fc
  .record({
    walk: fc.array(fc.integer({ min: 80, max: 120 }), { minLength: 40, maxLength: 40 }),
    fall: near(0.15),
    loss: near(0.05),
    equity: fc.constantFrom(100, 1_000, 1e6, 0, -5),
    gross: near(0.05),
    cash: near(0.1),
    closed: fc.integer({ min: 0, max: 200 }),
    share: near(0.3),
  })
  .map(({ walk, fall, loss, equity, gross, cash, closed, share }) => ({
    values: [...walk.map((v) => v / 2), 100, (100 * (1 - fall)) / (1 - loss), 100 * (1 - fall)],
    equity,
    gross: gross * 1_000,
    cash: cash * equity,
    closed,
    wins: Math.min(closed, Math.round(closed * share)),
  }));

describe('many at once', () => {
  it('have the states that each has alone, at the limits too', () => {
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 8 }), (rows) => {
        expect(states(rows)).toEqual(rows.map(singly));
      }),
      { numRuns: 300 },
    );
  });

  it('exactly at a limit is no breach; a hair beyond is one', () => {
    const flat = Array(40).fill(100) as number[];
    const at = (last: number): Row => ({
      values: [...flat, last],
      equity: 1_000,
      gross: 50,
      cash: 100,
      closed: 40,
      wins: 12,
    });
    expect(states([at(95)])[0]).toEqual(['within', 'soft', 'soft', 'soft', 'soft']);
    expect(states([at(85)])[0]?.[0]).toBe('soft');
    expect(states([at(85 - 1e-9)])[0]?.slice(0, 2)).toEqual(['breach', 'breach']);
  });

  it('a missing value is unknown, not a pass', () => {
    const values = [...(Array(40).fill(100) as number[]), Number.NaN, 100];
    const gap: Row = { values, equity: 1_000, gross: Number.NaN, cash: Number.NaN, closed: 3, wins: 3 };
    expect(states([gap])[0]).toEqual(['unknown', 'unknown', 'unknown', 'unknown', 'unknown']);
    expect(checkBatch(inputOf([gap]), LIMITS).volatility[0]).toBeNaN();
  });

  it('drawdown and volatility are those of the single forms', () => {
    const values = Float64Array.from({ length: 252 }, (_, i) => 100 + Math.sin(i / 7) * 5 + i / 50);
    const { drawdown, volatility } = checkBatch(
      inputOf([{ values: [...values], equity: 1, gross: 0, cash: 1, closed: 0, wins: 0 }]),
      LIMITS,
    );
    expect(volatility[0]).toBeCloseTo(sampleDeviation(simpleReturns(values), 30) as number, 14);
    expect(drawdown[0]).toBeCloseTo(1 - (values.at(-1) as number) / Math.max(...values), 14);
  });
});
