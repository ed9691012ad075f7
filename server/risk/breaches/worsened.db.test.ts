import { and, eq } from 'drizzle-orm';
import { expect, it } from 'vitest';
import { db } from '@/db/client';
import { alerts, events } from '@/db/schema';
import { episodeOf } from '../testing/breach-world';
import { riskWorld } from '../testing/risk-world';

it('a breach that grows without a new rung is told again, and its record says how far it is', async () => {
  const w = await riskWorld();
  let sequence = 0;
  const feed = (...cash: number[]) =>
    w.feed(
      cash.map((one) => {
        sequence += 1;
        return { at: sequence * 60, equity: 100_000, sequence, cash: one };
      }),
    );
  const alertOf = async () => {
    const { alertId } = await episodeOf(w.portfolioId, 'cash');
    const [row] = await db.select().from(alerts).where(eq(alerts.id, alertId!));
    return row;
  };
  await feed(50_000, 9_900, 9_900);
  expect(await episodeOf(w.portfolioId, 'cash')).toMatchObject({ severity: 'high' });
  await feed(9_000, 9_000);
  const grown = await episodeOf(w.portfolioId, 'cash');
  expect(grown).toMatchObject({ severity: 'high', sentence: 'Minimum cash 9.9 % is under 10.0 %' });
  expect([Number(grown.currentValue), Number(grown.worstValue)]).toEqual([0.09, expect.closeTo(1.111, 3)]);
  expect(await alertOf()).toMatchObject({ severity: 'high', title: 'Minimum cash 9.9 % is under 10.0 %' });
  await feed(1_000, 1_000);
  const worse = await episodeOf(w.portfolioId, 'cash');
  expect(worse).toMatchObject({ id: grown.id, severity: 'critical', sentence: 'Minimum cash 1.0 % is under 10.0 %' });
  expect(await alertOf()).toMatchObject({ severity: 'critical', title: 'Minimum cash 1.0 % is under 10.0 %' });
  expect((await alertOf())?.body).toMatch(/It got worse/);
  await feed(8_000, 8_000);
  const after = await episodeOf(w.portfolioId, 'cash');
  expect([Number(after.currentValue), Number(after.worstValue)]).toEqual([0.08, 10]);
  const told = await db
    .select()
    .from(events)
    .where(and(eq(events.portfolioId, w.portfolioId), eq(events.type, 'risk.episode-worsened')));
  expect(told).toHaveLength(1);
});
