import { afterAll, expect, test } from 'vitest';
import { closeDatabase, sql } from '@/db/client';
import { InstrumentRow } from '../../capital/instrument';
import { recordInstruments } from '../../capital/instrument-actions';
import { newestCloses } from '../../capital/instrument-store';
import { newId } from '../../kernel/ids';
import { keyFixture } from '../../testing/people';
import { type FeedRow, riskWorld } from '../testing/risk-world';

afterAll(closeDatabase);

const DAY_SECONDS = 86_400;
const held = (price: number): FeedRow['positions'] => [
  { strategy: 'trend', instrument: 'SPX-ETF', quantity: 10, price },
  { strategy: 'trend', instrument: 'GOLD', quantity: 1, price: 50 },
];
const closesOf = async (portfolioId: string, instrument = 'SPX-ETF') =>
  (await newestCloses(portfolioId, instrument, { most: 10, until: '9999-12-31' })).map((c) => Number(c.close));

test.each(['history', 'live'] as const)(
  'the close of each day keeps the price of what was held then, from %s rows',
  async (kind) => {
    const world = await riskWorld({ ago: 5 * DAY_SECONDS });
    const row = (day: number, hour: number, price: number, sequence: number): FeedRow => ({
      at: day * DAY_SECONDS + hour * 3600,
      equity: 100_000,
      sequence,
      kind,
      positions: held(price),
    });
    // Hours are after the world's start, which lies on any time of the day: the last row of a day counts.
    await world.feed([row(0, 0, 100, 0), row(1, 0, 101, 1), row(2, 0, 102, 2)]);
    await world.feed([row(3, 0, 103, 3)]);
    expect(await closesOf(world.portfolioId)).toEqual([100, 101, 102]);
    expect(await closesOf(world.portfolioId, 'GOLD')).toEqual([50, 50, 50]);
  },
);

test('what is held when a day closes registers its unit, newest first, and never over what was registered', async () => {
  const world = await riskWorld({ ago: 5 * DAY_SECONDS });
  const { actor } = await keyFixture(['snapshots:write'], world.portfolioId);
  const units = async () =>
    Object.fromEntries(
      (
        await sql`select instrument, (multiplier * fx)::float8 as unit, lot::float8, source from instruments
        where portfolio_id = ${world.portfolioId}`
      ).map(({ instrument, ...rest }) => [instrument, rest]),
    );
  await recordInstruments(actor, {
    portfolioId: world.portfolioId,
    instruments: [InstrumentRow.parse({ instrument: 'GOLD', multiplier: 100, lot: 2 })],
  });
  const row = (day: number, multiplier: number): FeedRow => ({
    at: day * DAY_SECONDS,
    equity: 100_000,
    sequence: day,
    kind: 'history',
    positions: held(100)!.map((position) => ({ ...position, multiplier, fx: 0.5 })),
  });
  await world.feed([row(0, 10), row(1, 20), row(2, 30)]);
  const gold = { unit: 100, lot: 2, source: 'registered' };
  expect(await units()).toEqual({ GOLD: gold, 'SPX-ETF': { unit: 10, lot: null, source: 'snapshot' } });
  await world.feed([row(3, 40)]);
  expect((await units())['SPX-ETF']).toEqual({ unit: 15, lot: null, source: 'snapshot' });
  await recordInstruments(actor, {
    portfolioId: world.portfolioId,
    instruments: [InstrumentRow.parse({ instrument: 'SPX-ETF', multiplier: 7 })],
  });
  await world.feed([row(4, 50)]);
  expect(await units()).toEqual({ GOLD: gold, 'SPX-ETF': { unit: 3.5, lot: 1, source: 'registered' } });
});

