import { describe, expect, it } from 'vitest';
import { Decimal } from '../kernel/decimal';
import { evaluateAll } from './ingest/fold';
import type { AccountRow } from './samples';
import { EMPTY_STATE } from './state';
import { contextWith, positionOf, rowAt, secondsAfter, T0 } from './testing/fixtures';

const line = (pnl: number) => ({
  strategy: 's1',
  realised: new Decimal(pnl),
  unrealised: new Decimal(0),
  fees: new Decimal(0),
  trades: { closed: 40, wins: 20 },
});
/** A sample every 20 s; `null` states nothing of the strategy. */
const rowsOf = (pnls: (number | null)[], extra: Partial<Omit<AccountRow, 'flows'>> = {}) =>
  pnls.map((pnl, i) =>
    rowAt(secondsAfter(T0, i * 20), 10_000 + (pnl ?? 0), i, { strategies: pnl === null ? [] : [line(pnl)], ...extra }),
  );
const abortedAt = (seconds: number) => (_: string, at: Date) =>
  at < secondsAfter(T0, seconds) ? new Decimal(1_000) : null;
const own = { kind: 'strategy', id: 's1' };
const readings = (rows: AccountRow[], context = contextWith({ capitalOf: () => new Decimal(1_000) })) => {
  const { verdicts, state, changes } = evaluateAll(EMPTY_STATE, rows, context);
  const mine = verdicts.filter((v) => v.scope.kind === own.kind && v.scope.id === own.id);
  return { state, changes, verdicts: mine.map((v) => [v.measure, v.state, v.sentence]) };
};

describe('a strategy whose engine stops stating its P&L', () => {
  const frozen = [0, -50, null, null, null];
  it('is unknown once what it stated is too old, while it has capital', () => {
    expect(readings(rowsOf(frozen)).verdicts).toEqual([
      ['drawdown', 'unknown', 'Drawdown is unknown: its engine states no profit and loss'],
      ['winRate', 'unknown', 'Win rate is unknown: its engine states no profit and loss'],
    ]);
  });
  it('is known for as long as one sample may be late', () => {
    const context = contextWith({ capitalOf: () => new Decimal(1_000), reportingIntervalMs: 20_000 });
    expect(readings(rowsOf(frozen), context).verdicts.map(([, state]) => state)).toEqual(['within', 'within']);
  });
  it('is known again with the next line', () => {
    expect(readings(rowsOf([...frozen, -60])).verdicts.map(([, state]) => state)).toEqual(['within', 'within']);
  });
});

it('a strategy that was given capital and whose P&L nobody ever stated is unknown, and no stretch with it is quiet', () => {
  const from = secondsAfter(T0, 100);
  const capitalOf = (_: string, at: Date) => (at < from ? null : new Decimal(1_000));
  const context = contextWith({ capitalOf, funded: ['s1'] });
  const stated = (count: number) =>
    readings(rowsOf(Array(count).fill(null)), context).verdicts.map((v) => v.slice(0, 2));
  expect(stated(5)).toEqual([]);
  const unknown = [
    ['drawdown', 'unknown'],
    ['winRate', 'unknown'],
  ];
  expect(stated(6)).toEqual(unknown);
  expect(stated(60)).toEqual(unknown);
  expect(evaluateAll(EMPTY_STATE, rowsOf(Array(60).fill(null)), context).within.samples).toBe(0);
});

describe('a strategy without capital', () => {
  const down = [0, -100, -160, -170, -170, -170];
  const hard = (rows: AccountRow[]) => {
    const { state, changes, verdicts } = readings(rows, contextWith({ capitalOf: abortedAt(100) }));
    const key = 'drawdown|strategy|s1|';
    return { state: state.episodes[key]?.state, window: state.windows[key], changes, verdicts };
  };
  it('is unknown when it holds something that nobody states the P&L of: its breach stands', () => {
    const held = rowsOf([...down, null, null, null], { positions: [positionOf('KO', 100, 's1')] });
    expect(hard(held)).toMatchObject({ state: 'open' });
    expect(hard(held).verdicts.map(([, state]) => state)).toEqual(['unknown', 'unknown']);
    const calm = rowsOf([0, ...Array(60).fill(null)], { positions: [positionOf('KO', 100, 's1')] });
    expect(evaluateAll(EMPTY_STATE, calm, contextWith({ capitalOf: abortedAt(10) })).verdicts).toEqual(
      evaluateAll(EMPTY_STATE, calm, contextWith({ capitalOf: abortedAt(10) }), undefined, true).verdicts,
    );
  });
  it('is left out when nobody speaks of it and it holds nothing: its breach ends and stands in nobody else’s way', () => {
    const { state, window, changes, verdicts } = hard(rowsOf([...down, null, null]));
    expect([state, window, verdicts]).toEqual(['cleared', undefined, []]);
    expect(changes.filter((c) => c.kind === 'cleared')).toHaveLength(1);
  });
  it('is left out when it holds nothing, whatever its engine still states', () => {
    expect(hard(rowsOf([...down, -170, -170]))).toMatchObject({ state: 'cleared', verdicts: [] });
  });
  it('is measured for as long as it holds something', () => {
    const held = rowsOf([...down, -170, -170], { positions: [positionOf('KO', -100, 's1')] });
    expect(hard(held)).toMatchObject({ state: 'open' });
    expect(hard(held).verdicts[0]).toEqual(['drawdown', 'breach', 'Drawdown 17.0 % exceeds 15.0 %']);
  });
});
