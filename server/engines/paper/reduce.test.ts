import { expect, test } from 'vitest';
import { newId } from '../../kernel/ids';
import { INSTRUMENT } from './account';
import { PaperMachine } from './machine';
import { nothingAsked, PaperState } from './state';

const START = new Date('2026-11-23T09:00:00.000Z');
const holding = (quantity: string) =>
  new PaperMachine(
    PaperState.parse({
      version: 1,
      epoch: 0,
      stopEpoch: 0,
      leaseUntil: null,
      leaseLocked: false,
      places: {},
      strategies: {},
      executed: [],
      account: { cash: '1000000', holdings: { trend: { quantity, averagePrice: '160' } }, ledgers: {} },
      orders: [],
      pretrade: nothingAsked(),
      market: { session: 5_000, tick: 0, scale: '0.1', price: '160', closes: [] },
      sequence: 0,
      isBackfilled: true,
    }),
    { buildDigest: 'test', random: () => 0.5, serverNow: () => START },
  );
const reduce = (machine: PaperMachine, targets: { strategy: string; instrument: string; quantity: string }[]) =>
  machine.execute(
    {
      to: '/commands',
      id: newId(),
      nonce: newId(),
      type: 'reduce_positions',
      epoch: 1,
      scope: { kind: 'portfolio', strategies: null },
      params: { targets },
      issuedAt: START.toISOString(),
      lease: null,
    },
    START,
  );
const target = (strategy: string, quantity: string, instrument = INSTRUMENT) => ({ strategy, instrument, quantity });

test('a target of what is not held here, or of what this engine does not trade, is refused and not taken for done', () => {
  const machine = holding('100');
  expect(reduce(machine, [target('other', '80')])).toMatchObject({
    result: 'failed',
    error: expect.stringMatching(/^other .*nothing of it is held here$/),
  });
  expect(reduce(machine, [target('trend', '80', 'KO')])).toMatchObject({
    result: 'failed',
    error: 'trend KO: this engine does not trade it',
  });
  expect(machine.state.orders).toEqual([]);
});

test('what can be done is done beside what is refused', () => {
  const machine = holding('100');
  expect(reduce(machine, [target('trend', '80'), target('other', '5')]).result).toBe('failed');
  expect(machine.state.orders).toMatchObject([{ strategy: 'trend', side: 'sell', quantity: '20' }]);
});

test('a target that is met already is done', () => {
  expect(reduce(holding('70'), [target('trend', '80')]).result).toBe('done');
  expect(reduce(holding('0'), [target('trend', '0')]).result).toBe('done');
});
