import { eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { db } from '@/db/client';
import { dailyCloses } from '@/db/schema';
import { storedReplayHistory } from '../../evidence/stored-series';
import { appRouter } from '../../routers/_app';
import { personFixture } from '../../testing/people';
import { riskWorld } from '../testing/risk-world';
import { replay } from './replay';
import { DEFAULT_REPLAY_LIMITS } from './replay-limits';

const DAY = 86_400;

test('positions and cash that a portfolio recorded are replayed, by the last snapshot of each day', async () => {
  const w = await riskWorld({ ago: 5 * DAY });
  let sequence = 0;
  const held = (at: number, quantity: number, cash: number) => {
    sequence += 1;
    const positions = [{ strategy: 'trend', instrument: 'ETF', quantity, price: 100 }];
    return { at, equity: 100_000, cash, sequence, positions };
  };
  // Two snapshots a day: the later one counts.
  const days = [
    [900, 5_000, 40, 50_000],
    [40, 50_000, 900, 5_000],
    [40, 50_000, 50, 10_000],
    [40, 50_000, 40, 50_000],
  ];
  await w.feed(days.flatMap(([q1, c1, q2, c2], i) => [held(i * DAY, q1!, c1!), held(i * DAY + 1, q2!, c2!)]));
  const reader = await personFixture('viewer');
  const caller = appRouter.createCaller(reader.ctx);
  const { name, series, peers, isWhole } = await caller.evidence.history({
    portfolioId: w.portfolioId,
    id: 'recorded:',
  });
  expect(series.holdings?.instruments).toEqual(['ETF']);
  expect(series.holdings?.value[0]).toEqual([4_000, 90_000, 5_000]);
  expect(series.holdings?.cash).toEqual([50_000, 5_000, 10_000]);
  const { position, cash } = replay(storedReplayHistory(name, series, peers, isWhole), DEFAULT_REPLAY_LIMITS).breaches;
  expect(position?.episodes).toMatchObject([{ days: 1, worst: 0.9, subject: 'ETF' }]);
  expect(cash?.episodes).toMatchObject([{ days: 1, worst: 0.05 }]);

  const subject = w.strategies[0]!.id;
  const portfolioCloses = await db.select().from(dailyCloses).where(eq(dailyCloses.portfolioId, w.portfolioId));
  await db.insert(dailyCloses).values(portfolioCloses.map((close) => ({ ...close, subject, checkpoint: null })));
  const own = await caller.evidence.history({ portfolioId: w.portfolioId, id: `recorded:${subject}` });
  const { breaches } = replay(storedReplayHistory(own.name, own.series, own.peers, own.isWhole), DEFAULT_REPLAY_LIMITS);
  expect(breaches.position?.episodes).toMatchObject([{ days: 1, worst: 0.9, subject: 'ETF' }]);
  expect(breaches.cash).toBeNull();
});
