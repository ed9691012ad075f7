import { and, eq, isNull } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { db, sql } from '@/db/client';
import { alerts } from '@/db/schema';
import { newId } from '../../kernel/ids';
import { personFixture } from '../../testing/people';
import { restrictTrading } from '../decisions/latch-actions';
import { runLimitChecks } from '../ingest/check-actions';
import { type RiskWorld, riskWorld } from '../testing/risk-world';

const told = (w: RiskWorld) =>
  db
    .select()
    .from(alerts)
    .where(and(eq(alerts.portfolioId, w.portfolioId), isNull(alerts.resolvedAt)));
const restrict = async (w: RiskWorld, state: 'REDUCING' | 'HALTED', strategyId: string | null = null) => {
  const officer = await personFixture('risk-officer');
  await restrictTrading(officer.actor, { portfolioId: w.portfolioId, strategyId, state, reason: 'A test of it.' });
};
/** No delivery of the background gets in between: what is set here is what the watch finds. */
const commandsAre = (w: RiskWorld, state: string, ageSeconds = 0, error: string | null = null) =>
  sql`update engine_commands set state = ${state}, error = ${error}, next_attempt_at = null, fence = fence + 1,
    created_at = app.now() - make_interval(secs => ${ageSeconds}) where engine_id = ${w.engineId} and state <> 'superseded'`;
const words = async (w: RiskWorld) =>
  (await w.commands()).sort((a, b) => a.epoch - b.epoch).map((c) => `${c.type} ${c.scope.strategies ?? '*'}`);

describe('a restriction that is not known where trading is done', () => {
  it('is told after a minute without confirmation, once, and is over when the engine confirms', async () => {
    const w = await riskWorld();
    await restrict(w, 'HALTED');
    await commandsAre(w, 'unknown', 59, 'The engine did not answer.');
    await runLimitChecks();
    expect(await told(w)).toEqual([]);
    await commandsAre(w, 'unknown', 61, 'The engine did not answer.');
    await runLimitChecks();
    await runLimitChecks();
    const open = await told(w);
    expect(open).toMatchObject([
      { severity: 'critical', seenCount: 1, title: expect.stringMatching(/^paper has not confirmed HALTED of World/) },
    ]);
    expect(open[0]?.body).toMatch(/may still take orders\. The engine did not answer\. It is sent again/);
    await commandsAre(w, 'confirmed', 70);
    await runLimitChecks();
    expect(await told(w)).toEqual([]);
  });

  it('is told at once when the engine refuses it, and is told to the engine again after a minute', async () => {
    const w = await riskWorld();
    await restrict(w, 'REDUCING', w.strategies[0]!.id);
    await commandsAre(w, 'failed', 1, 'Refused as out of date: the engine is at epoch 9.');
    await runLimitChecks();
    expect(await told(w)).toMatchObject([
      { severity: 'critical', title: 'paper did not carry out REDUCING of trend', subjectKind: 'engine' },
    ]);
    expect(await words(w)).toHaveLength(1);
    await commandsAre(w, 'failed', 61, 'Refused as out of date: the engine is at epoch 9.');
    await runLimitChecks();
    await runLimitChecks();
    expect(await words(w)).toEqual(['reduce_only trend', 'reduce_only trend']);
    await commandsAre(w, 'confirmed', 1);
    await runLimitChecks();
    expect(await told(w)).toEqual([]);
  });

  it('and is confirmed, and then not kept, is told again each time it was confirmed and to people until it is kept', async () => {
    const w = await riskWorld();
    const reports = (state: string, own: string, secondsAgo = 0) => {
      const line = { ref: 'trend', state: own, acceptsOrders: true, lockedDown: false, capital: '0', release: null };
      const report = {
        asOf: new Date().toISOString(),
        state,
        acceptsOrders: true,
        lockedDown: false,
        epoch: 9,
        buildDigest: 'sha256:b',
        leaseUntil: null,
        strategies: [line],
        workingOrders: [],
        positions: [],
      };
      return sql`update engines set last_report = ${JSON.stringify(report)}::text::jsonb, last_heartbeat_at = app.now() - make_interval(secs => ${secondsAgo})
        where id = ${w.engineId}`;
    };
    await restrict(w, 'HALTED');
    await restrict(w, 'REDUCING', w.strategies[0]!.id);
    await reports('ACTIVE', 'ACTIVE');
    await runLimitChecks();
    expect([await words(w), await told(w)], 'its answer is on its way').toEqual([['halt *', 'reduce_only trend'], []]);
    await commandsAre(w, 'confirmed');
    await reports('ACTIVE', 'ACTIVE', 31);
    await runLimitChecks();
    expect(await words(w), 'of half a minute ago').toHaveLength(2);
    await reports('ACTIVE', 'HALTED');
    await runLimitChecks();
    await runLimitChecks();
    expect(await words(w)).toEqual(['halt *', 'reduce_only trend', 'halt *']);
    expect(await told(w)).toMatchObject([
      {
        severity: 'critical',
        seenCount: 1,
        title: expect.stringMatching(/^paper says ACTIVE where HALTED holds: World/),
      },
    ]);
    await commandsAre(w, 'confirmed');
    await runLimitChecks();
    expect((await words(w)).slice(3), 'confirmed and not kept again').toEqual(['halt *']);
    await commandsAre(w, 'confirmed');
    await reports('HALTED', 'REDUCING');
    await runLimitChecks();
    expect([await told(w), (await words(w)).length]).toEqual([[], 4]);
    await reports('HALTED', 'ACTIVE');
    await runLimitChecks();
    expect((await words(w)).at(-1)).toBe('reduce_only trend');
    expect(await told(w)).toMatchObject([{ title: 'paper says ACTIVE where REDUCING holds: trend' }]);
  });

  it('without an engine is told as known to nobody who trades', async () => {
    const w = await riskWorld({ engine: false });
    await restrict(w, 'HALTED');
    await runLimitChecks();
    expect(await told(w)).toMatchObject([
      { severity: 'critical', title: expect.stringMatching(/^No engine was told: World .* HALTED$/) },
    ]);
  });

  it('reaches an engine that was approved only after it was set', async () => {
    const w = await riskWorld();
    await sql`update engines set approved_at = null where id = ${w.engineId}`;
    await restrict(w, 'HALTED');
    await restrict(w, 'REDUCING', w.strategies[0]!.id);
    expect(await words(w)).toEqual([]);
    await sql`update engines set approved_at = app.now() where id = ${w.engineId}`;
    await runLimitChecks();
    await runLimitChecks();
    expect(await words(w)).toEqual(['halt *', 'reduce_only trend']);
    expect(await told(w)).toEqual([]);
  });
});

