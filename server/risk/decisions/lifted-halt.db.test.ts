import { eq } from 'drizzle-orm';
import { expect, it } from 'vitest';
import { db, sql } from '@/db/client';
import { breachActions } from '@/db/schema';
import { personFixture } from '../../testing/people';
import { listOpenLatches, tradingStateOf } from '../../trading-state/store';
import { dateIn, instantOf } from '../session-day';
import { asPerson, episodeOf } from '../testing/breach-world';
import { riskWorld } from '../testing/risk-world';
import { liftContent } from './lift-content';

const ZONE = 'America/New_York';

it('a halt that was lifted comes back when the next session loses 5 % on its own, while the episode runs', async () => {
  const w = await riskWorld({ ago: 3 * 86_400 });
  const whole = { portfolioId: w.portfolioId, strategyId: null };
  // Minutes before and after the midnight of New York that follows the world's start by a day or two.
  const midnight = instantOf(ZONE, dateIn(ZONE, new Date(w.start.getTime() + 2 * 86_400_000)), '00:00');
  let sequence = 0;
  const feed = async (equities: number[], fromMinute: number) => {
    const rows = equities.map((equity, i) => {
      sequence += 1;
      const at = (midnight.getTime() - w.start.getTime()) / 1_000 + (fromMinute + i) * 60;
      return { at, equity, sequence };
    });
    await w.feed(rows);
  };
  await feed([100_000, 98_000, 96_000, 94_600, 94_600], -120);
  expect(await tradingStateOf(whole)).toBe('HALTED');
  const [halt] = (await listOpenLatches([w.portfolioId])).filter((l) => l.state === 'HALTED');
  await sql`update trading_latches set earliest_exit_at = app.now() - interval '1 second' where id = ${halt!.id}`;
  for (const role of ['risk-officer', 'manager'] as const) {
    const person = await personFixture(role);
    const stepUp = await person.stepUp('trading.lift', liftContent(halt!, false));
    await asPerson(person).lift({ latchId: halt!.id, reason: 'Looked at it.', falseAlarm: false, stepUp });
  }
  expect(await tradingStateOf(whole)).toBe('REDUCING');
  await feed([94_600, 94_500, 94_500], -30);
  expect(await tradingStateOf(whole), 'what was lost before the lift halts nothing again').toBe('REDUCING');
  const episode = await episodeOf(w.portfolioId, 'dailyLoss');
  expect(episode.state).toBe('open');
  await feed([92_500, 91_000, 89_600, 89_500, 89_500], 1);
  expect(await tradingStateOf(whole)).toBe('HALTED');
  expect((await episodeOf(w.portfolioId, 'dailyLoss')).id).toBe(episode.id);
  const actions = await db.select().from(breachActions).where(eq(breachActions.episodeId, episode.id));
  const halts = actions.filter((a) => a.type === 'halt').map((a) => a.rung.split(':').slice(0, 2).join(':'));
  expect(halts.sort()).toEqual(['100', '100:again']);
});
