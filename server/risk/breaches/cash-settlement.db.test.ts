import { and, eq } from 'drizzle-orm';
import { afterEach, expect, it } from 'vitest';
import { db, sql } from '@/db/client';
import { breachActions, breachEpisodes, events } from '@/db/schema';
import { readNow } from '../../kernel/transaction';
import { appRouter } from '../../routers/_app';
import { personFixture } from '../../testing/people';
import { decisionContent } from '../decisions/decision-content';
import { runLimitChecks } from '../ingest/check-actions';
import { type RiskWorld, riskWorld } from '../testing/risk-world';

afterEach(async () => {
  await sql`select app.shift_clock('0')`;
});

const positions = [{ strategy: 'trend', instrument: 'KO', quantity: 40, price: 100 }];
const cashAction = async (w: RiskWorld) => {
  const [row] = await db
    .select({ action: breachActions })
    .from(breachActions)
    .innerJoin(breachEpisodes, eq(breachEpisodes.id, breachActions.episodeId))
    .where(and(eq(breachEpisodes.portfolioId, w.portfolioId), eq(breachActions.type, 'raise-cash')));
  if (!row) throw new Error('No cash was proposed.');
  return row.action;
};

/** 4,000 of cash are asked for, approved and answered by the engine. */
async function answered(state: 'confirmed' | 'failed'): Promise<RiskWorld> {
  const w = await riskWorld();
  await w.feed(
    [50_000, 6_000, 6_000].map((cash, i) => ({ at: i * 60, equity: 100_000, sequence: i, cash, positions })),
  );
  const action = await cashAction(w);
  const manager = await personFixture('manager');
  const stepUp = await manager.stepUp('risk.approve-action', decisionContent(action));
  await appRouter
    .createCaller(manager.ctx)
    .risk.decide({ actionId: action.id, decision: 'approve', reason: '', stepUp });
  await sql`update engine_commands set state = ${state}, answered_at = app.now() - interval '1 second' where engine_id = ${w.engineId} and type = 'raise_cash'`;
  return w;
}

let sequence = 10;
/** A snapshot of now with this much cash, and the checks after it. */
async function shows(w: RiskWorld, cash: number, more: { equity?: number; flows?: number[] } = {}) {
  sequence += 1;
  const at = ((await readNow()).getTime() - w.start.getTime()) / 1_000;
  const { accepted } = await w.feed([{ at, equity: 100_000, cash, sequence, positions, ...more }]);
  expect(accepted).toBe(1);
  await runLimitChecks();
  const { state, error } = await cashAction(w);
  return { state, error };
}
const eventsOf = async (w: RiskWorld) => {
  const own = eq(events.subjectId, (await cashAction(w)).id);
  const rows = await db.select({ type: events.type }).from(events).where(own).orderBy(events.seq);
  return rows.map(({ type }) => type).slice(2);
};
const failed = async (w: RiskWorld) =>
  sql`select title from alerts where portfolio_id = ${w.portfolioId} and resolved_at is null and title like '%raise cash failed'`;

it('a deposit does not confirm that cash was raised', async () => {
  const w = await answered('confirmed');
  expect(await shows(w, 10_000, { equity: 104_000, flows: [4_000] })).toEqual({
    state: 'sent',
    error: 'Sold, waits for settlement: 4,000.00 of 4,000.00 is still missing; 4,000.00 paid in since does not count.',
  });
  expect((await shows(w, 14_000, { equity: 104_000 })).state).toBe('confirmed');
});

it('what is sold waits for its settlement until the next session day is over, and is confirmed by it', async () => {
  const w = await answered('confirmed');
  await sql`select app.shift_clock('6 minutes')`;
  const waits = { state: 'sent', error: 'Sold, waits for settlement: 4,000.00 of 4,000.00 is still missing.' };
  expect(await shows(w, 6_000)).toEqual(waits);
  await sql`select app.shift_clock('23 hours')`;
  expect(await shows(w, 6_000)).toEqual(waits);
  expect(await failed(w)).toHaveLength(0);
  expect(await shows(w, 10_050)).toEqual({ state: 'confirmed', error: null });
  expect(await eventsOf(w)).toEqual(['risk.action-waits', 'risk.action-confirmed']);
});

it('cash that comes after its time turns what failed into confirmed, for as long as the breach runs', async () => {
  const w = await answered('confirmed');
  await sql`select app.shift_clock('50 hours')`;
  expect(await shows(w, 6_000)).toMatchObject({ state: 'failed', error: expect.stringMatching(/next session day/) });
  expect(await failed(w)).toHaveLength(1);
  await sql`update breach_episodes set state = 'cleared' where portfolio_id = ${w.portfolioId}`;
  expect((await shows(w, 10_050)).state, 'over').toBe('failed');
  await sql`update breach_episodes set state = 'open' where portfolio_id = ${w.portfolioId}`;
  expect(await shows(w, 10_050)).toEqual({ state: 'confirmed', error: null });
  expect(await eventsOf(w)).toEqual(['risk.action-failed', 'risk.action-confirmed']);
  expect(await failed(w)).toHaveLength(0);
});

it('what an engine refused has failed, and no cash confirms it', async () => {
  const w = await answered('failed');
  expect((await shows(w, 6_000)).state).toBe('failed');
  expect((await shows(w, 10_050)).state).toBe('failed');
});
