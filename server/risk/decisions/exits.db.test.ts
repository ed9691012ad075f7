import { eq } from 'drizzle-orm';
import { expect, it } from 'vitest';
import { db, sql } from '@/db/client';
import { breachEpisodes } from '@/db/schema';
import { personFixture } from '../../testing/people';
import { asPerson, type EpisodeRow, episodeOf } from '../testing/breach-world';
import { minutely, type RiskWorld, riskWorld } from '../testing/risk-world';
import { myRiskActions } from '../views/my-action-store';

type Person = Awaited<ReturnType<typeof personFixture>>;
const FALL = [100_000, 98_500, 97_000, 95_600, 95_600];
const NEXT_DAY = [95_000, 94_900, 94_000, 93_000, 92_000, 91_000, 89_000, 88_500, 88_500];

/** A drawdown of 11.5 %, over two days, so that no day lost too much. */
async function drawdown(): Promise<{ w: RiskWorld; episode: EpisodeRow }> {
  const w = await riskWorld({ ago: 3 * 86_400 });
  await w.feed([...minutely(FALL), ...minutely(NEXT_DAY, 24 * 60)]);
  return { w, episode: await episodeOf(w.portfolioId, 'drawdown') };
}

const seen = async (person: Person, { portfolioId, id }: EpisodeRow) => {
  const found = (await asPerson(person).episodes({ portfolioId })).find((e) => e.id === id);
  if (!found) throw new Error('no episode');
  return found;
};
const rebase = async (person: Person, episode: EpisodeRow, given?: string) => {
  const hash = given ?? (await seen(person, episode)).exits.rebase?.contentHash ?? '';
  const stepUp = await person.stepUp('risk.rebase', hash);
  const why = { reason: 'New mandate.', seen: hash, stepUp };
  return asPerson(person).endEpisode({ episodeId: episode.id, kind: 'rebase', days: null, ...why });
};
const accept = async (person: Person, episode: EpisodeRow, days: number) => {
  const hash = (await seen(person, episode)).exits.accept[days - 1] ?? '';
  const stepUp = await person.stepUp('risk.accept', hash);
  const why = { reason: 'Settles on Monday.', seen: hash, stepUp };
  return asPerson(person).endEpisode({ episodeId: episode.id, kind: 'accept', days, ...why });
};
const two = async () => [await personFixture('risk-officer'), await personFixture('manager')] as const;

it('a rebase signed at one mark is not completed after the mark moved: the signature falls, and words say so', async () => {
  const { w, episode } = await drawdown();
  const [officer, manager] = await two();
  const shown = await seen(officer, episode);
  expect(shown.exits.rebase).toMatchObject({ highWater: '100,000.00\u00a0USD', value: '88,500.00\u00a0USD' });
  expect(await rebase(officer, episode)).toMatchObject({ done: false });
  expect((await seen(manager, episode)).exits.waiting).toMatchObject([{ kind: 'rebase', names: [officer.name] }]);
  expect((await myRiskActions(manager.actor, w.portfolioId)).map((i) => i.title)).toContain(
    'Second person to rebase the high-water mark',
  );
  await sql`update risk_states set state = jsonb_set(state, '{curve,mark}', '"#1.02"') where portfolio_id = ${w.portfolioId}`;
  await expect(rebase(manager, episode, shown.exits.rebase?.contentHash)).rejects.toThrow(/mark has moved/);
  const now = await seen(manager, episode);
  expect(now.exits.waiting).toEqual([]);
  expect(now.actions.find((a) => a.type === 'rebase')).toMatchObject({ state: 'expired' });
  const second = await rebase(manager, episode);
  expect(second).toMatchObject({ done: false, text: expect.stringMatching(/signed fell, since the mark has moved/) });
  expect(await rebase(officer, episode)).toMatchObject({ done: true });
});

it('a signature under a rebase or an acceptance falls after 72 h', async () => {
  const { episode } = await drawdown();
  const [officer, manager] = await two();
  await rebase(officer, episode);
  await accept(officer, episode, 7);
  await sql`update breach_actions set params = jsonb_set(params, '{approvals,0,at}',
    to_jsonb(to_char(app.now() - interval '72 hours', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'))) where type in ('rebase', 'accept')`;
  expect((await seen(manager, episode)).exits.waiting).toEqual([]);
  expect(await rebase(manager, episode)).toMatchObject({ done: false, text: expect.stringMatching(/72 h/) });
  expect(await accept(manager, episode, 7)).toMatchObject({ done: false, text: expect.stringMatching(/72 h/) });
});

it('a breach is accepted for the days that both chose, 1 to 30; the second person sees the first one’s', async () => {
  const { episode } = await drawdown();
  const [officer, manager] = await two();
  for (const days of [0, 31, 2.5]) {
    const call = asPerson(officer).endEpisode({
      episodeId: episode.id,
      kind: 'accept',
      days,
      reason: 'So.',
      stepUp: '',
    });
    await expect(call).rejects.toThrow();
  }
  expect(await accept(officer, episode, 3)).toMatchObject({ done: false });
  expect((await seen(manager, episode)).exits.waiting).toMatchObject([{ kind: 'accept', days: 3 }]);
  expect(await accept(manager, episode, 4), 'other days are another decision').toMatchObject({ done: false });
  expect(await accept(manager, episode, 3)).toMatchObject({ done: true });
  const [row] = await db.select().from(breachEpisodes).where(eq(breachEpisodes.id, episode.id));
  const left = (row?.acceptedUntil?.getTime() ?? 0) - Date.now();
  expect(Math.round(left / 86_400_000)).toBe(3);
});

it('what waits for a second signature is neither approved nor rejected by one person', async () => {
  const { episode } = await drawdown();
  const [officer, manager] = await two();
  await rebase(officer, episode);
  const waiting = (await seen(manager, episode)).actions.find((a) => a.type === 'rebase');
  const decide = (decision: 'approve' | 'reject') =>
    asPerson(manager).decide({ actionId: waiting?.id ?? '', decision, reason: 'Not this way.' });
  await expect(decide('reject')).rejects.toMatchObject({ code: 'CONFLICT' });
  await expect(decide('approve')).rejects.toThrow(/signed by two people/);
  expect((await seen(manager, episode)).exits.waiting).toMatchObject([{ kind: 'rebase', names: [officer.name] }]);
});
