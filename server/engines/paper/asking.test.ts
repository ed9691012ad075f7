import { expect, test } from 'vitest';
import { Decimal } from '../../kernel/decimal';
import { newId } from '../../kernel/ids';
import { loadBars, sessionOn } from './bars';
import { PaperMachine } from './machine';
import type { Heard } from './pretrade';
import { nothingAsked, PaperState } from './state';

const START = new Date('2026-11-23T09:00:00.000Z');
const at = (seconds: number) => new Date(START.getTime() + seconds * 1000);
const PRICE = new Decimal('160');
const ALLOWED: Heard = {
  kind: 'answered',
  decision: 'allow',
  flags: [],
  reasons: [],
  room: { position: null, cash: null, strategyGross: null, volume: null },
  orderValue: '10000',
};
const DENIED: Heard = {
  ...ALLOWED,
  decision: 'deny',
  reasons: [{ code: 'OPEN_BREACH', message: 'B-0001 stands.' }],
};
const SILENT: Heard = { kind: 'silent', why: 'no answer within 250 ms' };

const bars = loadBars();
const session = sessionOn(bars, '2013-06-03');
/** One strategy with 30,000 that holds nothing, in an up-trend: it wants to buy. */
const firstState = (): PaperState => ({
  version: 1,
  epoch: 0,
  stopEpoch: 0,
  leaseUntil: '2026-11-24T09:00:00.000Z',
  leaseLocked: false,
  places: {},
  strategies: { trend: { capital: '30000', release: 'r1', issuedAt: START.toISOString(), isHolding: false } },
  executed: [],
  account: { cash: '1000000', holdings: {}, ledgers: {} },
  orders: [],
  pretrade: nothingAsked(),
  market: {
    session,
    tick: 0,
    scale: '0.1',
    price: '160',
    closes: bars.slice(session - 260, session).map((bar) => bar.close),
  },
  sequence: 0,
  isBackfilled: true,
});
const machineOver = (state: PaperState, random = 0.5) =>
  new PaperMachine(state, { buildDigest: 'test', random: () => random, serverNow: () => START });
const opened = (random?: number) => {
  const machine = machineOver(firstState(), random);
  machine.tick(PRICE, START);
  return machine;
};
const ask = (machine: PaperMachine, seconds = 0) => machine.asking.due(at(seconds), at(seconds));
const told = (machine: PaperMachine) => machine.state.pretrade.told.map(({ status }) => status);
const command = (type: 'halt' | 'close_positions') => ({
  to: '/commands' as const,
  id: newId(),
  nonce: newId(),
  type,
  epoch: 1,
  scope: { kind: 'portfolio' as const, strategies: null },
  params: {},
  issuedAt: START.toISOString(),
  lease: null,
});

test('nothing is at the venue before its leave; then it is submitted and filled under the id that was asked for', () => {
  const machine = opened();
  const [question] = ask(machine);
  expect(question).toMatchObject({ strategy: 'trend', side: 'buy', release: 'r1', reduceOnly: false });
  expect(machine.state.orders).toEqual([]);
  machine.asking.hear(question!.clientOrderId, ALLOWED, at(0));
  expect(machine.report(START, START).workingOrders).toMatchObject([{ id: question!.clientOrderId }]);
  machine.tick(PRICE, at(2));
  expect(told(machine)).toEqual(['submitted', 'filled']);
  expect(machine.state.pretrade.told[1]).toMatchObject({
    clientOrderId: question!.clientOrderId,
    quantity: question!.quantity,
    fee: new Decimal(question!.quantity).mul(160).div(10_000).toFixed(),
  });
  expect(machine.held('trend').toFixed()).toBe(question!.quantity);
});

test('a venue that rejects an allowed order gives its promise back', () => {
  const machine = opened(0.001);
  machine.asking.hear(ask(machine)[0]!.clientOrderId, ALLOWED, at(0));
  expect([told(machine), machine.state.orders]).toEqual([['rejected'], []]);
});

