import { afterAll, beforeAll, expect, test } from 'vitest';
import { POST } from '@/app/api/v1/sizing/route';
import { closeDatabase, db, sql } from '@/db/client';
import { backtests, files } from '@/db/schema';
import { InstrumentRow } from '../../capital/instrument';
import { recordInstruments } from '../../capital/instrument-actions';
import { job } from '../../kernel/actor';
import { newId } from '../../kernel/ids';
import { inTransaction, readNow } from '../../kernel/transaction';
import { keyFixture, personFixture } from '../../testing/people';
import { setLatch } from '../../trading-state/actions';
import { BUDGET } from '../orders/time-budget';
import { addDays } from '../session-day';
import { type OrderWorld, orderWorld } from '../testing/order-world';
import { sizeForStrategy } from './sizing-actions';
import { SizeForStrategy } from './sizing-request';
import { listSizings } from './sizing-store';

afterAll(closeDatabase);
beforeAll(() => {
  BUDGET.ms = 15_000;
});

/** Closes of the last `count` days that swing by `swing` around 100; of yesterday the newest. */
async function closesOf(count: number, swing: number) {
  const today = (await readNow()).toISOString().slice(0, 10);
  return Array.from({ length: count }, (_, i) => ({
    day: addDays(today, i - count),
    close: 100 * (1 + (i % 2 ? swing : 0)),
  }));
}

async function priced(world: OrderWorld, closes: { day: string; close: number }[], lot = 1) {
  const { actor } = await keyFixture(['snapshots:write'], world.risk.portfolioId);
  const row = InstrumentRow.parse({ instrument: 'SPX-ETF', lot, multiplier: '1', closes });
  await recordInstruments(actor, { portfolioId: world.risk.portfolioId, instruments: [row] });
}

async function expected(world: OrderWorld, trades: Record<string, number | null> = {}) {
  const [release] = await sql`select id, strategy_id from releases where strategy_id = ${world.risk.strategies[0]!.id}`;
  const file = newId();
  const at = await readNow();
  await db.insert(files).values({
    id: file,
    portfolioId: world.risk.portfolioId,
    name: 'f',
    contentType: 'application/json',
    size: 1,
    sha256: 'a',
    uploadedBy: 'job:test',
    uploadedAt: at,
  });
  await db.insert(backtests).values({
    id: newId(),
    fileId: file,
    releaseId: release!.id,
    strategyId: release!.strategy_id,
    portfolioId: world.risk.portfolioId,
    purpose: 'out-of-sample',
    format: 'freqtrade',
    nameInFile: 'trend',
    choice: {},
    statistics: { trades: { count: 400, winRate: 0.6, meanWin: 120, meanLoss: -100, ...trades } },
    series: {},
    warnings: [],
    digest: 'd',
    importedBy: 'job:test',
    importedByName: 'test',
    importedAt: at,
    approvedAt: at,
  });
}

const size = async (world: OrderWorld, wish: Record<string, unknown> = {}) => {
  const { strategyId, ...rest } = SizeForStrategy.parse({
    strategyId: world.risk.strategies[0]!.id,
    instrument: 'SPX-ETF',
    ...wish,
  });
  return sizeForStrategy(world.actor, { strategyId }, rest);
};

async function ready(swing = 0.01, lot = 1) {
  const world = await orderWorld();
  await priced(world, await closesOf(31, swing), lot);
  await expected(world);
  return world;
}

test('a position is sized from the approved backtest, the instrument and what is free, and kept with who asked', async () => {
  const world = await ready(0.01, 7);
  const view = await size(world);
  expect(view).toMatchObject({ kind: 'sized', binding: 'cap', size: '24500.00', quantity: '245' });
  expect(view.trace.map((line) => line.step)).toEqual([
    'capital',
    'full-kelly',
    'kelly',
    'cap',
    'volatility',
    'available',
    'lot',
  ]);
  expect(view.inputs).toMatchObject({
    edge: { trades: 400, source: 'approved backtest' },
    price: { value: '100', source: 'daily close' },
    unit: { value: '1', source: 'registered' },
    lot: { value: '7', isRegistered: true },
    capital: { sent: '500000.00', used: '500000.00' },
    available: { cash: '1000000.00', cashReserve: '100000.00', amount: '50000.00' },
  });
  const [kept] = await listSizings(job('test'), world.risk.portfolioId);
  expect(kept).toMatchObject({ result: view, byMachine: true, askedByName: world.actor.name });
  const [event] =
    await sql`select content from events where type = 'risk.position-sized' and portfolio_id = ${world.risk.portfolioId}`;
  expect(JSON.parse(event!.content)).toMatchObject({
    actor: `key:${world.actor.keyId}`,
    data: { sizing: view.id, size: '24500.00' },
  });
});

