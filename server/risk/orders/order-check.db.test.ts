import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { closeDatabase, db, sql } from '@/db/client';
import { breachActions, breachEpisodes } from '@/db/schema';
import { NewOrder } from '../../capital/order';
import { job } from '../../kernel/actor';
import { newId } from '../../kernel/ids';
import { inTransaction, readNow } from '../../kernel/transaction';
import { personFixture } from '../../testing/people';
import { setLatch } from '../../trading-state/actions';
import { permitExit } from '../decisions/exit-permit-actions';
import { encodeState } from '../ingest/state-codec';
import { orderWorld } from '../testing/order-world';
import { checkOrder } from './order-check-actions';
import { BUDGET } from './time-budget';

afterAll(async () => {
  await sql`select app.shift_clock('0')`;
  await closeDatabase();
});

const codes = (answer: { reasons: { code: string }[] }) => answer.reasons.map((r) => r.code);
const promised = async (portfolioId: string) => {
  const [sum] = await sql`select coalesce(sum(amount), 0)::text as amount from reservations
    where portfolio_id = ${portfolioId} and state in ('held', 'working', 'filled')`;
  return Number(sum!.amount);
};

test('an order within everything is allowed, reserves its price and 10 bp, and says what is left', async () => {
  const world = await orderWorld();
  const answer = await world.check();
  expect(answer).toMatchObject({ decision: 'allow', reasons: [], tradingState: 'ACTIVE' });
  expect(answer.reservation?.amount).toBe('5005.00');
  expect(answer.headroom).toMatchObject({
    position: '44995.00',
    cash: '894995.00',
    strategyGross: '504995.00',
    messages: 9,
  });
  const [event] =
    await sql`select content from events where type = 'capital.orders-checked' and portfolio_id = ${world.risk.portfolioId}`;
  expect(JSON.parse(event!.content)).toMatchObject({
    actor: `key:${world.actor.keyId}`,
    data: { allowed: 1, denied: 0 },
  });
});

test('a repeated clientOrderId with the same content gets the first answer and reserves nothing more', async () => {
  const world = await orderWorld();
  const first = await world.check({ clientOrderId: 'same' });
  const both = await Promise.all([
    world.check({ clientOrderId: 'same', quantity: '50.0' }),
    world.check({ clientOrderId: 'same', reference: null }),
  ]);
  for (const again of both) expect(again).toEqual({ ...first, flags: ['repeated'] });
  expect(await promised(world.risk.portfolioId)).toBe(5005);
});

test('a clientOrderId with other content is denied, whatever its first answer was, in one batch as well', async () => {
  const world = await orderWorld();
  await world.check({ clientOrderId: 'same' });
  const others = [
    { instrument: 'GOLD' },
    { side: 'sell' },
    { quantity: '49' },
    { type: 'market', limitPrice: null },
    { limitPrice: '101' },
    { exit: { kind: 'person', id: newId() } },
  ];
  for (const other of others) {
    const answer = await world.check({ clientOrderId: 'same', ...other });
    expect([answer.decision, codes(answer), answer.reservation]).toEqual(['deny', ['ID_REUSED'], null]);
  }
  const both = await Promise.all(['1', '2'].map((quantity) => world.check({ clientOrderId: 'both', quantity })));
  expect(both.map((answer) => answer.decision).sort()).toEqual(['allow', 'deny']);
  expect(both.flatMap(codes)).toEqual(['ID_REUSED']);
});