test('a unit that nobody stated is not registered by closes or a lot, and what snapshots said of it stands', async () => {
  const world = await riskWorld({ ago: 5 * DAY_SECONDS });
  const { actor } = await keyFixture(['snapshots:write'], world.portfolioId);
  const told = (row: Record<string, unknown>) =>
    recordInstruments(actor, { portfolioId: world.portfolioId, instruments: [InstrumentRow.parse(row)] });
  const units = async () =>
    (
      await sql`select instrument, (multiplier * fx)::float8 as unit, lot::float8, source from instruments
      where portfolio_id = ${world.portfolioId}`
    ).map((row) => ({ ...row }));
  const closes = [{ day: '2026-01-05', close: 5_000 }];
  await told({ instrument: 'ES', closes });
  expect(await units()).toEqual([]);
  expect(await told({ instrument: 'ES', lot: 1, closes })).toMatchObject({ refused: [{ code: 'UNIT_UNSTATED' }] });
  expect(await units()).toEqual([]);
  const row = (day: number): FeedRow => ({
    at: day * DAY_SECONDS,
    equity: 100_000,
    sequence: day,
    kind: 'history',
    positions: held(100)!.map((position) => ({ ...position, multiplier: 50, fx: 1 })),
  });
  await world.feed([row(0), row(1)]);
  await told({ instrument: 'SPX-ETF', lot: 1 });
  const [fund] = (await units()).filter((one) => one.instrument === 'SPX-ETF');
  expect(fund).toEqual({ instrument: 'SPX-ETF', unit: 50, lot: 1, source: 'registered' });
});

test('an uploaded close stands over what a snapshot says, and a later upload over an earlier one', async () => {
  const world = await riskWorld({ ago: 5 * DAY_SECONDS });
  const { actor } = await keyFixture(['snapshots:write'], world.portfolioId);
  const row = (day: number, price: number): FeedRow => ({
    at: day * DAY_SECONDS,
    equity: 100_000,
    sequence: day,
    kind: 'history',
    positions: held(price),
  });
  await world.feed([row(0, 100), row(1, 101), row(2, 102)]);
  const day = (await newestCloses(world.portfolioId, 'SPX-ETF', { most: 1, until: '9999-12-31' }))[0]!.day;
  const upload = async (close: number, volume: number | null) =>
    recordInstruments(actor, {
      portfolioId: world.portfolioId,
      instruments: [InstrumentRow.parse({ instrument: 'SPX-ETF', lot: 5, closes: [{ day, close, volume }] })],
    });
  await upload(99, 1_000_000);
  await upload(98, null);
  await world.feed([row(3, 103)]);
  expect(await closesOf(world.portfolioId)).toEqual([100, 98, 102]);
  const [kept] =
    await sql`select volume::int, source from instrument_closes where portfolio_id = ${world.portfolioId} and day = ${day} and instrument = 'SPX-ETF'`;
  expect(kept).toEqual({ volume: 1_000_000, source: 'upload' });
});

test('a key that would make smaller what limits measure is refused, its closes are taken, and each change is in the record', async () => {
  const world = await riskWorld();
  const { portfolioId } = world;
  const { actor } = await keyFixture(['snapshots:write'], null);
  const record = (row: Record<string, unknown>, place = portfolioId) =>
    recordInstruments(actor, { portfolioId: place, instruments: [InstrumentRow.parse({ instrument: 'ES', ...row })] });
  expect(await record({ multiplier: 50, fx: '0.9' })).toMatchObject({ instruments: 1, refused: [] });
  const closes = [{ day: '2026-11-02', close: 100 }];
  expect(await record({ multiplier: '0.000001', fx: '0.9', closes })).toMatchObject({
    ...{ instruments: 0, closes: 1 },
    refused: [{ index: 0, code: 'UNIT_LOWERED' }],
  });
  await record({ closes: [{ day: '2026-11-03', close: 101 }] });
  await record({ multiplier: 60 });
  const [kept] = await sql`select multiplier::float8, fx::float8 from instruments
    where portfolio_id = ${portfolioId} and instrument = 'ES'`;
  expect(kept).toEqual({ multiplier: 60, fx: 0.9 });
  expect(await closesOf(portfolioId, 'ES')).toEqual([100, 101]);
  const events = await sql<{ content: string }[]>`select content from events
    where portfolio_id = ${portfolioId} and type = 'capital.instruments-recorded' order by seq`;
  const told = events.map(({ content }) => JSON.parse(content).data);
  expect(told.map((data) => [data.changes.length, data.refused.length])).toEqual([
    [1, 0],
    [0, 1],
    [0, 0],
    [1, 0],
  ]);
  expect(told[3].changes).toEqual([
    {
      instrument: 'ES',
      before: { lot: '1', multiplier: '50', fx: '0.9', initialMargin: null },
      after: { lot: '1', multiplier: '60', fx: '0.9', initialMargin: null },
    },
  ]);
  await expect(record({}, newId())).rejects.toMatchObject({ kind: 'not-found' });
});
