import { afterAll, beforeAll, expect, test } from 'vitest';
import { POST } from '@/app/api/v1/orders/updates/route';
import { closeDatabase, db, sql } from '@/db/client';
import { accounts } from '@/db/schema';
import { OrderUpdate } from '../../capital/order-update';
import { newId } from '../../kernel/ids';
import { readNow } from '../../kernel/transaction';
import { keyFixture } from '../../testing/people';
import { type OrderWorld, orderWorld } from '../testing/order-world';
import { askAfterOrders } from './order-follow-up-actions';
import { recordOrderUpdates } from './order-update-actions';
import { BUDGET } from './time-budget';

beforeAll(() => {
  BUDGET.ms = 15_000;
});
afterAll(closeDatabase);

const tell = async (world: OrderWorld, updates: Record<string, unknown>[]) => {
  const at = (await readNow()).toISOString();
  const parsed = updates.map((u) => OrderUpdate.parse({ strategy: 'trend', at, ...u }));
  return recordOrderUpdates(world.actor, { portfolioId: world.risk.portfolioId, updates: parsed });
};
const room = async (world: OrderWorld) =>
  Number((await world.check({ quantity: '1', side: 'sell' })).headroom.position);
const fill = (clientOrderId: string, executionId: string, over = {}) => ({
  clientOrderId,
  executionId,
  status: 'filled',
  quantity: '50',
  price: '100',
  ...over,
});

test('a cancelled, rejected or expired order gives back what it was promised; a repeat gives back nothing more', async () => {
  const world = await orderWorld();
  for (const status of ['cancelled', 'rejected', 'expired']) {
    await world.check({ clientOrderId: status });
    expect(await tell(world, [{ clientOrderId: status, status }])).toMatchObject({ accepted: 1 });
    expect(await tell(world, [{ clientOrderId: status, status }])).toMatchObject({ accepted: 0, duplicates: 1 });
  }
  const [book] = await sql`select totals from order_books where portfolio_id = ${world.risk.portfolioId}`;
  expect(book!.totals).toEqual({});
});

test('what is told of an order after its end brings it back to work in no way', async () => {
  const world = await orderWorld();
  await world.check({ clientOrderId: 'e' });
  await tell(world, [{ clientOrderId: 'e', status: 'cancelled' }]);
  expect(await tell(world, [{ clientOrderId: 'e', status: 'submitted' }])).toMatchObject({ duplicates: 1 });
  await tell(world, [{ ...fill('e', 'x1'), status: 'partially-filled', quantity: '20' }]);
  const states = await sql`select state, quantity::float8 from reservations
    where portfolio_id = ${world.risk.portfolioId} and client_order_id like 'e%' order by client_order_id`;
  // Only what was filled is held, until a snapshot has seen it.
  expect(states.map((one) => ({ ...one }))).toEqual([{ state: 'filled', quantity: 20 }]);
});

test('a submitted order works and never expires, even when its promise had run out before it was told', async () => {
  const world = await orderWorld();
  await world.check({ clientOrderId: 'w' });
  await world.check({ clientOrderId: 'late' });
  await tell(world, [{ clientOrderId: 'w', status: 'submitted' }]);
  await sql`select app.shift_clock('5 minutes')`;
  try {
    await world.refresh();
    await world.report();
    const before = await room(world);
    await tell(world, [{ clientOrderId: 'late', status: 'submitted' }]);
    expect(before - (await room(world))).toBeCloseTo(5005 + 101.1 - 1, 0);
    const states =
      await sql`select state from reservations where client_order_id in ('w', 'late') and portfolio_id = ${world.risk.portfolioId}`;
    expect(states.map((s) => s.state)).toEqual(['working', 'working']);
  } finally {
    await sql`select app.shift_clock('0')`;
  }
});

