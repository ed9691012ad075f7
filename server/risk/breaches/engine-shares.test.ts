import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Decimal, sumOf } from '../../kernel/decimal';
import { cashByEngine, type Holder, targetsByEngine } from './engine-shares';

const d = (value: number) => new Decimal(value);
const holder = (engineId: string, quantity: number | null, strategy = 'trend'): Holder => ({
  engineId,
  positions:
    quantity === null
      ? null
      : [{ strategy, instrument: 'KO', quantity: String(quantity), price: '10', value: String(quantity * 10) }],
});
const target = (from: number, to: number) => ({ instrument: 'KO', from: d(from), to: d(to) });
const said = (targets: { engineId: string; quantity: Decimal }[]) => targets.map((t) => `${t.engineId} ${t.quantity}`);

describe('a target of a strategy on several engines', () => {
  it('is met by who holds it: 60 and 40 to 80 sells 20 of the 60', () => {
    expect(said(targetsByEngine(target(100, 80), 'trend', [holder('b', 40), holder('a', 60)]))).toEqual(['a 40']);
    expect(said(targetsByEngine(target(100, 10), 'trend', [holder('b', 40), holder('a', 60)]))).toEqual([
      'a 0',
      'b 10',
    ]);
    expect(said(targetsByEngine(target(-100, -80), 'trend', [holder('b', -40), holder('a', -60)]))).toEqual(['a -40']);
  });
  it('counts what another engine holds the other way round, so that the sum never turns round', () => {
    expect(said(targetsByEngine(target(10, 8), 'trend', [holder('a', 100), holder('b', -90)]))).toEqual(['a 98']);
    expect(said(targetsByEngine(target(-10, 0), 'trend', [holder('a', 90), holder('b', -100)]))).toEqual(['b -90']);
  });
  it('goes as it is to one engine, and to each where none reports to hold it', () => {
    expect(said(targetsByEngine(target(100, 80), 'trend', [holder('a', 0)]))).toEqual(['a 80']);
    expect(said(targetsByEngine(target(100, 80), 'trend', [holder('a', null), holder('b', 70, 'other')]))).toEqual([
      'a 80',
      'b 80',
    ]);
    expect(said(targetsByEngine(target(100, 80), 'trend', [holder('a', 50), holder('b', 10)]))).toEqual(['a 50']);
  });
  it('is never passed, and what all keep adds up to it', () => {
    const sizes = fc.array(fc.integer({ min: 0, max: 500 }), { minLength: 2, maxLength: 4 });
    fc.assert(
      fc.property(sizes, fc.integer({ min: 0, max: 500 }), (held, to) => {
        const total = held.reduce((sum, q) => sum + q, 0);
        fc.pre(total > 0);
        const holders = held.map((q, i) => holder(`e${i}`, q));
        const told = new Map(targetsByEngine(target(total, to), 'trend', holders).map((t) => [t.engineId, t.quantity]));
        const kept = sumOf(held.map((q, i) => told.get(`e${i}`) ?? d(q)));
        expect(kept.toNumber()).toBe(Math.min(total, to));
        expect([...told.values()].every((q) => q.gte(0))).toBe(true);
      }),
    );
  });
});

it('cash is raised where something can be sold, and what nobody holds is asked of the last, who says it is missing', () => {
  const of = (amount: number, ...holders: Holder[]) =>
    cashByEngine(d(amount), holders).map((c) => `${c.engineId} ${c.amount}`);
  expect(of(300, holder('a', 0), holder('b', 50))).toEqual(['b 300']);
  expect(of(700, holder('a', 20), holder('b', 60))).toEqual(['b 600', 'a 100']);
  expect(of(900, holder('a', 20), holder('b', 60))).toEqual(['b 600', 'a 300']);
  expect(of(900, holder('a', null), holder('b', 0))).toEqual(['a 900']);
});