test('what cannot be sized says why: no prices, frozen prices, no edge, too few trades, no losing trade', async () => {
  const bare = await orderWorld();
  expect((await size(bare)).code).toBe('NO_EDGE_DATA');
  await expected(bare, { count: 99 });
  expect((await size(bare)).code).toBe('TOO_FEW_TRADES');
  const frozen = await ready(0);
  expect((await size(frozen)).code).toBe('VOLATILITY_ZERO');
  const few = await orderWorld();
  await expected(few);
  await priced(few, await closesOf(30, 0.01));
  expect(await size(few)).toMatchObject({ code: 'VOLATILITY_UNKNOWN', reason: expect.stringContaining('29 of 30') });
  const unlost = await orderWorld();
  await expected(unlost, { meanLoss: null });
  expect((await size(unlost)).code).toBe('NO_LOSING_TRADE');
});

test('an instrument that nobody registered is not sized as if its multiplier were 1; what is held says it itself', async () => {
  const world = await ready();
  const { portfolioId } = world.risk;
  await sql`delete from instruments where portfolio_id = ${portfolioId}`;
  expect(await size(world)).toMatchObject({ kind: 'cannot-size', code: 'UNIT_UNKNOWN', size: null, quantity: null });
  const future = { strategy: 'trend', instrument: 'SPX-ETF', quantity: 1, price: 100, multiplier: 50 };
  await world.refresh({ positions: [future] });
  expect(await size(world)).toMatchObject({
    quantity: '5',
    inputs: { unit: { value: '50', source: 'newest snapshot' } },
  });
  await world.refresh();
  expect((await size(world)).code).toBe('UNIT_UNKNOWN');
});

test('nothing is sized while trading is halted or reducing, nor on stale data', async () => {
  const world = await ready();
  await sql`select app.shift_clock('60 seconds')`;
  try {
    expect((await size(world)).code).toBe('DATA_STALE');
  } finally {
    await sql`select app.shift_clock('0')`;
  }
  const place = { kind: 'portfolio' as const, portfolioId: world.risk.portfolioId, strategyId: null };
  for (const state of ['REDUCING', 'HALTED'] as const) {
    const cause = { kind: 'emergency' as const, id: newId(), label: 'E-0001' };
    await inTransaction((tx) => setLatch(tx, { scope: place, state, cause, reason: 'E-0001', actor: job('test') }));
    expect((await size(world)).code).toBe(`TRADING_${state}`);
  }
});

test('two who reserve at once never get the same capital; an order uses up what was reserved for it', async () => {
  const world = await ready();
  const both = await Promise.all([
    size(world, { reserve: true }),
    size(world, { reserve: true }),
    size(world, { reserve: true }),
  ]);
  const amounts = both.map((view) => Number(view.reservation?.amount ?? 0));
  expect(amounts.reduce((sum, a) => sum + a, 0)).toBeLessThanOrEqual(50_000);
  expect(amounts.filter((a) => a > 0).length).toBeGreaterThanOrEqual(2);
  const [first] = both;
  const left = (await world.check({ quantity: '1' })).headroom.position;
  const reservationId = first!.reservation!.id;
  const after = (await world.check({ quantity: '1', reservationId })).headroom.position;
  expect(Number(after) - Number(left)).toBeCloseTo(Number(first!.reservation!.amount) - 100.1, 2);
  const again = (await world.check({ quantity: '1', reservationId })).headroom.position;
  expect(Number(again)).toBeLessThan(Number(after));
});

test('a short uses its full gross, and what the position holds already is not counted against it', async () => {
  const world = await ready();
  await world.refresh({
    positions: [{ strategy: 'trend', instrument: 'SPX-ETF', quantity: -200, price: 100 }],
    cash: 1_020_000,
  });
  const view = await size(world, { side: 'short' });
  expect(view).toMatchObject({ size: '25000.00', quantity: '-250' });
  expect(view.inputs.available).toMatchObject({ cash: '980000.00', ownUse: '20000.00', amount: '50000.00' });
});

test('who may size: the owner, engineers and risk officers; nobody else, and nobody of another portfolio', async () => {
  const world = await ready();
  const { portfolioId } = world.risk;
  const wish = SizeForStrategy.parse({ strategyId: world.risk.strategies[0]!.id, instrument: 'SPX-ETF' });
  const by = async (role: 'quant' | 'manager' | 'risk-officer', place = portfolioId) =>
    sizeForStrategy((await personFixture({ role, portfolioId: place })).actor, wish, wish).then(
      (view) => view.kind,
      (error) => error.code,
    );
  expect(await by('risk-officer')).toBe('sized');
  expect(await by('quant')).toBe('FORBIDDEN');
  expect(await by('manager')).toBe('FORBIDDEN');
  expect(await by('risk-officer', newId())).toBe('NOT_FOUND');
});