describe('an action of a breach', () => {
  const positions = [{ strategy: 'trend', instrument: 'KO', quantity: 130, price: 50 }];
  async function sent(w: RiskWorld): Promise<void> {
    await w.feed([0, 1].map((i) => ({ at: i * 60, equity: 100_000, sequence: i, positions })));
    const id = newId();
    await sql`insert into engine_commands (id, engine_id, idempotency_key, type, scope, params, cause, epoch, state, created_at)
      values (${id}, ${w.engineId}, ${id}, 'reduce_positions', '{"kind":"portfolio","strategies":null}', '{}', '{"kind":"breach-action","id":"x"}', 1, 'unknown', app.now())`;
    await sql`update breach_actions set state = 'sent', command_ids = jsonb_build_array(${id}::text) where type = 'reduce-position'
      and episode_id in (select id from breach_episodes where portfolio_id = ${w.portfolioId})`;
  }
  const own = async (w: RiskWorld) => (await told(w)).filter((a) => a.fingerprint.includes('breach-action'));

  it('is told when its engine has not answered for a minute, gravely when it failed, until its breach is over', async () => {
    const w = await riskWorld();
    await sent(w);
    await commandsAre(w, 'unknown', 61, 'No answer.');
    await runLimitChecks();
    expect(await own(w)).toMatchObject([
      { severity: 'high', title: expect.stringMatching(/^BR-\d+: reduce position is not answered$/) },
    ]);
    await commandsAre(w, 'failed', 70, 'venue closed');
    await runLimitChecks();
    expect(await own(w)).toMatchObject([
      { severity: 'critical', title: expect.stringMatching(/failed$/), body: expect.stringMatching(/venue closed\.$/) },
    ]);
    await sql`update breach_episodes set state = 'cleared' where portfolio_id = ${w.portfolioId}`;
    await runLimitChecks();
    expect(await own(w)).toEqual([]);
  });
});
