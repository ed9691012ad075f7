import { expect, test } from 'vitest';
import { Decimal } from '../../kernel/decimal';
import { PaperMachine } from './machine';
import { nothingAsked, PaperState } from './state';

const START = new Date('2026-11-23T09:00:00.000Z');
const at = (seconds: number) => new Date(START.getTime() + seconds * 1000);
/** A buy rests at 159.90, and another strategy holds 10; the lease is out at 30 s. */
const resting = () =>
  new PaperMachine(
    PaperState.parse({
      version: 1,
      epoch: 0,
      stopEpoch: 0,
      leaseUntil: at(30).toISOString(),
      leaseLocked: false,
      places: {},
      strategies: { trend: { capital: '0', release: 'r', issuedAt: START.toISOString(), isHolding: true } },
      executed: [],
      account: { cash: '1000000', holdings: { other: { quantity: '10', averagePrice: '160' } }, ledgers: {} },
      orders: [
        {
          id: 'resting',
          strategy: 'trend',
          instrument: 'SPX-ETF',
          side: 'buy',
          type: 'limit',
          quantity: '100',
          filled: '0',
          price: '159.9',
          isReduceOnly: false,
          placedAt: START.toISOString(),
          commandId: null,
          ticks: 0,
          leave: 'allowed',
        },
      ],
      pretrade: nothingAsked(),
      market: { session: 5_000, tick: 0, scale: '0.1', price: '160', closes: [] },
      sequence: 0,
      isBackfilled: true,
    }),
    { buildDigest: 'test', random: () => 0.5, serverNow: () => START },
  );

test('an order that adds risk is filled under the lease, and by no tick after it ran out', () => {
  const held = (seconds: number) => {
    const machine = resting();
    machine.tick(new Decimal('158'), at(seconds));
    return machine.held('trend').toFixed();
  };
  expect(held(29)).not.toBe('0');
  expect([held(30), held(60)]).toEqual(['0', '0']);
});

test('a commanded exit that is matched between ticks fills no new risk beside it', () => {
  const machine = resting();
  machine.exit('other', new Decimal(10), 'command', at(3_600));
  machine.state.market.price = '158';
  machine.match(at(3_600));
  expect([machine.held('trend').toFixed(), machine.held('other').lt(10)]).toEqual(['0', true]);
  expect(machine.state.pretrade.told.map(({ clientOrderId, status }) => `${clientOrderId} ${status}`)).toContain(
    'resting cancelled',
  );
});
