import { asc, eq } from 'drizzle-orm';
import { expect, it } from 'vitest';
import { db } from '@/db/client';
import { accounts, breachEpisodes, snapshots } from '@/db/schema';
import { newId } from '../../kernel/ids';
import { type FeedRow, type RiskWorld, riskWorld } from '../testing/risk-world';
import { findState } from './state-store';

async function twoAccounts(): Promise<RiskWorld> {
  const w = await riskWorld();
  const [first] = await db.select().from(accounts).where(eq(accounts.portfolioId, w.portfolioId));
  await db.insert(accounts).values({ ...first!, id: newId(), code: 'second' });
  return w;
}

const EQUITIES = [50_000, 49_900, 49_950, 49_800, 49_000, 48_500, 47_900, 47_000, 46_900, 46_800, 46_800, 46_700];
const rowsOf = (account: string, skew: number): FeedRow[] =>
  EQUITIES.map((equity, i) => ({ at: i * 6 + skew, equity, sequence: i, account }));

const outcome = async (w: RiskWorld) => {
  const state = await findState(w.portfolioId);
  const rows = await db
    .select({ equity: snapshots.portfolioEquity, unit: snapshots.unitValue, mark: snapshots.markUnitValue })
    .from(snapshots)
    .where(eq(snapshots.portfolioId, w.portfolioId))
    .orderBy(asc(snapshots.asOf));
  const episodes = await db.select().from(breachEpisodes).where(eq(breachEpisodes.portfolioId, w.portfolioId));
  return {
    figures: [state?.equity, state?.unitValue, state?.drawdownFraction, state?.dayPnl, state?.asOf],
    rows,
    episodes: [...new Set(episodes.map((e) => `${e.measure} ${e.tier}`))].sort(),
  };
};

it('a second account whose rows come a moment late ends where all rows in their order do', async () => {
  const [inOrder, skewed] = [await twoAccounts(), await twoAccounts()];
  const [first, second] = [rowsOf('main', 1), rowsOf('second', 0)];
  await inOrder.feed([...first, ...second]);
  for (const [i, row] of first.entries()) {
    await skewed.feed([row]);
    await skewed.feed([second[i]!]);
  }
  const [whole, parts] = [await outcome(inOrder), await outcome(skewed)];
  expect(parts.figures.slice(0, 4)).toEqual(whole.figures.slice(0, 4));
  expect(parts.rows).toEqual(whole.rows);
  expect(parts.episodes).toEqual(expect.arrayContaining(whole.episodes));
  expect(whole.episodes).toContain('dailyLoss hard');
});

it('rows that another process or thread took in between are in what a late row is evaluated from', async () => {
  const memory = (globalThis as { __goingLiveRecents?: Map<string, unknown> }).__goingLiveRecents as Map<
    string,
    unknown
  >;
  const [alone, several] = [await twoAccounts(), await twoAccounts()];
  const row = (account: string, at: number, equity: number, sequence: number): FeedRow => ({
    account,
    at,
    equity,
    sequence,
  });
  const before = [row('main', 0, 1_000, 0), row('second', 0, 1_000, 0), row('main', 20, 1_000, 1)];
  const foreign = row('second', 20, 700, 1);
  const after = [row('main', 25, 1_000, 3), row('main', 22, 1_000, 2)];
  for (const one of [...before, foreign, ...after]) await alone.feed([one]);
  for (const one of before) await several.feed([one]);
  const mine = memory.get(several.portfolioId);
  await several.feed([foreign]);
  memory.set(several.portfolioId, mine);
  for (const one of after) await several.feed([one]);
  const [whole, parts] = [await outcome(alone), await outcome(several)];
  expect(whole.figures[1]).toBe('0.850000000000000000');
  expect(parts).toEqual({ ...whole, figures: [...whole.figures.slice(0, 4), parts.figures[4]] });
});
