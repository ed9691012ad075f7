import { describe, expect, it } from 'vitest';
import { Decimal } from '../kernel/decimal';
import { reservedAmount, reservedAt, reservedPrice } from './reservation';
import { allocationsFit, capitalMatches, strategyCapital, usableCapital } from './strategy-capital';

const d = (value: number | string) => new Decimal(value);

describe('strategy capital', () => {
  it('is equity x allocation x tranche, floored to the cent', () => {
    expect(strategyCapital(d('1000000.55'), d('0.3'), 10).toString()).toBe('30000.01');
    expect(strategyCapital(d(-5), d('0.3'), 10).toString()).toBe('0');
  });
  it('sizing uses the smaller of sent and current', () => {
    expect(usableCapital(d(100), d(80)).toString()).toBe('80');
  });
  it('allocations sum to at most 100 % unless leverage was approved', () => {
    expect(allocationsFit([d('0.6'), d('0.4')])).toMatchObject({ fits: true });
    expect(allocationsFit([d('0.6'), d('0.41')])).toMatchObject({ fits: false });
    expect(allocationsFit([d('0.6'), d('0.41')], d('1.5')).fits).toBe(true);
  });
  it('a confirmation within 0.1 % is the tranche', () => {
    expect([capitalMatches(d('99.95'), d(100)), capitalMatches(d('99.8'), d(100))]).toEqual([true, false]);
  });
});

describe('reservations', () => {
  const now = new Date('2026-11-19T15:00:00Z');
  it('reserve the limit price, or 1 % over the reference, and 10 bp', () => {
    expect(reservedPrice({ limitPrice: null, reference: d(100) }).toString()).toBe('101');
    expect(reservedAmount({ quantity: d(-10), price: d(100), multiplier: d(1), fx: d(1) }).toString()).toBe('1001');
  });
  it('expire unless they are working orders', () => {
    const one = (state: 'held' | 'working', at: number) => ({
      id: 'x',
      amount: d(5),
      state,
      expiresAt: new Date(now.getTime() + at),
    });
    expect(reservedAt([one('held', 1), one('held', 0), one('working', -1)], now).toString()).toBe('10');
  });
});
