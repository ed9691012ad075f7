import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Decimal, ZERO } from '../../kernel/decimal';
import { type Account, bookFill, equityOf, holdingOf, ledgerOf } from './account';

const opened = (): Account => ({ cash: new Decimal(1000), holdings: new Map(), ledgers: new Map() });
const d = (value: number) => new Decimal(value);

test('buying, adding and selling keep the average price and the realised gain', () => {
  const account = opened();
  bookFill(account, { strategy: 's', signed: d(10), price: d(10) });
  bookFill(account, { strategy: 's', signed: d(10), price: d(12) });
  expect(holdingOf(account, 's').averagePrice.toNumber()).toBe(11);
  bookFill(account, { strategy: 's', signed: d(-20), price: d(13) });
  expect(ledgerOf(account, 's').realised.toNumber()).toBe(40);
  expect(ledgerOf(account, 's')).toMatchObject({ closed: 1, wins: 1 });
  expect(account.holdings.size).toBe(0);
});

test('equity is what was put in plus realised and unrealised P&L less fees, whatever was traded', () => {
  const fill = fc.record({
    signed: fc.integer({ min: -50, max: 50 }).filter((n) => n !== 0),
    price: fc.integer({ min: 1, max: 500 }),
  });
  fc.assert(
    fc.property(fc.array(fill, { maxLength: 30 }), fc.integer({ min: 1, max: 500 }), (fills, last) => {
      const account = opened();
      for (const { signed, price } of fills) bookFill(account, { strategy: 's', signed: d(signed), price: d(price) });
      const { quantity, averagePrice } = holdingOf(account, 's');
      const { realised, fees } = ledgerOf(account, 's');
      const unrealised = quantity.isZero() ? ZERO : d(last).minus(averagePrice).mul(quantity);
      const explained = d(1000).plus(realised).plus(unrealised).minus(fees);
      expect(equityOf(account, d(last)).minus(explained).abs().lt('1e-9')).toBe(true);
    }),
  );
});