test('a repeat of an order whose promise ran out before it was sent is denied; one that was sent keeps its answer', async () => {
  const world = await orderWorld();
  await world.check({ clientOrderId: 'unsent' });
  await world.check({ clientOrderId: 'sent' });
  await sql`update reservations set state = 'working', submitted_at = created_at, expires_at = null
    where client_order_id = 'sent' and portfolio_id = ${world.risk.portfolioId}`;
  await sql`select app.shift_clock('61 seconds')`;
  try {
    await world.refresh();
    await world.report();
    // Once while it runs out, once when it has.
    for (const _ of [1, 2]) {
      const again = await world.check({ clientOrderId: 'unsent' });
      expect([again.decision, codes(again), again.reservation]).toEqual(['deny', ['PROMISE_EXPIRED'], null]);
      expect(again.reasons[0]!.message).toContain('new clientOrderId');
    }
    expect((await world.check({ clientOrderId: 'sent' })).decision).toBe('allow');
    expect((await world.check({ clientOrderId: 'anew' })).decision).toBe('allow');
  } finally {
    await sql`select app.shift_clock('0')`;
  }
});

test('40 callers at once never get the last of the headroom twice', async () => {
  const refs = Array.from({ length: 40 }, (_, i) => `s${i}`);
  const world = await orderWorld({ refs });
  // 50,000 may sit in one instrument: ten orders of 4,804.80 fit, an eleventh does not.
  const answers = await Promise.all(refs.map((strategy) => world.check({ strategy, quantity: '48' })));
  const allowed = answers.filter((a) => a.decision === 'allow');
  expect(allowed).toHaveLength(10);
  for (const denied of answers.filter((a) => a.decision === 'deny')) expect(codes(denied)).toEqual(['POSITION']);
  expect(await promised(world.risk.portfolioId)).toBe(48_048);
  expect(answers.find((a) => a.decision === 'deny')!.reasons[0]!.message).toBe('Position SPX-ETF 5.3 % exceeds 5.0 %');
});

test('two processes at the same book wait for each other, and never both get the last of it', async () => {
  const refs = Array.from({ length: 12 }, (_, i) => `s${i}`);
  const world = await orderWorld({ refs });
  // Loaded once more it has a queue of its own, as in another process: only the row lock stands between the two.
  vi.resetModules();
  const other = await import('./order-check-actions');
  (await import('./time-budget')).BUDGET.ms = 15_000;
  expect(other.checkOrder).not.toBe(checkOrder);
  const ask = (check: typeof checkOrder, strategy: string) =>
    check(
      world.actor,
      world.risk.portfolioId,
      NewOrder.parse({
        strategy,
        clientOrderId: `both-${strategy}`,
        instrument: 'SPX-ETF',
        multiplier: '1',
        side: 'buy',
        quantity: 90,
        type: 'limit',
        limitPrice: 100,
        reference: { price: 100, asOf: new Date().toISOString() },
      }),
    );
  const answers = await Promise.all(refs.map((ref, i) => ask(i % 2 ? other.checkOrder : checkOrder, ref)));
  const allowed = answers.filter((a) => a.decision === 'allow');
  expect(allowed).toHaveLength(5);
  expect(await promised(world.risk.portfolioId)).toBe(5 * 9009);
});

test('a promise ends after 60 s unless the order was submitted', async () => {
  const world = await orderWorld();
  await world.check();
  await sql`select app.shift_clock('61 seconds')`;
  try {
    await world.refresh();
    await world.report();
    const next = await world.check({ quantity: '10' });
    expect(next.headroom.position).toBe('48999.00');
    expect(await promised(world.risk.portfolioId)).toBe(1001);
  } finally {
    await sql`select app.shift_clock('0')`;
  }
});

test('new risk needs a state, a release, fresh data and a price; each reason is said in order', async () => {
  const world = await orderWorld();
  await world.report('sha256:other');
  const portfolioId = world.risk.portfolioId;
  await inTransaction((tx) =>
    setLatch(tx, {
      scope: { kind: 'portfolio', portfolioId, strategyId: null },
      state: 'REDUCING',
      cause: { kind: 'person', id: newId(), label: 'x' },
      reason: 'Daily loss 5.3 % exceeds 5.0 %',
      actor: job('test'),
    }),
  );
  const answer = await world.check({ reference: null, quantity: '5000', release: 'sha256:third' });
  expect(codes(answer)).toEqual([
    'REDUCING',
    'RELEASE_MISMATCH',
    'DIGEST_MISMATCH',
    'POSITION',
    'REFERENCE_UNKNOWN',
    'ORDER_VALUE',
  ]);
  await sql`select app.shift_clock('40 seconds')`;
  try {
    expect(codes(await world.check())).toEqual(['REDUCING', 'DIGEST_UNKNOWN', 'DATA_STALE']);
  } finally {
    await sql`select app.shift_clock('0')`;
  }
});

