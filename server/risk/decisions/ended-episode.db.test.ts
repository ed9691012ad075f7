import { eq } from 'drizzle-orm';
import { expect, it } from 'vitest';
import { db, sql } from '@/db/client';
import { alerts, breachActions, events } from '@/db/schema';
import { readNow } from '../../kernel/transaction';
import { personFixture } from '../../testing/people';
import { runLimitChecks } from '../ingest/check-actions';
import { actionOf, approveAction, asPerson, drawdownBreach, episodeOf } from '../testing/breach-world';
import { myRiskActions } from '../views/my-action-store';

const RECOVERY = [91_500, 93_500, 93_500, 93_500, 93_500];

it('the cut of a drawdown that is over is approved by nobody: the recovered book is not sold', async () => {
  const { w, episode, action, later } = await drawdownBreach();
  await w.feed(later(RECOVERY, 10));
  expect((await episodeOf(w.portfolioId, 'drawdown')).state).toBe('cleared');
  const officer = await personFixture('risk-officer');
  await expect(approveAction(officer, action)).rejects.toThrow(/is cleared/);
  expect((await w.commands()).map((c) => c.type)).not.toContain('reduce_positions');
  expect((await myRiskActions(officer.actor, w.portfolioId)).map((i) => i.key)).not.toContain(action.id);
  await w.feed(later([91_000, 89_000, 88_900, 88_900], 17));
  expect(await episodeOf(w.portfolioId, 'drawdown')).toMatchObject({ id: episode.id, state: 'open' });
  expect(await approveAction(officer, action), 'reopened within 15 min it waits again').toMatchObject({ commands: 2 });
});

it('a proposal expires 15 min after its episode cleared, and escalates no more', async () => {
  const { w, episode, action, later } = await drawdownBreach();
  await w.feed(later(RECOVERY, 10));
  const now = await readNow();
  const clearedAgo = (minutes: number) =>
    sql`update breach_episodes set cleared_at = ${new Date(now.getTime() - minutes * 60_000).toISOString()}::timestamptz where id = ${episode.id}`;
  await sql`update breach_actions set expires_at = app.now() - interval '1 second' where id = ${action.id}`;
  await clearedAgo(14);
  await runLimitChecks();
  const told = async () =>
    (await db.select().from(alerts).where(eq(alerts.portfolioId, w.portfolioId))).filter((a) =>
      /waits for a decision/.test(a.title),
    );
  expect(await told()).toEqual([]);
  expect((await actionOf(episode.id, 'reduce-positions')).state).toBe('proposed');
  await clearedAgo(16);
  await runLimitChecks();
  await runLimitChecks();
  expect(await actionOf(episode.id, 'reduce-positions')).toMatchObject({ state: 'expired', expiresAt: null });
  expect(await told()).toEqual([]);
  const kept = (await db.select().from(events).where(eq(events.subjectId, action.id))).map((e) => e.type);
  expect(kept.filter((type) => type === 'risk.action-expired')).toHaveLength(1);
});

it('what was told of an undecided proposal is resolved when it expires', async () => {
  const { w, episode, action, later } = await drawdownBreach();
  await sql`update breach_actions set expires_at = app.now() - interval '1 second' where id = ${action.id}`;
  await runLimitChecks();
  const undecided = async () =>
    (await db.select().from(alerts).where(eq(alerts.portfolioId, w.portfolioId))).find((a) =>
      /waits for a decision/.test(a.title),
    );
  expect(await undecided()).toMatchObject({ resolvedAt: null });
  await w.feed(later(RECOVERY, 10));
  await runLimitChecks();
  expect((await undecided())?.resolvedAt).not.toBeNull();
  const [kept] = await db.select().from(breachActions).where(eq(breachActions.id, action.id));
  expect([kept?.state, kept?.settledAt === null, episode.number]).toEqual(['expired', false, episode.number]);
});

it('who decides on an expired proposal is told that it expired', async () => {
  const { w, action, later } = await drawdownBreach();
  await w.feed(later(RECOVERY, 10));
  await runLimitChecks();
  const officer = await personFixture('risk-officer');
  const reject = { actionId: action.id, decision: 'reject' as const, reason: 'It recovered.' };
  await expect(asPerson(officer).decide(reject)).rejects.toThrow(/decided already: expired/);
});