test('a fill stays promised until a snapshot has seen it, so that nobody spends the money in between', async () => {
  const world = await orderWorld();
  await world.check({ clientOrderId: 'f' });
  await tell(world, [fill('f', 'x1')]);
  expect(await room(world)).toBeLessThan(45_000);
  await world.refresh({
    cash: 995_000,
    positions: [{ strategy: 'trend', instrument: 'SPX-ETF', quantity: 50, price: 100 }],
  });
  const sold = await world.check({ side: 'sell', quantity: '50' });
  expect(sold.flags).toEqual(['reduce-only']);
  const [row] =
    await sql`select state, released_why from reservations where client_order_id = 'f' and portfolio_id = ${world.risk.portfolioId}`;
  expect(row).toEqual({ state: 'released', released_why: 'seen' });
});

test('an order that ends partly filled keeps only what was filled spoken for, its money in proportion; a late fill adds to it', async () => {
  const world = await orderWorld();
  await world.refresh({ positions: [{ strategy: 'trend', instrument: 'SPX-ETF', quantity: 100, price: 100 }] });
  await world.check({ clientOrderId: 'out', side: 'sell', quantity: '100' });
  await world.check({ clientOrderId: 'in', instrument: 'GOLD' });
  await tell(world, [
    fill('out', 'p1', { status: 'partially-filled', quantity: '60' }),
    fill('in', 'p2', { status: 'partially-filled', quantity: '20' }),
    { clientOrderId: 'out', status: 'cancelled' },
    { clientOrderId: 'in', status: 'cancelled' },
  ]);
  const book = async () =>
    (await sql`select totals from order_books where portfolio_id = ${world.risk.portfolioId}`)[0]!.totals;
  const key = (instrument: string) => `${world.risk.strategies[0]!.id}|${instrument}`;
  expect(await book()).toEqual({
    [key('SPX-ETF')]: { amount: '0', exits: '60' },
    [key('GOLD')]: { amount: '2002', exits: '0' },
  });
  expect(await world.check({ side: 'sell', quantity: '40' })).toMatchObject({
    decision: 'allow',
    flags: ['reduce-only'],
  });
  await tell(world, [fill('in', 'p3', { status: 'partially-filled', quantity: '10' })]);
  expect((await book())[key('GOLD')]).toEqual({ amount: '3003', exits: '0' });
  await world.refresh();
  await world.check({ quantity: '1' });
  expect(await book()).toEqual({
    [key('SPX-ETF')]: { amount: '100.1', exits: '40' },
  });
});

test('a part of an exit that a snapshot has seen is spoken for no more: the next exit passes under REDUCING', async () => {
  const world = await orderWorld();
  const held = (quantity: number) => ({
    positions: [{ strategy: 'trend', instrument: 'SPX-ETF', quantity, price: 100 }],
  });
  const exits = async () => {
    const [row] = await sql`select totals from order_books where portfolio_id = ${world.risk.portfolioId}`;
    return row!.totals[`${world.risk.strategies[0]!.id}|SPX-ETF`]?.exits ?? '0';
  };
  await world.refresh(held(100));
  await world.check({ clientOrderId: 'out', side: 'sell', quantity: '80' });
  await tell(world, [
    { clientOrderId: 'out', status: 'submitted' },
    fill('out', 's1', { status: 'partially-filled', quantity: '30' }),
    fill('out', 's2', { status: 'partially-filled', quantity: '40' }),
  ]);
  expect(await exits(), '10 work, 70 are seen by no snapshot yet').toBe('80');
  await world.refresh(held(30));
  expect(await world.check({ clientOrderId: 'next', side: 'sell', quantity: '20' })).toMatchObject({
    decision: 'allow',
    flags: ['reduce-only'],
  });
  expect(await exits()).toBe('30');
  expect((await world.check({ side: 'sell', quantity: '1', reduceOnly: true })).reasons[0]).toMatchObject({
    code: 'NOT_REDUCING',
  });
  await tell(world, [fill('out', 's3', { quantity: '10' })]);
  await world.refresh(held(20));
  await world.check({ instrument: 'GOLD' });
  expect(await exits(), 'the last fill ends the order').toBe('20');
});