test('an exit passes every limit and stale data, counts exits on their way, and never crosses zero', async () => {
  const world = await orderWorld();
  const positions = [{ strategy: 'trend', instrument: 'SPX-ETF', quantity: 100, price: 100 }];
  await world.refresh({ positions, cash: 990_000 });
  await world.report('sha256:other');
  const sell = (quantity: string, extra = {}) => world.check({ side: 'sell', quantity, reference: null, ...extra });
  expect(await sell('60')).toMatchObject({ decision: 'allow', flags: ['reduce-only'] });
  const second = await sell('60', { reduceOnly: true });
  expect(second.decision).toBe('deny');
  expect(codes(second)).toContain('NOT_REDUCING');
  await sql`select app.shift_clock('5 minutes')`;
  try {
    expect(await sell('100')).toMatchObject({ decision: 'allow', flags: ['reduce-only', 'stale-position'] });
  } finally {
    await sql`select app.shift_clock('0')`;
  }
});

test('under a halt an exit passes with an authority that stands, and is told as exit-under-halt', async () => {
  const world = await orderWorld();
  const [strategy] = world.risk.strategies;
  await world.refresh({ positions: [{ strategy: 'trend', instrument: 'SPX-ETF', quantity: 100, price: 100 }] });
  await inTransaction((tx) =>
    setLatch(tx, {
      scope: { kind: 'strategy', portfolioId: world.risk.portfolioId, strategyId: strategy!.id },
      state: 'HALTED',
      cause: { kind: 'person', id: newId(), label: 'x' },
      reason: 'looked wrong',
      actor: job('test'),
    }),
  );
  expect(codes(await world.check({ side: 'sell', quantity: '40' }))).toEqual(['HALTED']);
  const id = newId();
  expect(codes(await world.check({ side: 'sell', quantity: '40', exit: { kind: 'person', id } }))).toEqual([
    'EXIT_NOT_AUTHORISED',
  ]);
  const wish = { strategyId: strategy!.id, instrument: 'SPX-ETF', reason: 'out of it' };
  const by = async (role: 'quant' | 'risk-officer') =>
    permitExit((await personFixture({ role, portfolioId: world.risk.portfolioId })).actor, wish);
  await expect(by('quant')).rejects.toMatchObject({ code: 'FORBIDDEN' });
  const permit = await by('risk-officer');
  const exit = { kind: 'person', id: permit.id };
  expect(codes(await world.check({ side: 'sell', quantity: '40', exit, instrument: 'GOLD' }))).toContain('HALTED');
  expect(await world.check({ side: 'sell', quantity: '40', exit })).toMatchObject({
    decision: 'allow',
    flags: ['reduce-only', 'exit-under-halt'],
    tradingState: 'HALTED',
  });
});

