import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Decimal } from '../../kernel/decimal';
import { evaluateAll } from '../ingest/fold';
import { encodeState } from '../ingest/state-codec';
import type { AccountRow } from '../samples';
import { EMPTY_STATE, type EvaluationContext } from '../state';
import { contextWith, rowAt, secondsAfter, T0 } from '../testing/fixtures';

const context = (accounts: string[]): EvaluationContext =>
  contextWith({ accounts, capitalOf: () => new Decimal(400_000) });
const line = (realised: number) => ({
  ...{ strategy: 'trend', realised: new Decimal(realised), unrealised: new Decimal(0), fees: new Decimal(0) },
  trades: null,
});
const fold = (rows: AccountRow[], accounts: string[], state = EMPTY_STATE, inFull = false) =>
  evaluateAll(state, rows, context(accounts), { points: [], days: [] }, inFull);

/** Main with 1,000,000 and old with 500,000, which earns 2,000 for its strategy and withdraws everything. */
const before = fold(
  [
    rowAt(T0, 1_000_000, 0, { strategies: [line(0)] }),
    rowAt(secondsAfter(T0, 1), 500_000, 0, { account: 'old', strategies: [line(0)] }),
    rowAt(secondsAfter(T0, 2), 502_000, 1, { account: 'old', strategies: [line(2_000)] }),
    rowAt(secondsAfter(T0, 3), 1_000_000, 1, { strategies: [line(0)] }),
    rowAt(secondsAfter(T0, 4), 0, 2, { account: 'old', flows: [-502_000], strategies: [line(2_000)] }),
  ],
  ['main', 'old'],
).state;

it('once closed it is awaited no more: unit, mark and what its strategy earned stay as they were', () => {
  const rows = [60, 65, 70].map((s, i) => rowAt(secondsAfter(T0, s), 1_000_000, i + 2, { strategies: [line(0)] }));
  expect(fold(rows, ['main', 'old'], before).derived.map((d) => d.evaluated)).toEqual([false, false, false]);
  const after = fold(rows, ['main'], before);
  expect(after.derived.map((d) => d.evaluated)).toEqual([true, true, true]);
  expect(after.state.curve?.unitValue.toFixed(12)).toBe(before.curve?.unitValue.toFixed(12));
  expect(after.state.curve?.mark.toFixed(12)).toBe(before.curve?.mark.toFixed(12));
  expect(after.state.strategies.trend?.equity).toEqual(before.strategies.trend?.equity);
  expect(after.changes).toEqual([]);
});

it('stretches without verdicts end as every row evaluated in full, with an account closed before them', () => {
  const moves = fc.array(fc.double({ min: -0.5, max: 0.5, noNaN: true }), { minLength: 40, maxLength: 80 });
  fc.assert(
    fc.property(moves, fc.constantFrom(-150_000, 0, 60_000), (steps, jump) => {
      let equity = 1_000_000;
      const rows = steps.map((step, i) => {
        equity += step * 1_000 + (i === 30 ? jump : 0);
        return rowAt(secondsAfter(T0, 60 + i), equity.toFixed(2), i + 2, { strategies: [line(equity - 1_000_000)] });
      });
      const [quick, full] = [fold(rows, ['main'], before), fold(rows, ['main'], before, true)];
      for (const part of ['state', 'changes', 'verdicts', 'derived'] as const)
        expect(encodeState(quick[part])).toEqual(encodeState(full[part]));
    }),
    { numRuns: 10 },
  );
});

it('a late row from before the closing counts in every total from there on, with and without verdicts', () => {
  const rows = [60, 65, 70].map((s, i) => rowAt(secondsAfter(T0, s), 1_000_000, i + 2, { strategies: [line(0)] }));
  const late = rowAt(secondsAfter(T0, 62), -30_000, 3, { account: 'old', strategies: [line(2_000)] });
  const after = fold([...rows, late], ['main'], before);
  expect(after.derived.map((d) => d.equity?.toNumber())).toEqual([1_000_000, 970_000, 970_000, 970_000]);
  const quiet = Array.from({ length: 80 }, (_, i) =>
    rowAt(secondsAfter(T0, 60 + i), 1_000_000 + i, i + 2, { strategies: [line(i)] }),
  );
  const [quick, full] = [false, true].map((inFull) => fold([...quiet, late], ['main'], before, inFull));
  for (const part of ['state', 'changes', 'verdicts', 'derived'] as const)
    expect(encodeState(quick?.[part])).toEqual(encodeState(full?.[part]));
});
