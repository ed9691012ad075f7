import { eq } from 'drizzle-orm';
import { expect, it } from 'vitest';
import { db } from '@/db/client';
import { limitStates } from '@/db/schema';
import { endCapital } from '../../capital/actions';
import { inTransaction, readNow } from '../../kernel/transaction';
import { appRouter } from '../../routers/_app';
import { personFixture } from '../../testing/people';
import { markUnknown } from '../ingest/state-store';
import { type FeedRow, type RiskWorld, riskWorld } from '../testing/risk-world';

const line = { id: 'trend', realised: 0, unrealised: 0, fees: 0 };
const at = (i: number, equity: number, extra: Partial<FeedRow> = {}): FeedRow => ({
  // Capital is in force from the world's making on, an hour after its start.
  at: 3_601 + i * 2,
  equity,
  sequence: i,
  ...extra,
});

async function shown(w: RiskWorld, measure: string) {
  const { ctx } = await personFixture();
  const { rows } = await appRouter.createCaller(ctx).risk.limits({ portfolioId: w.portfolioId });
  return rows.filter((row) => row.measure === measure).map((row) => [row.subject, row.state, row.note]);
}

it('a portfolio whose samples cannot be evaluated says of no position that it is within its limit', async () => {
  const w = await riskWorld({ capital: '50000' });
  const positions = [{ strategy: 'trend', instrument: 'KO', quantity: 10, price: 100 }];
  await w.feed([at(0, 100_000, { positions, strategies: [line] })]);
  expect(await shown(w, 'position')).toEqual([['KO', 'within', null]]);
  await w.feed([at(1, -1, { positions, strategies: [line] })]);
  expect(await shown(w, 'position')).toEqual([['KO', 'unknown', 'equity is not over 0 in one sample']]);
  expect(await shown(w, 'winRate')).toEqual([['trend', 'unknown', 'equity is not over 0 in one sample']]);
});

it('nothing held is within the limit only while it is known', async () => {
  const w = await riskWorld();
  expect(await shown(w, 'position')).toEqual([[null, 'unknown', 'no sample yet']]);
  await w.feed([at(0, 100_000)]);
  expect(await shown(w, 'position')).toEqual([[null, 'within', 'no position is held']]);
  const now = await readNow();
  await inTransaction((tx) => markUnknown(tx, w.portfolioId, 'the newest sample is too old', now));
  expect(await shown(w, 'position')).toEqual([[null, 'unknown', 'the newest sample is too old']]);
});

it('a strategy that is not measured any more has no row', async () => {
  const w = await riskWorld({ capital: '50000' });
  await w.feed([at(0, 100_000, { strategies: [line] })]);
  const strategies = async () =>
    (await db.select().from(limitStates).where(eq(limitStates.portfolioId, w.portfolioId))).filter(
      (row) => row.scope === 'strategy',
    ).length;
  expect(await strategies()).toBe(2);
  await inTransaction((tx) => endCapital(tx, w.strategies[0]!.id));
  await w.feed([at(1, 100_000)]);
  expect(await strategies()).toBe(0);
});
