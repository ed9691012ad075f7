import { and, eq } from 'drizzle-orm';
import { expect, it } from 'vitest';
import { db } from '@/db/client';
import { alerts, breachActions, breachEpisodes } from '@/db/schema';
import { tradingStateOf } from '../../trading-state/store';
import { type RiskWorld, riskWorld } from '../testing/risk-world';
import { findState } from './state-store';

const held = (price: number) => [{ strategy: 'trend', instrument: 'KO', quantity: 100, price }];
const row = (seconds: number, price: number, sequence: number) => ({
  at: seconds,
  equity: 100_000,
  sequence,
  positions: held(price),
});
const UNDER = 40;
const OVER = 60;

const episodesOf = (w: RiskWorld) =>
  db
    .select()
    .from(breachEpisodes)
    .where(and(eq(breachEpisodes.portfolioId, w.portfolioId), eq(breachEpisodes.measure, 'position')))
    .orderBy(breachEpisodes.openedAt);
const trend = (w: RiskWorld) => tradingStateOf({ portfolioId: w.portfolioId, strategyId: w.strategies[0]?.id ?? null });

/** A position over its limit from minute 61 on, with nothing recorded of minutes 10 to 19. */
async function runningBreach(): Promise<RiskWorld> {
  const w = await riskWorld({ ago: 3 * 3_600 });
  const rows = [];
  for (let m = 0; m <= 90; m += 1) {
    if (m < 10 || m >= 20) rows.push(row(m * 60, m > 60 ? OVER : UNDER, m));
  }
  await w.feed(rows);
  return w;
}

it('late rows with a breach that was over long before leave the one that runs alone: it is another, closed one', async () => {
  const w = await runningBreach();
  const [running] = await episodesOf(w);
  expect(running).toMatchObject({ state: 'open', late: false });
  const late = [];
  for (let m = 10; m < 20; m += 1) late.push(row(m * 60 + 7, m < 15 ? OVER : UNDER, 1_000 + m));
  await w.feed(late);
  const [past, after, ...others] = await episodesOf(w);
  expect(others).toEqual([]);
  expect(after).toMatchObject({ id: running?.id, state: 'open', clearedAt: null, late: false, tier: 'hard' });
  expect(past).toMatchObject({ state: 'cleared', late: true, tier: 'hard' });
  expect(past!.clearedAt!.getTime()).toBeLessThan(running!.openedAt.getTime());
  expect(await trend(w)).toBe('REDUCING');
  const [alert] = await db.select().from(alerts).where(eq(alerts.id, running!.alertId!));
  expect(alert).toMatchObject({ state: 'firing', resolvedAt: null });
  const proposals = await db.select().from(breachActions).where(eq(breachActions.type, 'reduce-position'));
  expect(proposals.filter((a) => a.episodeId === past?.id)).toEqual([]);
  expect(proposals.filter((a) => a.episodeId === running?.id)).toMatchObject([{ state: 'proposed' }]);
  // The running one still ends as any other, in the record and in the state.
  await w.feed([91, 92, 93, 94].map((m) => row(m * 60, UNDER, m)));
  expect((await episodesOf(w)).map((e) => e.state)).toEqual(['cleared', 'cleared']);
  expect(await trend(w)).toBe('ACTIVE');
  expect((await findState(w.portfolioId))?.portfolioId).toBe(w.portfolioId);
});

it('late rows that show a running breach from earlier on open no other one', async () => {
  const w = await riskWorld({ ago: 3 * 3_600 });
  const gap = (m: number) => m > 30 && m <= 60;
  const rows = [];
  for (let m = 0; m <= 90; m += 1) if (!gap(m)) rows.push(row(m * 60, m > 60 ? OVER : UNDER, m));
  await w.feed(rows);
  const [running] = await episodesOf(w);
  const late = [];
  for (let m = 31; m <= 60; m += 1) late.push(row(m * 60, OVER, m));
  await w.feed(late);
  expect(await episodesOf(w)).toMatchObject([{ id: running?.id, state: 'open', clearedAt: null, late: false }]);
  const actions = await db.select().from(breachActions).where(eq(breachActions.episodeId, running!.id));
  expect(actions.map((a) => a.type).sort()).toEqual(['reduce-only', 'reduce-position']);
});
