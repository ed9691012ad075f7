import { expect, it } from 'vitest';
import { Decimal } from '../../kernel/decimal';
import { contextWith, positionOf, secondsAfter, T0 } from '../testing/fixtures';
import { freshnessOf } from '../unknown';
import { ageFault, closeFault, ordersFault, statedText } from './account-close';

const place = { code: 'old', currency: 'USD' };
const fault = (equity: number, cash: number | null, quantities: number[] = []) =>
  closeFault(place, {
    equity: new Decimal(equity),
    cash: cash === null ? null : new Decimal(cash),
    positions: quantities.map((quantity, i) => positionOf(`I${i}`, quantity)),
  });

it('a newest statement that is flat keeps no account open', () => {
  expect([fault(0, 0), fault(0, 0, [0])]).toEqual([null, null]);
});

it('what it holds, what is left in it and what it does not state keep it open, in words', () => {
  expect(fault(0, 0, [5, -5])).toMatch(/holds I0, I1\. Close its positions/);
  expect(fault(0, 0, Array(7).fill(1))).toMatch(/I4 and 2 more/);
  expect(fault(50_000, 50_000)).toMatch(/50,000.*left\. Withdraw it/);
  expect(fault(-3, 0)).toMatch(/left/);
  expect(fault(0, 12)).toMatch(/12.*left/);
  expect(fault(0, null)).toMatch(/states no cash/);
});

it('a flat statement that is old says nothing of what the account holds now', () => {
  const fault = (seconds: number) =>
    ageFault('old', freshnessOf(T0, secondsAfter(T0, seconds), contextWith().calendar, 5_000));
  expect(fault(15)).toBeNull();
  expect(fault(16)).toMatch(/16\ss old, at most 15\ss.*flat snapshot first/);
});

it('an order that works, and a fill that the newest statement has not seen, keep it open', () => {
  const order = (state: 'held' | 'working' | 'filled', filledAt: Date | null = null) => ({
    clientOrderId: `o-${state}`,
    state,
    filledAt,
  });
  const fault = (orders: ReturnType<typeof order>[], asOf: Date | null = T0) => ordersFault('old', asOf, orders);
  expect(fault([])).toBeNull();
  expect(fault([order('filled', T0)])).toBeNull();
  expect(fault([order('filled', secondsAfter(T0, 1))])).toMatch(/o-filled.*filled after/);
  expect(fault([order('filled', T0)], null)).toMatch(/o-filled/);
  expect(fault([order('working'), order('held')])).toMatch(/o-working, o-held/);
});

it('what a row states is named: equity, cash and positions', () => {
  const stated = (equity: number, cash: number | null, quantities: number[] = []) =>
    statedText(
      {
        equity: new Decimal(equity),
        cash: cash === null ? null : new Decimal(cash),
        positions: quantities.map((quantity, i) => positionOf(`I${i}`, quantity)),
      },
      'USD',
    );
  expect([stated(0, 0), stated(0, null), stated(0, 0, [0])]).toEqual([null, null, null]);
  expect(stated(-20_000, -5_000, [7])).toMatch(/equity .*20,000.*, cash .*5,000.*, positions in I0$/);
});