test('money of new risk is held by what works and by each fill until it is seen', async () => {
  const world = await orderWorld();
  const money = async () => {
    const [row] = await sql`select totals from order_books where portfolio_id = ${world.risk.portfolioId}`;
    return row!.totals[`${world.risk.strategies[0]!.id}|GOLD`]?.amount ?? '0';
  };
  await world.check({ clientOrderId: 'in', instrument: 'GOLD' });
  await tell(world, [fill('in', 'm1', { status: 'partially-filled', quantity: '20' })]);
  expect(await money()).toBe('5005');
  await world.refresh();
  await world.check({ instrument: 'OIL' });
  expect(await money()).toBe('3003');
  await tell(world, [{ clientOrderId: 'in', status: 'cancelled' }]);
  expect(await money()).toBe('0');
});

test('what a stop sold since the snapshot is spoken for until a younger one: no exit crosses zero', async () => {
  const world = await orderWorld();
  const stop = { instrument: 'SPX-ETF', side: 'sell' };
  await world.refresh({ positions: [{ strategy: 'trend', instrument: 'SPX-ETF', quantity: 100, price: 100 }] });
  await tell(world, [fill('stop', 'z1', { ...stop, quantity: '70' })]);
  const sell = (quantity: string) => world.check({ side: 'sell', quantity, reduceOnly: true });
  expect(await sell('31')).toMatchObject({ decision: 'deny', reasons: [{ code: 'NOT_REDUCING' }] });
  expect(await sell('30')).toMatchObject({ decision: 'allow', flags: ['reduce-only'] });
  const before = await readNow();
  await world.refresh({ positions: [{ strategy: 'trend', instrument: 'SPX-ETF', quantity: 30, price: 100 }] });
  await world.check({ instrument: 'GOLD' });
  const [book] = await sql`select totals from order_books where portfolio_id = ${world.risk.portfolioId}`;
  expect(book!.totals[`${world.risk.strategies[0]!.id}|SPX-ETF`], 'only the exit that was allowed').toMatchObject({
    exits: '30',
  });
  // What adds is new risk, and a matter for people.
  await tell(world, [fill('more', 'z2', { instrument: 'OIL', side: 'buy', quantity: '5', at: before.toISOString() })]);
  expect(
    await sql`select 1 from reservations where portfolio_id = ${world.risk.portfolioId} and instrument = 'OIL'`,
  ).toHaveLength(0);
});

test('a fill is seen only once the snapshot of every account is younger than when it was told', async () => {
  const world = await orderWorld();
  const { portfolioId } = world.risk;
  await db.insert(accounts).values({ id: newId(), portfolioId, code: 'second', createdAt: await readNow() });
  await world.refresh({ account: 'second' });
  await world.check({ clientOrderId: 'f' });
  await world.check({ clientOrderId: 'g' });
  const early = new Date((await readNow()).getTime() - 2_000).toISOString();
  await sql`update reservations set created_at = created_at - interval '5 seconds' where portfolio_id = ${world.risk.portfolioId}`;
  await world.refresh();
  await tell(world, [fill('g', 'g1', { at: early }), fill('f', 'f1')]);
  const states = async () =>
    (
      await sql`select state from reservations where client_order_id in ('f', 'g') and portfolio_id = ${world.risk.portfolioId} order by client_order_id`
    ).map((row) => row.state);
  await world.check({ quantity: '1' });
  // Told at an instant the snapshots are older than, though it names an earlier one itself.
  expect(await states()).toEqual(['filled', 'filled']);
  await world.refresh();
  await world.check({ quantity: '1' });
  expect(await states()).toEqual(['filled', 'filled']);
  await world.refresh({ account: 'second' });
  await world.check({ quantity: '1' });
  expect(await states()).toEqual(['released', 'released']);
});

