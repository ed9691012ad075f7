import { afterAll, expect, test } from 'vitest';
import { closeDatabase, sql } from '@/db/client';
import { InstrumentRow } from '../../capital/instrument';
import { recordInstruments } from '../../capital/instrument-actions';
import { newestCloses } from '../../capital/instrument-store';
import { keyFixture } from '../../testing/people';
import { type FeedRow, riskWorld } from '../testing/risk-world';

afterAll(closeDatabase);

const DAY_SECONDS = 86_400;
const held = (price: number): FeedRow['positions'] => [
  { strategy: 'trend', instrument: 'SPX-ETF', quantity: 10, price },
  { strategy: 'trend', instrument: 'GOLD', quantity: 1, price: 50 },
];
const closesOf = async (portfolioId: string, instrument = 'SPX-ETF') =>
  (await newestCloses(portfolioId, instrument, 10)).map((c) => Number(c.close));

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
  const day = (await newestCloses(world.portfolioId, 'SPX-ETF', 1))[0]!.day;
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
