import { afterAll, beforeAll, expect, test } from 'vitest';
import { closeDatabase, db, sql } from '@/db/client';
import { breachEpisodes } from '@/db/schema';
import { OrderUpdate } from '../../capital/order-update';
import { job } from '../../kernel/actor';
import { newId } from '../../kernel/ids';
import { inTransaction, readNow } from '../../kernel/transaction';
import { releaseLatch } from '../../trading-state/actions';
import { addDays } from '../session-day';
import { type OrderWorld, orderWorld } from '../testing/order-world';
import { recordOrderUpdates } from './order-update-actions';
import { BUDGET } from './time-budget';

beforeAll(() => {
  BUDGET.ms = 15_000;
});
afterAll(async () => {
  await sql`select app.shift_clock('0')`;
  await closeDatabase();
});

const codes = (answer: { reasons: { code: string }[] }) => answer.reasons.map((r) => r.code);
const at = async (shift: string, work: () => Promise<void>) => {
  await sql`select app.shift_clock(${shift}::interval)`;
  try {
    await work();
  } finally {
    await sql`select app.shift_clock('0')`;
  }
};

/** Closes of 100 with these volumes, the newest of so many days ago. */
async function traded(world: OrderWorld, volumes: number[], ago = 1) {
  const today = (await readNow()).toISOString().slice(0, 10);
  const days = volumes.map((volume, i) => ({ day: addDays(today, i + 1 - ago - volumes.length), volume }));
  await sql`insert into instrument_closes (portfolio_id, instrument, day, close, volume, source, recorded_at)
    select ${world.risk.portfolioId}, 'SPX-ETF', day, 100, volume, 'upload', app.now()
    from jsonb_to_recordset(${JSON.stringify(days)}::jsonb) as d(day text, volume numeric)
    on conflict (portfolio_id, instrument, day) do update set volume = excluded.volume`;
}

test('an order over 5 % of the average volume of 20 days is denied; where volumes are not known there is no such limit', async () => {
  const world = await orderWorld();
  expect((await world.check({ quantity: '50' })).headroom.volume).toBeNull();
  await traded(world, Array(19).fill(980));
  expect((await world.check({ quantity: '50' })).decision).toBe('allow');
  // The 20 newest count: an older day of a million changes nothing.
  await traded(world, [1_000_000, ...Array(20).fill(980)]);
  const denied = await world.check({ quantity: '50' });
  expect(codes(denied)).toEqual(['VOLUME']);
  expect(denied.headroom.volume).toBe('49');
  expect(denied.reasons[0]!.message).toContain('of the 20-day average');
  expect((await world.check({ quantity: '49' })).decision).toBe('allow');
});

test('volumes that were told and are too old are a reason against new risk, never against an exit', async () => {
  const world = await orderWorld();
  await traded(world, Array(20).fill(980), 21);
  expect((await world.check({ quantity: '40' })).headroom.volume).toBe('49');
  await sql`delete from instrument_closes where portfolio_id = ${world.risk.portfolioId}`;
  await traded(world, Array(20).fill(980), 23);
  const denied = await world.check({ quantity: '40' });
  expect(codes(denied)).toEqual(['VOLUME_UNKNOWN']);
  expect(denied.reasons[0]!.message).toContain('Upload');
  await world.refresh({ positions: [{ strategy: 'trend', instrument: 'SPX-ETF', quantity: 50, price: 100 }] });
  expect((await world.check({ side: 'sell', quantity: '40' })).decision).toBe('allow');
  // A volume of a day to come makes none of them young.
  await traded(world, [980], -30);
  expect(codes(await world.check({ quantity: '1' }))).toEqual(['VOLUME_UNKNOWN']);
});

test('a close dated in the future is not the last price of the house', async () => {
  const world = await orderWorld();
  const { portfolioId } = world.risk;
  const asOf = (await readNow()).toISOString();
  const gold = { instrument: 'GOLD', quantity: '1', limitPrice: '100', reference: { price: '100', asOf } };
  await sql`insert into instrument_closes (portfolio_id, instrument, day, close, source, recorded_at)
    values (${portfolioId}, 'GOLD', '9000-01-01', 50, 'upload', app.now()), (${portfolioId}, 'GOLD', '2020-01-01', 100, 'upload', app.now())`;
  expect(await world.check(gold)).toMatchObject({ decision: 'allow' });
});

test('a price over 10 % from any reference of the last 5 minutes is denied, and passes once that is longer ago', async () => {
  const world = await orderWorld();
  expect((await world.check({ quantity: '1' })).decision).toBe('allow');
  const ask = async () => {
    await world.refresh();
    await world.report();
    const reference = { price: '108', asOf: (await readNow()).toISOString() };
    return world.check({ quantity: '1', limitPrice: '111', reference });
  };
  await at('60 seconds', async () => {
    const denied = await ask();
    expect(codes(denied)).toEqual(['PRICE_MOVED']);
    expect(denied.reasons[0]!.message).toBe('Price 111 is 11.0 % from 100 within the last 5 min, which exceeds 10.0 %');
  });
  await at('310 seconds', async () => expect((await ask()).decision).toBe('allow'));
});

