import { asc, eq } from 'drizzle-orm';
import { expect, it } from 'vitest';
import { db } from '@/db/client';
import { dailyCloses } from '@/db/schema';
import { riskWorld } from '../testing/risk-world';

it('a history in one batch keeps every day with its return, and what late rows begin from for the last of them', async () => {
  const w = await riskWorld({ ago: 40 * 86_400, capital: '500000' });
  const equities = [100_000, 110_000, 99_000, 108_900, 108_900, 119_790];
  const history = equities.map((equity, i) => ({
    at: i * 86_400,
    equity,
    sequence: i,
    kind: 'history' as const,
    strategies: [{ id: 'trend', realised: equity - 100_000, unrealised: 0, fees: 0 }],
  }));
  await w.feed(history.slice(0, 3));
  await w.feed(history.slice(3));
  const closes = await db
    .select()
    .from(dailyCloses)
    .where(eq(dailyCloses.portfolioId, w.portfolioId))
    .orderBy(asc(dailyCloses.day));
  const own = closes.filter((c) => c.subject === '');
  expect(own.map((c) => c.simpleReturn)).toEqual([
    null,
    '0.100000000000',
    '-0.100000000000',
    '0.100000000000',
    '0.000000000000',
  ]);
  expect(own.map((c) => c.checkpoint !== null)).toEqual([true, true, true, true, true]);
  expect(own.map((c) => c.source)).toEqual(Array(5).fill('history'));
  const capitals = closes.filter((c) => c.subject === w.strategies[0]?.id);
  expect(capitals.every((c) => c.checkpoint === null)).toBe(true);
});