test('under a halt only an approved action that reduces lets an exit pass: its targets, for 24 hours, until it is settled', async () => {
  const world = await orderWorld({ refs: ['trend', 'other'] });
  const { portfolioId, strategies } = world.risk;
  const [trend] = strategies;
  const now = await readNow();
  await world.refresh({
    positions: [
      { strategy: 'trend', instrument: 'SPX-ETF', quantity: 100, price: 100 },
      { strategy: 'trend', instrument: '#GC', quantity: 100, price: 100 },
      { strategy: 'other', instrument: 'SPX-ETF', quantity: 100, price: 100 },
    ],
  });
  await inTransaction((tx) =>
    setLatch(tx, {
      scope: { kind: 'portfolio', portfolioId, strategyId: null },
      state: 'HALTED',
      cause: { kind: 'person', id: newId(), label: 'x' },
      reason: 'looked wrong',
      actor: job('test'),
    }),
  );
  const episode = async (strategyId: string | null) => {
    const id = newId();
    await db.insert(breachEpisodes).values({
      id,
      number: `BR-${id.slice(-8)}`,
      portfolioId,
      strategyId,
      key: `drawdown|${id}`,
      measure: 'drawdown',
      scope: strategyId ? 'strategy' : 'portfolio',
      subject: '',
      tier: 'soft',
      state: 'open',
      openedAt: now,
      recordedAt: now,
      limitValue: '0.1',
      severity: 'high',
      priority: 'high',
      sentence: 'x',
      decidingSamples: [],
    });
    return id;
  };
  const [ofAll, ofTrend] = [await episode(null), await episode(trend!.id)];
  const action = async (over: Partial<typeof breachActions.$inferInsert>) => {
    const id = newId();
    await db.insert(breachActions).values({
      id,
      episodeId: ofAll,
      rung: id,
      type: 'reduce-positions',
      priority: 'high',
      reason: 'x',
      params: encodeState({
        targets: [
          { strategy: trend!.id, instrument: 'SPX-ETF' },
          { strategy: trend!.id, instrument: '#GC' },
        ],
      }),
      state: 'sent',
      automatic: false,
      proposedAt: now,
      decidedAt: now,
      ...over,
    });
    return { kind: 'action', id };
  };
  const sell = async (exit: object, strategy = 'trend', instrument = 'SPX-ETF') =>
    (await world.check({ side: 'sell', quantity: '1', strategy, instrument, exit })).decision;
  const cut = await action({});
  expect([await sell(cut), await sell(cut, 'trend', '#GC'), await sell(cut, 'other')]).toEqual([
    'allow',
    'allow',
    'deny',
  ]);
  const cash = await action({ type: 'raise-cash', params: {} });
  expect([await sell(cash), await sell(cash, 'other')]).toEqual(['allow', 'allow']);
  const ownCash = await action({ type: 'raise-cash', params: {}, episodeId: ofTrend });
  expect([await sell(ownCash), await sell(ownCash, 'other')]).toEqual(['allow', 'deny']);
  for (const never of [
    { type: 'halt', params: { latches: [] }, automatic: true, decidedAt: null },
    { type: 'reduce-only', params: { latches: [] }, automatic: true, decidedAt: null },
    { type: 'raise-cash', params: {}, automatic: true },
    { type: 'cut-capital' },
    { state: 'confirmed' as const },
    { settledAt: now },
    { decidedAt: new Date(now.getTime() - 24 * 3_600_000 - 1) },
    { params: { targets: [] } },
  ])
    expect(await sell(await action(never)), JSON.stringify(never)).toBe('deny');
});

test('a stated reference is held against the last close, and only an order that was allowed leaves a mark', async () => {
  const world = await orderWorld();
  const { portfolioId } = world.risk;
  const marks = async () =>
    (
      await sql`select price::float8 from instrument_marks where portfolio_id = ${portfolioId} and instrument = 'GOLD'`
    ).map((m) => m.price);
  const ask = (price: number, over = {}) => {
    const reference = { price, asOf: new Date().toISOString() };
    return world.check({ instrument: 'GOLD', quantity: '1', limitPrice: price, reference, ...over });
  };
  const [at] = await sql`select app.now() - interval '3 days' as day`;
  const day = new Date(at!.day).toISOString().slice(0, 10);
  await sql`insert into instrument_closes (portfolio_id, instrument, day, close, source, recorded_at)
    values (${portfolioId}, 'GOLD', ${day}, 100, 'upload', app.now())`;
  expect(codes(await ask(80))).toEqual(['REFERENCE_BOUND']);
  expect(codes(await ask(100, { quantity: '5000' }))).toContain('ORDER_VALUE');
  expect(await marks()).toEqual([]);
  expect(await ask(109)).toMatchObject({ decision: 'allow' });
  expect(await marks()).toEqual([109]);
  await world.refresh({ positions: [{ strategy: 'trend', instrument: 'SILVER', quantity: 100, price: 100 }] });
  expect(await ask(1, { instrument: 'SILVER', side: 'sell' })).toMatchObject({
    decision: 'allow',
    flags: ['reduce-only'],
  });
  expect(await marks()).toEqual([109]);
});