test('an order that was denied and sent all the same holds the money it asked for, and a person is told', async () => {
  const world = await orderWorld();
  expect((await world.check({ clientOrderId: 'no', quantity: '200' })).decision).toBe('deny');
  expect((await world.check({ clientOrderId: 'filled', quantity: '300', instrument: 'GOLD' })).decision).toBe('deny');
  const before = await room(world);
  await tell(world, [{ clientOrderId: 'no', status: 'submitted' }]);
  expect(before - (await room(world))).toBeCloseTo(20_020 + 100.1, 0);
  const strategyId = world.risk.strategies[0]!.id;
  const alerts = () => sql`select title from alerts where fingerprint = ${`risk/denied-order/${strategyId}`}`;
  expect((await alerts())[0]).toEqual({ title: 'trend sent an order that was denied: no' });
  await tell(world, [fill('filled', 'd1', { quantity: '300' })]);
  const [book] = await sql`select totals from order_books where portfolio_id = ${world.risk.portfolioId}`;
  expect(book!.totals[`${strategyId}|GOLD`]).toEqual({ amount: '30030', exits: '0' });
  const events =
    await sql`select content from events where type = 'capital.denied-order-sent' and portfolio_id = ${world.risk.portfolioId}`;
  expect(events).toHaveLength(2);
});

test('fills keep size, time and average entry price; a trade back to flat is kept with its profit; each execution counts once', async () => {
  const world = await orderWorld();
  const strategyId = world.risk.strategies[0]!.id;
  const bought = fill('a', 'e1', { instrument: 'X', side: 'buy', quantity: '10', price: '10', fee: '1' });
  expect(await tell(world, [bought, fill('a', 'e2', { ...bought, executionId: 'e2', price: '20' })])).toMatchObject({
    accepted: 2,
  });
  expect(await tell(world, [bought])).toMatchObject({ accepted: 0, duplicates: 1 });
  const [held] =
    await sql`select quantity::float8, average_price::float8 from strategy_positions where strategy_id = ${strategyId}`;
  expect(held).toEqual({ quantity: 20, average_price: 15 });
  await tell(world, [fill('b', 'e3', { instrument: 'X', side: 'sell', quantity: '20', price: '18' })]);
  expect(await sql`select 1 from strategy_positions where strategy_id = ${strategyId}`).toHaveLength(0);
  const [trade] = await sql`select profit::float8 from closed_trades where strategy_id = ${strategyId}`;
  expect(trade).toEqual({ profit: 58 });
});

test('100 executions in 10 minutes halt the strategy until a risk officer lifts it, tell its engine and raise one alert', async () => {
  const world = await orderWorld();
  const strategyId = world.risk.strategies[0]!.id;
  const one = (n: number) => fill(`m${n}`, `m${n}`, { instrument: 'X', side: n % 2 ? 'sell' : 'buy', quantity: '1' });
  await tell(
    world,
    Array.from({ length: 99 }, (_, n) => one(n)),
  );
  const latches = () =>
    sql`select state, exit_rule, earliest_exit_at from trading_latches where strategy_id = ${strategyId} and lifted_at is null`;
  expect(await latches()).toHaveLength(0);
  await tell(world, [one(99)]);
  await tell(world, [one(100)]);
  expect([...(await latches())]).toEqual([{ state: 'HALTED', exit_rule: 'one-person', earliest_exit_at: null }]);
  expect(await world.risk.commands()).toEqual(expect.arrayContaining([expect.objectContaining({ type: 'halt' })]));
  expect((await world.check()).reasons[0]).toMatchObject({
    code: 'HALTED',
    message: expect.stringContaining('executions'),
  });
  expect(await sql`select 1 from alerts where fingerprint = ${`risk/executions/${strategyId}`}`).toHaveLength(1);
});