test('prices that snapshots held count for 5 minutes as well, whether anybody asked for an order or not', async () => {
  const world = await orderWorld();
  const held = (price: number) => ({
    positions: [{ strategy: 'trend', instrument: 'SPX-ETF', quantity: 10, price }],
  });
  const ask = async () => world.check({ quantity: '1', limitPrice: '111', reference: null });
  await world.refresh(held(100));
  for (const [shift, price] of [
    ['60 seconds', 105],
    ['120 seconds', 110],
  ] as const)
    await at(shift, async () => {
      await world.refresh(held(price));
      await world.report();
      if (price === 110) expect(codes(await ask())).toEqual(['PRICE_MOVED']);
    });
  await at('310 seconds', async () => {
    await world.refresh(held(110));
    await world.report();
    expect((await ask()).decision).toBe('allow');
  });
});

test('a hard breach that stands is in the way of what it covers: all, its strategy or its instrument, and nothing else', async () => {
  const world = await orderWorld({ refs: ['trend', 'other'] });
  const { portfolioId, strategies } = world.risk;
  const now = await readNow();
  const later = new Date(now.getTime() + 86_400_000);
  const breach = async (over: Partial<typeof breachEpisodes.$inferInsert>) => {
    const id = newId();
    await db.insert(breachEpisodes).values({
      ...{ id, number: `BR-${id.slice(-8)}`, portfolioId, strategyId: null, key: `drawdown|${id}` },
      ...{ measure: 'drawdown', scope: 'portfolio', subject: '', tier: 'hard', state: 'open', openedAt: now },
      ...{ recordedAt: now, limitValue: '0.1', severity: 'high', priority: 'high', decidingSamples: [] },
      sentence: 'Drawdown 12.3 % exceeds 10.0 %',
      ...over,
    });
    const of = async (strategy: string, instrument: string) =>
      codes(await world.check({ strategy, instrument, quantity: '1' }));
    const seen = {
      own: await of('trend', 'SPX-ETF'),
      gold: await of('trend', 'GOLD'),
      other: await of('other', 'SPX-ETF'),
    };
    await db.delete(breachEpisodes);
    return Object.entries(seen).flatMap(([name, found]) => (found.includes('OPEN_BREACH') ? [name] : []));
  };
  expect(await breach({})).toEqual(['own', 'gold', 'other']);
  expect(await breach({ state: 'acknowledged', measure: 'cash' })).toEqual(['own', 'gold', 'other']);
  expect(await breach({ measure: 'position', subject: 'SPX-ETF' })).toEqual(['own', 'other']);
  expect(await breach({ scope: 'strategy', strategyId: strategies[0]!.id })).toEqual(['own', 'gold']);
  expect(await breach({ state: 'accepted', acceptedUntil: now })).toEqual(['own', 'gold', 'other']);
  expect(await breach({ state: 'accepted', acceptedUntil: later })).toEqual([]);
  expect(await breach({ tier: 'soft' })).toEqual([]);
  expect(await breach({ state: 'cleared' })).toEqual([]);
  expect(await breach({ measure: 'winRate', scope: 'strategy', strategyId: strategies[0]!.id })).toEqual([]);
});

test('the first sample beyond a limit is in the way before it is confirmed, of its instrument or of all', async () => {
  const world = await orderWorld();
  const held = (quantity: number) => [{ strategy: 'trend', instrument: 'SPX-ETF', quantity, price: 100 }];
  await world.refresh({ positions: held(600), cash: 940_000 });
  const denied = await world.check({ quantity: '1' });
  expect(codes(denied)).toEqual(['POSITION', 'PENDING_BREACH']);
  expect(denied.reasons[1]!.message).toContain(
    'SPX-ETF is beyond its limit in the newest sample and waits for the next',
  );
  expect(codes(await world.check({ quantity: '1', instrument: 'GOLD' }))).toEqual([]);
  await world.refresh({ positions: held(100), cash: 95_000 });
  expect(codes(await world.check({ quantity: '1', instrument: 'GOLD' }))).toEqual(['CASH', 'PENDING_BREACH']);
  expect((await world.check({ quantity: '10', side: 'sell' })).decision).toBe('allow');
});

test('executions count anew from the lift of a halt that they caused', async () => {
  const world = await orderWorld();
  const { portfolioId } = world.risk;
  const strategyId = world.risk.strategies[0]!.id;
  const tell = async (from: number, count: number) => {
    const told = (await readNow()).toISOString();
    const updates = Array.from({ length: count }, (_, i) =>
      OrderUpdate.parse({
        ...{
          strategy: 'trend',
          clientOrderId: `x${from + i}`,
          executionId: `x${from + i}`,
          status: 'filled',
          at: told,
        },
        ...{ instrument: 'X', side: i % 2 ? 'sell' : 'buy', quantity: '1', price: '10' },
      }),
    );
    await recordOrderUpdates(world.actor, { portfolioId, updates });
  };
  const halts = async () =>
    sql<{ id: string }[]>`select id from trading_latches where strategy_id = ${strategyId} and lifted_at is null`;
  await tell(0, 100);
  const [halt] = await halts();
  expect(codes(await world.check())[0]).toBe('HALTED');
  await at('5 seconds', async () => {
    await inTransaction((tx) => releaseLatch(tx, halt!.id, { actor: job('test'), reason: 'looked at' }));
  });
  await at('10 seconds', async () => {
    await tell(100, 99);
    expect(await halts()).toHaveLength(0);
    await tell(199, 1);
    expect(await halts()).toHaveLength(1);
  });
});