test('what a short brought in is taken off cash once, where margin states it and where it does not', async () => {
  const world = await orderWorld();
  const positions = [{ strategy: 'trend', instrument: 'SPX-ETF', quantity: -400, price: 100 }];
  const left = async (margin?: { initial: number; shortProceeds?: number }) => {
    await world.refresh({ cash: 1_040_000, positions, margin });
    const answer = await world.check({ instrument: 'GOLD' });
    await sql`update reservations set expires_at = created_at where portfolio_id = ${world.risk.portfolioId}`;
    return answer.headroom.cash;
  };
  expect(await left()).toBe('854995.00');
  expect(await left({ initial: 20_000, shortProceeds: 40_000 })).toBe('834995.00');
  // Proceeds that are not stated are what is held short.
  expect(await left({ initial: 20_000 })).toBe('834995.00');
});

test('more than 10 orders of a strategy in one second are denied', async () => {
  const world = await orderWorld();
  const asOf = (await readNow()).toISOString();
  const orders = Array.from({ length: 12 }, (_, i) => ({
    ...{
      strategy: 'trend',
      instrument: 'SPX-ETF',
      multiplier: 1,
      side: 'buy',
      quantity: 1,
      type: 'limit',
      limitPrice: 100,
    },
    clientOrderId: `fast-${i}`,
    reference: { price: 100, asOf },
  }));
  // Asked in one breath: the first is a batch of its own, the other eleven are the next and so of one instant.
  const answers = await Promise.all(
    orders.map((order) => checkOrder(world.actor, world.risk.portfolioId, NewOrder.parse(order))),
  );
  expect(answers.filter((a) => a.decision === 'allow').length).toBeGreaterThanOrEqual(10);
  expect(answers.slice(0, 10).flatMap(codes)).toEqual([]);
  expect(codes(answers[11]!)).toEqual(['MESSAGE_RATE']);
});

beforeAll(() => {
  // What is decided here is tried, not how fast a busy machine decides it.
  BUDGET.ms = 15_000;
});

test('without facts in time new risk is denied; a proven exit passes on what is remembered, and what came too late is undone', async () => {
  const world = await orderWorld();
  await world.refresh({ positions: [{ strategy: 'trend', instrument: 'SPX-ETF', quantity: 100, price: 100 }] });
  await world.check({ side: 'sell', quantity: '10' });
  const { portfolioId } = world.risk;
  let late: Awaited<ReturnType<typeof world.check>>[] = [];
  await sql.begin(async (held) => {
    await held`select 1 from order_books where portfolio_id = ${portfolioId} for update`;
    BUDGET.ms = 20;
    late = [
      await world.check({ clientOrderId: 'late' }),
      await world.check({ side: 'sell', quantity: '90' }),
      await world.check({ side: 'sell', quantity: '1' }),
    ];
    BUDGET.ms = 15_000;
  });
  expect(late.map((a) => [a.decision, a.flags])).toEqual([
    ['deny', ['degraded']],
    ['allow', ['reduce-only', 'degraded']],
    ['deny', ['degraded']],
  ]);
  expect(codes(late[0]!)).toEqual(['TIME_OUT']);
  // The 90 that passed without the database are spoken for with it as well: one more would cross zero.
  expect(codes(await world.check({ side: 'sell', quantity: '1', reduceOnly: true }))).toContain('NOT_REDUCING');
  await world.check({ quantity: '1' });
  await expect
    .poll(async () => (await sql`select state from reservations where client_order_id = 'late'`).map((r) => r.state))
    .toEqual(expect.not.arrayContaining(['held']));
  expect(await world.check({ clientOrderId: 'late' })).toMatchObject({ decision: 'deny' });
});