test('a bad row is told with its index and loses nothing else; a key of another portfolio tells nothing', async () => {
  const world = await orderWorld();
  await world.check({ clientOrderId: 'good' });
  const result = await tell(world, [
    { clientOrderId: 'never', status: 'cancelled' },
    { clientOrderId: 'good', status: 'cancelled' },
    { strategy: 'nobody', clientOrderId: 'good', status: 'cancelled' },
  ]);
  expect(result).toMatchObject({
    accepted: 1,
    refused: [
      { index: 0, code: 'UNKNOWN_ORDER' },
      { index: 2, code: 'NOT_FOUND' },
    ],
  });
  const other = await orderWorld();
  const request = new Request('http://localhost:3000/api/v1/orders/updates', {
    method: 'POST',
    headers: { authorization: `Bearer ${other.key}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      portfolioId: world.risk.portfolioId,
      updates: [{ strategy: 'trend', clientOrderId: 'good', status: 'cancelled', at: new Date().toISOString() }],
    }),
  });
  expect((await POST(request)).status).toBe(403);
});

test('a working order is asked after: once its engine lists it no more, its money is free with the next snapshot', async () => {
  const world = await orderWorld();
  for (const clientOrderId of ['listed', 'gone']) await world.check({ clientOrderId, quantity: '10' });
  await tell(
    world,
    ['listed', 'gone'].map((clientOrderId) => ({ clientOrderId, status: 'submitted' })),
  );
  const states = async () =>
    (
      await sql`select state from reservations where client_order_id in ('listed', 'gone')
        and portfolio_id = ${world.risk.portfolioId} order by client_order_id`
    ).map((row) => row.state);
  await askAfterOrders();
  expect(await states()).toEqual(['working', 'working']);
  await sql`select app.shift_clock('2 minutes')`;
  try {
    const asOf = (await readNow()).toISOString();
    const report = { asOf, strategies: [], workingOrders: [{ id: 'listed', strategy: 'trend' }] };
    await sql`update engines set last_report = ${JSON.stringify(report)}::jsonb where id = ${world.risk.engineId}`;
    expect((await askAfterOrders()).ended).toBe(1);
    expect(await states()).toEqual(['filled', 'working']);
    await world.refresh();
    await world.check();
    expect(await states()).toEqual(['released', 'working']);
  } finally {
    await sql`select app.shift_clock('0')`;
  }
});

test('updates of a portfolio that is not there are refused, and leave no book of it behind', async () => {
  const { actor } = await keyFixture(['orders:check'], null);
  const portfolioId = newId();
  const update = OrderUpdate.parse({
    strategy: 'trend',
    clientOrderId: 'o',
    status: 'submitted',
    at: new Date().toISOString(),
  });
  await expect(recordOrderUpdates(actor, { portfolioId, updates: [update] })).rejects.toMatchObject({
    code: 'NOT_FOUND',
  });
  expect(await sql`select 1 from order_books where portfolio_id = ${portfolioId}`).toHaveLength(0);
});

test('an instant that an engine makes up neither ends a promise early nor keeps it for ever', async () => {
  const world = await orderWorld();
  const before = await readNow();
  for (const [clientOrderId, at] of [
    ['past', '2000-01-02T00:00:00Z'],
    ['future', '2099-01-01T00:00:00Z'],
  ] as const) {
    await world.check({ clientOrderId });
    await tell(world, [fill(clientOrderId, `e-${clientOrderId}`, { at })]);
    const [row] = await sql`select filled_at from reservations where client_order_id = ${clientOrderId}
      and portfolio_id = ${world.risk.portfolioId}`;
    const filledAt = new Date(row!.filled_at).getTime();
    expect(filledAt).toBeGreaterThanOrEqual(before.getTime());
    expect(filledAt).toBeLessThanOrEqual((await readNow()).getTime());
  }
});

test('a position from before its fills were told is known by its snapshots: what shrinks it is no unchecked opening', async () => {
  const world = await orderWorld();
  const strategyId = world.risk.strategies[0]!.id;
  const held = (quantity: number) => ({
    positions: [{ strategy: 'trend', instrument: 'SPX-ETF', quantity, price: 100 }],
  });
  const alerts = async () =>
    (await sql`select 1 from alerts where fingerprint = ${`risk/unchecked-order/${strategyId}`}`).length;
  const entries = async () =>
    (await sql`select quantity::float8 from strategy_positions where strategy_id = ${strategyId}`).map(
      (e) => e.quantity,
    );
  const trades = async () => (await sql`select 1 from closed_trades where strategy_id = ${strategyId}`).length;
  const stop = { instrument: 'SPX-ETF', side: 'sell' };
  await world.refresh(held(100));
  await tell(world, [
    { clientOrderId: 'stop', status: 'submitted', ...stop },
    fill('stop', 'y-1', { ...stop, quantity: '40' }),
    fill('stop', 'y-2', { ...stop, quantity: '35' }),
  ]);
  expect([await alerts(), await entries(), await trades()]).toEqual([0, [], 0]);
  // Told late: the snapshot that has seen it already is younger than the fill.
  const at = (await readNow()).toISOString();
  await world.refresh(held(5));
  await tell(world, [fill('stop', 'y-3', { ...stop, quantity: '20', at })]);
  expect([await alerts(), await entries()]).toEqual([0, []]);
  // The last 5 end it; what goes on is a short that nobody asked for, from where it turned round.
  await tell(world, [fill('over', 'y-4', { ...stop, quantity: '12' })]);
  expect([await alerts(), await entries(), await trades()]).toEqual([1, [-7], 0]);
  await tell(world, [fill('cover', 'y-5', { instrument: 'SPX-ETF', side: 'buy', quantity: '7' })]);
  expect([await entries(), await trades()]).toEqual([[], 1]);
});

test('what adds to a position from before its fills were told, unchecked, is told to people', async () => {
  const world = await orderWorld();
  const strategyId = world.risk.strategies[0]!.id;
  await world.refresh({ positions: [{ strategy: 'trend', instrument: 'SPX-ETF', quantity: -100, price: 100 }] });
  const cover = { instrument: 'SPX-ETF', side: 'buy', quantity: '10' };
  await tell(world, [fill('cover', 'z-1', cover)]);
  const alerts = () => sql`select 1 from alerts where fingerprint = ${`risk/unchecked-order/${strategyId}`}`;
  expect(await alerts()).toHaveLength(0);
  await tell(world, [fill('more', 'z-2', { ...cover, side: 'sell' })]);
  expect(await alerts()).toHaveLength(1);
});

test('an order that was never checked is told to people, sent or filled; an exit that nobody need ask for is not', async () => {
  const world = await orderWorld({ refs: ['trend', 'quiet'] });
  const [trend, quiet] = world.risk.strategies.map((s) => s.id);
  const alerts = (strategyId?: string) =>
    sql`select title, severity from alerts where fingerprint = ${`risk/unchecked-order/${strategyId}`}`;
  expect((await tell(world, [{ clientOrderId: 'sent', status: 'submitted' }])).refused).toMatchObject([
    { code: 'UNKNOWN_ORDER' },
  ]);
  expect(await alerts(trend)).toEqual([
    { title: 'trend sent an order that was never checked: sent', severity: 'high' },
  ]);
  await world.check({ strategy: 'quiet', clientOrderId: 'asked' });
  const stop = { instrument: 'SPX-ETF', side: 'sell', strategy: 'quiet' };
  await tell(world, [
    { ...fill('asked', 'x-1'), strategy: 'quiet' },
    { clientOrderId: 'stop', status: 'submitted', ...stop },
    { ...fill('stop', 'x-2', { quantity: '20' }), ...stop },
    { ...fill('stop-2', 'x-3', { quantity: '30' }), ...stop },
  ]);
  expect(await alerts(quiet)).toEqual([]);
  await tell(world, [{ ...fill('more', 'x-4'), ...stop }]);
  expect(await alerts(quiet)).toEqual([
    { title: 'quiet sent an order that was never checked: more', severity: 'high' },
  ]);
});
