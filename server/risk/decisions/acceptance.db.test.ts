import { and, eq } from 'drizzle-orm';
import { expect, it } from 'vitest';
import { db, sql } from '@/db/client';
import { alerts, breachActions } from '@/db/schema';
import { personFixture } from '../../testing/people';
import { listOpenLatches, tradingStateOf } from '../../trading-state/store';
import { asPerson, type EpisodeRow, episodeOf } from '../testing/breach-world';
import { type RiskWorld, riskWorld } from '../testing/risk-world';
import { exitContent } from './exit-content';
import { liftContent } from './lift-content';

const whole = (w: RiskWorld) => tradingStateOf({ portfolioId: w.portfolioId, strategyId: null });
let sequence = 0;
const feed = (w: RiskWorld, minute: number, cash: number[]) =>
  w.feed(
    cash.map((one, i) => {
      sequence += 1;
      return { at: (minute + i) * 60, equity: 100_000, sequence, cash: one };
    }),
  );

/** Cash at 6 % of a minimum of 10 %, accepted by both, its restriction lifted. */
async function acceptedBreach(): Promise<{ w: RiskWorld; episode: EpisodeRow }> {
  const w = await riskWorld();
  await feed(w, 0, [50_000, 6_000, 6_000]);
  const episode = await episodeOf(w.portfolioId, 'cash');
  for (const role of ['risk-officer', 'manager'] as const) {
    const person = await personFixture(role);
    const stepUp = await person.stepUp('risk.accept', exitContent(episode, 'accept', 30));
    const accept = { episodeId: episode.id, kind: 'accept' as const, days: 30, reason: 'Settles on Monday.', stepUp };
    await asPerson(person).endEpisode(accept);
  }
  const [latch] = await listOpenLatches([w.portfolioId]);
  const officer = await personFixture('risk-officer');
  const stepUp = await officer.stepUp('trading.lift', liftContent(latch!, false));
  await asPerson(officer).lift({ latchId: latch!.id, reason: 'Accepted.', falseAlarm: false, stepUp });
  expect(await whole(w)).toBe('ACTIVE');
  return { w, episode };
}

const proposals = async (episode: EpisodeRow) =>
  (
    await db
      .select()
      .from(breachActions)
      .where(and(eq(breachActions.episodeId, episode.id), eq(breachActions.type, 'raise-cash')))
      .orderBy(breachActions.proposedAt)
  ).map((a) => a.state);

it('a breach past what was accepted is open again: restricted, told, and its action proposed as for a new one', async () => {
  const { w, episode } = await acceptedBreach();
  const kept = await episodeOf(w.portfolioId, 'cash');
  // 10 % over 6 % is 1.67 of the limit; a tenth past that is reached at 5.45 %.
  expect(Number(kept.acceptedCeiling)).toBeCloseTo(1.8333, 3);
  const viewer = asPerson(await personFixture());
  const shown = async () => (await viewer.episodes({ portfolioId: w.portfolioId })).find((e) => e.id === episode.id);
  expect(await shown()).toMatchObject({ acceptedUpTo: '5.45 %' });
  await feed(w, 5, [5_600, 5_600, 5_600]);
  expect(await episodeOf(w.portfolioId, 'cash')).toMatchObject({ state: 'accepted' });
  expect(await whole(w)).toBe('ACTIVE');
  await feed(w, 10, [5_200, 5_200, 5_200]);
  const after = await episodeOf(w.portfolioId, 'cash');
  expect(after).toMatchObject({ id: episode.id, state: 'open', acceptedUntil: null, acceptedCeiling: null });
  expect(await whole(w)).toBe('REDUCING');
  expect(await proposals(episode)).toEqual(['expired', 'proposed']);
  const [alert] = await db.select().from(alerts).where(eq(alerts.id, after.alertId!));
  expect(alert?.body).toMatch(/past what two people had accepted/);
});

const alertOf = async (w: RiskWorld) => {
  const { alertId } = await episodeOf(w.portfolioId, 'cash');
  const [row] = await db.select().from(alerts).where(eq(alerts.id, alertId!));
  return row;
};

it('an accepted breach alerts nobody any more, and ends when it has recovered: the next one is new and acts', async () => {
  const { w, episode } = await acceptedBreach();
  expect(await alertOf(w)).toMatchObject({ state: 'resolved' });
  expect((await alertOf(w))?.resolvedWhy).toMatch(/^BR-\d+ is accepted until .*, up to 5\.45 %\.$/);
  await feed(w, 5, [30_000, 30_000, 30_000]);
  expect(await episodeOf(w.portfolioId, 'cash')).toMatchObject({ id: episode.id, state: 'cleared' });
  await feed(w, 10, [9_000, 9_000]);
  const next = await episodeOf(w.portfolioId, 'cash');
  expect(next.id).not.toBe(episode.id);
  expect(next).toMatchObject({ state: 'open', acceptedUntil: null });
  expect(await whole(w)).toBe('REDUCING');
  expect(await proposals(next)).toEqual(['proposed']);
  expect(await alertOf(w)).toMatchObject({ state: 'firing' });
});

it('a warning before a limit is not accepted', async () => {
  const w = await riskWorld();
  await feed(w, 0, [50_000, 11_000, 11_000]);
  const episode = await episodeOf(w.portfolioId, 'cash');
  const officer = await personFixture('risk-officer');
  const stepUp = await officer.stepUp('risk.accept', exitContent(episode, 'accept', 5));
  const accept = { episodeId: episode.id, kind: 'accept' as const, days: 5, reason: 'A warning.', stepUp };
  await expect(asPerson(officer).endEpisode(accept)).rejects.toThrow(/Only a breach is accepted/);
});

it('an acceptance whose date is over opens the breach again and restricts again', async () => {
  const { w, episode } = await acceptedBreach();
  const path = `{episodes,${episode.key},acceptedUntil}`;
  const past = new Date(w.start.getTime() + 4 * 60_000).toISOString();
  await sql`update risk_states set state = jsonb_set(state, ${path}::text[], to_jsonb(${`@${past}`}::text)) where portfolio_id = ${w.portfolioId}`;
  await feed(w, 5, [5_900]);
  expect(await episodeOf(w.portfolioId, 'cash')).toMatchObject({ id: episode.id, state: 'open', acceptedUntil: null });
  expect(await whole(w)).toBe('REDUCING');
  expect(await proposals(episode)).toEqual(['proposed']);
});

it('nobody accepts more than the first who signed was shown', async () => {
  const w = await riskWorld();
  await feed(w, 0, [50_000, 6_000, 6_000]);
  const episode = await episodeOf(w.portfolioId, 'cash');
  const sign = async (role: 'risk-officer' | 'manager') => {
    const person = await personFixture(role);
    const stepUp = await person.stepUp('risk.accept', exitContent(episode, 'accept', 30));
    const accept = { episodeId: episode.id, kind: 'accept' as const, days: 30, reason: 'Settles on Monday.', stepUp };
    return asPerson(person).endEpisode(accept);
  };
  expect(await sign('risk-officer')).toMatchObject({ done: false });
  await feed(w, 5, [3_000, 3_000, 3_000]);
  expect(await sign('manager')).toMatchObject({ done: true });
  expect(Number((await episodeOf(w.portfolioId, 'cash')).acceptedCeiling)).toBeCloseTo(1.8333, 3);
  await feed(w, 10, [3_000, 3_000, 3_000]);
  expect(await episodeOf(w.portfolioId, 'cash'), 'it is past that, and open again').toMatchObject({ state: 'open' });
});
