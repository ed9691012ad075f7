import { asc, eq } from 'drizzle-orm';
import { expect, it } from 'vitest';
import { db, sql } from '@/db/client';
import { breachEpisodes, correlations, events } from '@/db/schema';
import { decodeState } from '../ingest/state-codec';
import type { RiskState } from '../state';
import { approvedBacktest, capitalFromStart, wave } from '../testing/backtest-world';
import { type FeedRow, type RiskWorld, riskWorld } from '../testing/risk-world';

const DAY = 86_400;
const DAYS = 6;

async function pairWorld(): Promise<RiskWorld> {
  const w = await riskWorld({ refs: ['trend', 'carry'], capital: '10000', ago: (DAYS + 2) * DAY });
  await capitalFromStart(w);
  for (const { id } of w.strategies) await approvedBacktest(w, id);
  return w;
}

const row = (i: number, w: RiskWorld): FeedRow => ({
  at: i * DAY,
  equity: 100_000,
  sequence: i,
  strategies: w.strategies.map(({ ref }) => ({ id: ref, realised: wave(i), unrealised: 0, fees: 0 })),
});
const allRows = (w: RiskWorld) => Array.from({ length: DAYS + 1 }, (_, i) => row(i, w));

/** What is kept of a portfolio's pair, day by day, and the episodes it came to; days from the world's start. */
async function keptOf(w: RiskWorld) {
  const days = await db
    .select()
    .from(correlations)
    .where(eq(correlations.portfolioId, w.portfolioId))
    .orderBy(asc(correlations.day));
  const episodes = await db.select().from(breachEpisodes).where(eq(breachEpisodes.portfolioId, w.portfolioId));
  const [state] = await sql`select state from risk_states where portfolio_id = ${w.portfolioId}`;
  const { windows } = decodeState<RiskState>(state?.state);
  const window = Object.entries(windows).find(([key]) => key.startsWith('correlation'))?.[1] ?? [];
  return {
    days: days.map(({ day, r, overlap, splicedDays }) => ({ day, r, overlap, splicedDays })),
    episodes: episodes
      .filter((e) => e.measure === 'correlation')
      .map(({ tier, state, openedAt, late }) => ({ tier, state, openedAt: openedAt.toISOString(), late })),
    closes: window.map(({ at, level }) => [at.toISOString(), level.toFixed(6)]),
  };
}

it('a backlog that closes several days comes to the correlations and breaches of each of them, as it would have day by day', async () => {
  const [drip, backlog] = [await pairWorld(), await pairWorld()];
  for (const one of allRows(drip)) await drip.feed([one]);
  await backlog.feed(allRows(backlog));
  const [slow, fast] = [await keptOf(drip), await keptOf(backlog)];
  expect(slow.days).toHaveLength(DAYS);
  expect(slow.episodes).toMatchObject([{ tier: 'hard', state: 'open', late: false }]);
  // No close stands at the time at which it was told of.
  expect(new Set(slow.closes.map(([at]) => at)).size).toBe(3);
  expect(fast).toEqual(slow);
  const closed = await db.select().from(events).where(eq(events.portfolioId, backlog.portfolioId));
  expect(closed.filter((e) => e.type === 'risk.day-closed')).toHaveLength(DAYS);
});

it('late rows work the days they touch out again, and count no close twice', async () => {
  const w = await pairWorld();
  for (const one of allRows(w)) await w.feed([one]);
  const before = await keptOf(w);
  const strategies = w.strategies.map(({ ref }, i) => ({
    id: ref,
    realised: i === 0 ? -400 : 90,
    unrealised: 0,
    fees: 0,
  }));
  await w.feed([{ at: 3 * DAY + 60, equity: 100_000, sequence: 900, strategies }]);
  const after = await keptOf(w);
  expect(after.episodes).toEqual(before.episodes);
  expect(after.closes).toEqual(before.closes);
  expect(after.days.map((d) => d.day)).toEqual(before.days.map((d) => d.day));
  expect(after.days.map((d) => d.r)).not.toEqual(before.days.map((d) => d.r));
  const closed = await db.select().from(events).where(eq(events.portfolioId, w.portfolioId));
  expect(closed.filter((e) => e.type === 'risk.day-closed')).toHaveLength(DAYS);
});
