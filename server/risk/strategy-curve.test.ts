import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Decimal } from '../kernel/decimal';
import { evaluateAll } from './ingest/fold';
import { EMPTY_STATE, type RiskState, type StrategyState } from './state';
import { rebasedStrategy } from './strategy-curve';
import { contextWith, rowAt, secondsAfter, T0 } from './testing/fixtures';

const line = (pnl: number | string) => ({
  strategy: 's1',
  realised: new Decimal(pnl),
  unrealised: new Decimal(0),
  fees: new Decimal(0),
  trades: null,
});
const minute = (i: number) => secondsAfter(T0, i * 60);
/** A sample a minute with what the strategy made so far. */
const rowsOf = (pnls: (number | string)[], from = 0) =>
  pnls.map((pnl, i) =>
    rowAt(minute(from + i), new Decimal(1_000_000_000).plus(pnl).toFixed(), from + i, { strategies: [line(pnl)] }),
  );
/** The capital in force from each minute on. */
const capitalFrom = (steps: Record<number, number | string>) =>
  contextWith({
    reportingIntervalMs: 60_000,
    capitalOf: (_, at) => {
      const since = Object.entries(steps).filter(([from]) => minute(Number(from)) <= at);
      return new Decimal(since.at(-1)?.[1] ?? 0);
    },
  });
const own = (state: RiskState) => state.strategies.s1 as StrategyState;
const fallOf = (found: ReturnType<typeof evaluateAll>) => {
  const reading = found.verdicts.find((v) => v.scope.kind === 'strategy' && v.measure === 'drawdown')?.reading;
  return reading?.kind === 'value' ? reading.value.mul(100).toFixed(2) : reading?.reason;
};

describe('a change of capital', () => {
  const slowly = (loss: number) => Array.from({ length: 10 }, (_, i) => (-loss * i) / 10);

  it('moves no unit value at any P&L, and afterwards a loss of x % of capital lowers it by x %', () => {
    const money = fc.integer({ min: 1_000, max: 10_000_000 });
    const share = fc.double({ min: -0.9, max: 0.5, noNaN: true });
    fc.assert(
      fc.property(money, money, share, share, (first, then, made, further) => {
        const context = capitalFrom({ 0: first, 2: then });
        const pnl = new Decimal(first).mul(made).toDecimalPlaces(8).toFixed();
        const before = evaluateAll(EMPTY_STATE, rowsOf(['0', pnl]), context);
        const at = evaluateAll(before.state, rowsOf([pnl, pnl], 2), context);
        expect(own(at.state).curve.unitValue.toFixed(15)).toBe(own(before.state).curve.unitValue.toFixed(15));
        const loss = new Decimal(then).mul(further).toDecimalPlaces(8);
        const later = evaluateAll(at.state, rowsOf([loss.plus(pnl).toFixed()], 4), context);
        const expected = own(at.state).curve.unitValue.mul(loss.div(then).plus(1));
        expect(own(later.state).curve.unitValue.minus(expected).abs().lt('1e-12')).toBe(true);
      }),
    );
  });

  it.each([
    [7_500, '15.00', 100, '15.85'],
    [9_000, '18.00', 500, '22.10'],
    [11_000, '22.00', 1_000, '29.80'],
    [11_000, '22.00', 5_000, '61.00'],
  ])(
    'a demotion from 50,000 to 10,000 after a loss of %d reads %s %, and after %d more %s %',
    (loss, at, more, after) => {
      const context = capitalFrom({ 0: 50_000, 10: 10_000, 20: 50_000 });
      const demoted = evaluateAll(EMPTY_STATE, rowsOf([...slowly(loss), -loss, -loss]), context);
      expect(fallOf(demoted)).toBe(at);
      expect(fallOf(evaluateAll(demoted.state, rowsOf([-loss - more, -loss - more], 12), context))).toBe(after);
      expect(fallOf(evaluateAll(demoted.state, rowsOf([-loss, -loss], 20), context)), 'promoted again').toBe(at);
    },
  );

  it('what a sample states was made with the capital before: the loss of the demotion’s own minute is of 50,000', () => {
    const found = evaluateAll(EMPTY_STATE, rowsOf([0, 0, -500, -500]), capitalFrom({ 0: 50_000, 2: 10_000 }));
    expect(fallOf(found)).toBe('1.00');
  });

  it('a suspect sample is no P&L to count from: capital changes with the next that is none', () => {
    const bad = { ...rowsOf([-40_000_000], 2)[0]!, asOf: secondsAfter(minute(1), 1) };
    const found = evaluateAll(
      EMPTY_STATE,
      [...rowsOf([0, 0]), bad, ...rowsOf([0, 0], 3)],
      capitalFrom({ 0: 50_000, 1.01: 10_000 }),
    );
    expect([own(found.state).curve.unitValue.toFixed(), own(found.state).capital.toFixed()]).toEqual(['1', '10000']);
  });

  it('money buys no units that are worth nothing: a strategy that lost all of it stays at 100 % until it is rebased', () => {
    const context = capitalFrom({ 0: 50_000, 11: 10_000 });
    const lost = evaluateAll(EMPTY_STATE, rowsOf([...slowly(60_000), -60_000, -60_000, -60_000]), context);
    expect([fallOf(lost), own(lost.state).equity.toFixed()]).toEqual(['100.00', '-50000']);
    const rebased = rebasedStrategy(own(lost.state), minute(13), '2026-11-19');
    const state = { ...lost.state, strategies: { s1: rebased } };
    expect(fallOf(evaluateAll(state, rowsOf([-61_000, -61_000], 13), context))).toBe('10.00');
  });
});

it('capital without units is unknown, never the last value, until it is rebased', () => {
  const context = capitalFrom({ 0: 10_000, 5: 50_000 });
  const { state } = evaluateAll(EMPTY_STATE, rowsOf([0, -500]), context);
  const emptied = { ...own(state), curve: { ...own(state).curve, units: new Decimal(0) } };
  const frozen = { ...state, strategies: { s1: emptied } };
  const why = 'its capital has no units, so that its value is not known';
  expect(fallOf(evaluateAll(frozen, rowsOf([-600, -700], 2), context))).toBe(why);
  const promoted = evaluateAll(frozen, rowsOf([-600, -700, -700, -700, -700], 2), context);
  expect(fallOf(promoted)).toBe(why);
  const rebased = {
    ...promoted.state,
    strategies: { s1: rebasedStrategy(own(promoted.state), minute(7), '2026-11-19') },
  };
  expect(fallOf(evaluateAll(rebased, rowsOf([-5_700, -5_700], 7), context))).toBe('10.00');
});