test('the route refuses per cent where a fraction is meant, and an assumption never reserves', async () => {
  const world = await ready();
  const post = async (body: unknown) => {
    const headers = { authorization: `Bearer ${world.key}`, 'content-type': 'application/json' };
    const answer = await POST(
      new Request('http://localhost:3000/api/v1/sizing', { method: 'POST', headers, body: JSON.stringify(body) }),
    );
    return { status: answer.status, body: await answer.json() };
  };
  const wish = { strategy: 'trend', instrument: 'SPX-ETF' };
  for (const assume of [{ winRate: 54 }, { winRate: '54 %' }, { volatility: 2.41 }]) {
    expect(await post({ ...wish, assume })).toMatchObject({ status: 422, body: { title: 'INVALID' } });
  }
  expect((await post({ ...wish, assume: { winRate: 54 } })).body.detail).toContain('54 % is written 0.54');
  const hypothetical = await post({ ...wish, assume: { volatility: 0.04 } });
  expect(hypothetical).toMatchObject({ status: 200, body: { isHypothetical: true, binding: 'volatility' } });
  expect((await post({ ...wish, reserve: true, assume: { volatility: 0.04 } })).status).toBe(422);
});

test('live trades are those of the release that is sized, by its fills and as its snapshots count them', async () => {
  const world = await ready();
  const strategyId = world.risk.strategies[0]!.id;
  const { portfolioId } = world.risk;
  const close = (opened: string) =>
    sql`insert into closed_trades (id, portfolio_id, strategy_id, instrument, opened_at, closed_at, profit)
      select one.id, ${portfolioId}, ${strategyId}, 'X', app.now() + ${opened}::interval, app.now(), case when one.n % 2 = 0 then 100 else -100 end
      from (select gen_random_uuid() as id, n from generate_series(1, 100) n) one`;
  // A release before this one traded here: what it opened, it closed after the other took over.
  await close('-1 hour');
  expect((await size(world)).inputs.edge?.source).toBe('approved backtest');
  await close('1 second');
  expect((await size(world)).inputs.edge).toMatchObject({ source: 'live trades', trades: 100 });
  await sql`delete from closed_trades where strategy_id = ${strategyId}`;
  const count = async (closed: number) => {
    const line = { id: 'trend', realised: 0, unrealised: 0, fees: 0, trades: { closed, wins: 0 } };
    await world.refresh({ strategies: [line] });
    return (await size(world)).inputs.edge;
  };
  expect((await count(150))?.source).toBe('approved backtest');
  await sql`insert into daily_closes (portfolio_id, subject, day, equity, net_flow, unit_value, max_unit_value, source, closed_at, checkpoint)
    values (${portfolioId}, '', '2026-01-01', 1, 0, 1, 1, 'live', app.now(), ${JSON.stringify({ strategies: { [strategyId]: { trades: { closed: 60, wins: 0 } } } })}::jsonb)`;
  expect((await count(159))?.source).toBe('approved backtest');
  expect(await count(160)).toMatchObject({ trades: 100, source: expect.stringContaining('live win rate') });
});

test('a close dated in the future is refused, and one that is stored all the same makes nothing fresh', async () => {
  const world = await ready();
  const { portfolioId } = world.risk;
  const today = (await readNow()).toISOString().slice(0, 10);
  await expect(priced(world, [{ day: addDays(today, 3), close: 100 }])).rejects.toMatchObject({ code: 'INVALID' });
  await sql`update instrument_closes set day = (day::date - 10)::text where portfolio_id = ${portfolioId}`;
  await sql`insert into instrument_closes (portfolio_id, instrument, day, close, source, recorded_at)
    values (${portfolioId}, 'SPX-ETF', ${addDays(today, 3)}, 100, 'upload', app.now())`;
  expect(await size(world)).toMatchObject({
    code: 'VOLATILITY_UNKNOWN',
    reason: expect.stringContaining('more than one session old'),
  });
});

test('live trades count from the hundredth on, and then the smaller of both edges decides', async () => {
  const world = await ready();
  const strategyId = world.risk.strategies[0]!.id;
  const close = (profit: number) =>
    sql`insert into closed_trades (id, portfolio_id, strategy_id, instrument, opened_at, closed_at, profit)
      values (${newId()}, ${world.risk.portfolioId}, ${strategyId}, 'X', app.now(), app.now(), ${profit})`;
  for (let i = 0; i < 99; i += 1) await close(i % 2 ? 100 : -100);
  expect((await size(world)).inputs.edge?.source).toBe('approved backtest');
  await close(100);
  expect(await size(world)).toMatchObject({
    kind: 'no-edge',
    size: '0.00',
    inputs: { edge: { source: 'live trades', winRate: '0.5' } },
  });
});
