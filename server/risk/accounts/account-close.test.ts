import { expect, it } from 'vitest';
import { Decimal } from '../../kernel/decimal';
import { positionOf, T0 } from '../testing/fixtures';
import { closeFault } from './account-close';

const place = { code: 'old', currency: 'USD' };
const fault = (equity: number, cash: number | null, quantities: number[] = []) =>
  closeFault(place, {
    asOf: T0,
    equity: new Decimal(equity),
    cash: cash === null ? null : new Decimal(cash),
    positions: quantities.map((quantity, i) => positionOf(`I${i}`, quantity)),
    strategies: [],
  });

it('an account is closed when its newest statement is flat, or it never sent one', () => {
  expect([fault(0, 0), fault(0, 0, [0]), closeFault(place, undefined)]).toEqual([null, null, null]);
});

it('what it holds, what is left in it and what it does not state keep it open, in words', () => {
  expect(fault(0, 0, [5, -5])).toMatch(/holds I0, I1\. Close its positions/);
  expect(fault(0, 0, Array(7).fill(1))).toMatch(/I4 and 2 more/);
  expect(fault(50_000, 50_000)).toMatch(/50,000.*left\. Withdraw it/);
  expect(fault(-3, 0)).toMatch(/left/);
  expect(fault(0, 12)).toMatch(/12.*left/);
  expect(fault(0, null)).toMatch(/states no cash/);
});