test('a denied order is not sent, its reason is kept, and nothing is asked again while nothing changes', () => {
  const machine = opened();
  const { clientOrderId, quantity } = ask(machine)[0]!;
  expect(machine.asking.hear(clientOrderId, DENIED, at(0))).toBe(`trend buy ${quantity} denied: B-0001 stands.`);
  expect(machine.state.pretrade.memories['trend buy']?.word?.reasons).toEqual([
    { code: 'OPEN_BREACH', message: 'B-0001 stands.' },
  ]);
  let asked = 0;
  let last: string | null = null;
  for (let second = 2; second < 1_200; second += 2) {
    machine.tick(PRICE, at(second));
    for (const question of ask(machine, second)) {
      asked += 1;
      last = machine.asking.hear(question.clientOrderId, DENIED, at(second));
    }
  }
  expect([machine.state.orders, told(machine), last]).toEqual([[], [], null]);
  expect(asked).toBeLessThan(10);
});

test('without an answer no risk is added; the same order is asked for again, later and later, and let go after a while', () => {
  const machine = opened();
  const ids = new Set<string>();
  const askedAt: number[] = [];
  for (let second = 0; second < 14; second += 1) {
    for (const question of ask(machine, second)) {
      ids.add(question.clientOrderId);
      askedAt.push(second);
      machine.asking.hear(question.clientOrderId, SILENT, at(second));
    }
  }
  expect([ids.size, askedAt]).toEqual([1, [0, 1, 3, 7]]);
  expect(machine.state.orders).toEqual([]);
  machine.tick(PRICE, at(61));
  // What may have been promised to it is given back.
  expect(machine.state.pretrade.told).toMatchObject([{ status: 'cancelled', clientOrderId: [...ids][0] }]);
  expect(machine.asking.hear([...ids][0]!, ALLOWED, at(61))).toBeNull();
  expect(machine.state.orders).toEqual([]);
});

test('an exit that the own book proves passes without an answer; a stop and an exit by command ask nobody', () => {
  const state = firstState();
  state.account.holdings = { trend: { quantity: '500', averagePrice: '160' } };
  const machine = machineOver(state);
  machine.tick(PRICE, START);
  const [question] = ask(machine);
  expect(question).toMatchObject({ side: 'sell', reduceOnly: true });
  expect(machine.state.orders).toMatchObject([{ type: 'stop', leave: null }]);
  expect(machine.asking.hear(question!.clientOrderId, SILENT, at(0))).toMatch(/sent unanswered: our own book proves/);
  expect(machine.state.orders.at(-1)).toMatchObject({ id: question!.clientOrderId, leave: 'unanswered' });
  expect(told(machine)).toEqual([]);

  machine.execute(command('close_positions'), at(1));
  expect(told(machine)).toEqual(['cancelled']);
  for (let i = 0; i < 4; i += 1) machine.match(START);
  expect(machine.held('trend').isZero()).toBe(true);
  expect(told(machine).slice(1)).toEqual(['partially-filled', 'partially-filled', 'filled']);
  expect(new Set(machine.state.pretrade.told.map(({ executionId }) => executionId)).size).toBe(4);
});

test('a halt between question and answer is obeyed, whatever the answer says', () => {
  const machine = opened();
  const [question] = ask(machine);
  machine.execute(command('halt'), at(0));
  expect(told(machine)).toEqual(['cancelled']);
  machine.asking.hear(question!.clientOrderId, ALLOWED, at(0));
  expect(machine.state.orders).toEqual([]);
});

test('an engine that was killed while it asked asks for the same order under the same id', () => {
  const machine = opened();
  const [question] = ask(machine);
  const saved = PaperState.parse(JSON.parse(JSON.stringify(machine.state)));
  const again = machineOver(saved);
  expect(ask(again, 2)).toEqual([{ ...question, reference: { ...question!.reference, asOf: at(2).toISOString() } }]);
  again.asking.hear(question!.clientOrderId, ALLOWED, at(2));
  expect(again.state.orders).toMatchObject([{ id: question!.clientOrderId }]);
});

test('a state saved before orders were asked for is read, and its orders go on', () => {
  const { pretrade: _, ...before } = firstState();
  const { leave: __, ...order } = {
    ...{ id: 'o-1', strategy: 'trend', instrument: 'SPX-ETF', side: 'buy', type: 'limit', quantity: '5', filled: '0' },
    ...{ price: '159', isReduceOnly: false, placedAt: START.toISOString(), commandId: null, ticks: 0, leave: null },
  };
  const read = PaperState.parse({ ...before, orders: [order] });
  expect([read.pretrade, read.orders[0]?.leave]).toEqual([nothingAsked(), null]);
  const machine = machineOver(read);
  machine.tick(new Decimal('158'), at(2));
  expect(told(machine)).toEqual(['filled']);
});
