import { eq } from 'drizzle-orm';
import { expect, it } from 'vitest';
import { db } from '@/db/client';
import { alerts, breachActions, tradingLatches } from '@/db/schema';
import { runLimitChecks } from '../ingest/check-actions';
import { episodeOf } from '../testing/breach-world';
import { minutely, riskWorld } from '../testing/risk-world';

it('a breach that is over at the end of its backlog is worded by the sample that breached, everywhere', async () => {
  const w = await riskWorld();
  await w.feed(minutely([100_000, 97_500, 95_200, 92_000, 92_000, 95_500, 98_000, 99_500]));
  const episode = await episodeOf(w.portfolioId, 'dailyLoss');
  expect(episode).toMatchObject({ sentence: 'Daily loss 8.0 % exceeds 5.0 %', severity: 'critical', tier: 'hard' });
  const latches = await db.select().from(tradingLatches).where(eq(tradingLatches.portfolioId, w.portfolioId));
  expect(latches.filter((l) => l.cause.id === episode.id)).toMatchObject([
    { state: 'HALTED', reason: 'Daily loss 8.0 % exceeds 5.0 %' },
  ]);
  const [alert] = await db.select().from(alerts).where(eq(alerts.id, episode.alertId!));
  expect(alert).toMatchObject({ title: 'Daily loss 8.0 % exceeds 5.0 %', severity: 'critical' });
  const actions = await db.select().from(breachActions).where(eq(breachActions.episodeId, episode.id));
  expect(actions.map((a) => a.reason)).toEqual(['Daily loss 8.0 % exceeds 5.0 %']);
});

it('what silence confirms is worded by the value that it confirmed', async () => {
  const w = await riskWorld({ ago: 300 });
  const positions = (price: number) => [{ strategy: 'trend', instrument: 'KO', quantity: 100, price }];
  await w.feed([
    { at: 0, equity: 100_000, sequence: 0, positions: positions(40) },
    { at: 60, equity: 100_000, sequence: 1, positions: positions(65) },
    { at: 120, equity: 100_000, sequence: 2, positions: positions(40) },
  ]);
  expect(await episodeOf(w.portfolioId, 'position')).toMatchObject({
    sentence: 'Single position KO 6.5 % exceeds 5.0 %',
    tier: 'hard',
  });
  const silent = await riskWorld({ ago: 30 });
  await silent.feed([{ at: 0, equity: 100_000, sequence: 0, cash: 8_000 }]);
  await runLimitChecks();
  expect((await episodeOf(silent.portfolioId, 'cash')).sentence).toBe('Minimum cash 8.0 % is under 10.0 %');
});
