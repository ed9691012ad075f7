import { and, eq } from 'drizzle-orm';
import { describe, expect, it, vi } from 'vitest';
import { db, sql } from '@/db/client';
import { breachActions, breachEpisodes, emergencies, engines } from '@/db/schema';
import { newId } from '../../kernel/ids';
import { readNow } from '../../kernel/transaction';
import { breachEmergency } from '../../reactions/breach-emergency';
import { appRouter } from '../../routers/_app';
import { personFixture } from '../../testing/people';
import { listOpenLatches, tradingStateOf } from '../../trading-state/store';
import { decisionContent } from '../decisions/decision-content';
import { runLimitChecks } from '../ingest/check-actions';
import { dateIn, instantOf } from '../session-day';
import { minutely, type RiskWorld, riskWorld } from '../testing/risk-world';

const ZONE = 'America/New_York';
const CRASH = [100_000, 98_000, 96_000, 94_500, 92_500, 91_190, 91_190];
const caller = (person: Awaited<ReturnType<typeof personFixture>>) => appRouter.createCaller(person.ctx).risk;
const episodesOf = (w: RiskWorld) =>
  db.select().from(breachEpisodes).where(eq(breachEpisodes.portfolioId, w.portfolioId));
const actionsOf = async (w: RiskWorld, measure: string) =>
  (
    await db
      .select({ action: breachActions })
      .from(breachActions)
      .innerJoin(breachEpisodes, eq(breachEpisodes.id, breachActions.episodeId))
      .where(and(eq(breachEpisodes.portfolioId, w.portfolioId), eq(breachEpisodes.measure, measure)))
      .orderBy(breachActions.proposedAt)
  ).map((row) => row.action);
const settle = (w: RiskWorld, type: string, state: 'confirmed' | 'failed') =>
  sql`update engine_commands set state = ${state}, error = ${state === 'failed' ? 'venue closed' : null} where engine_id = ${w.engineId} and type = ${type}`;

async function secondEngine(w: RiskWorld): Promise<string> {
  const now = await readNow();
  const id = newId();
  await db.insert(engines).values({
    id,
    portfolioId: w.portfolioId,
    name: 'second',
    adapter: 'standard-webhook',
    url: 'http://127.0.0.1:1',
    roles: ['trading_engine'],
    secretBox: 'none',
    createdBy: 'job:test',
    createdByName: 'test',
    createdAt: now,
    approvedAt: now,
  });
  return id;
}

describe('a position over its limit', () => {
  const ko = (quantity: number) => [{ strategy: 'trend', instrument: 'KO', quantity, price: 50 }];
  const breached = async () => {
    const w = await riskWorld();
    await w.feed([0, 1].map((i) => ({ at: i * 60, equity: 100_000, sequence: i, positions: ko(130) })));
    return w;
  };
  /** A snapshot of now. */
  const show = async (w: RiskWorld, quantity: number, sequence: number) =>
    w.feed([
      {
        at: ((await readNow()).getTime() - w.start.getTime()) / 1_000,
        equity: 100_000,
        sequence,
        positions: ko(quantity),
      },
    ]);
  const approve = async (w: RiskWorld) => {
    const proposed = (await actionsOf(w, 'position')).find((a) => a.state === 'proposed')!;
    const manager = await personFixture('manager');
    const stepUp = await manager.stepUp('risk.approve-action', decisionContent(proposed));
    await caller(manager).decide({ actionId: proposed.id, decision: 'approve', reason: '', stepUp });
    return async () => (await actionsOf(w, 'position')).find((a) => a.id === proposed.id);
  };

  it('is sold where it is held: of a strategy on two engines the one that reports to hold most sells', async () => {
    const w = await breached();
    const second = await secondEngine(w);
    await sql`update strategies set engine_id = null where portfolio_id = ${w.portfolioId}`;
    const holds = (quantity: string) => ({
      asOf: new Date().toISOString(),
      state: 'ACTIVE',
      acceptsOrders: true,
      lockedDown: false,
      epoch: 0,
      buildDigest: 'sha256:b',
      leaseUntil: null,
      strategies: [],
      workingOrders: [],
      positions: [{ strategy: 'trend', instrument: 'KO', quantity, price: '50', value: String(Number(quantity) * 50) }],
    });
    await sql`update engines set last_report = ${JSON.stringify(holds('52'))}::text::jsonb where id = ${w.engineId}`;
    await sql`update engines set last_report = ${JSON.stringify(holds('78'))}::text::jsonb where id = ${second}`;
    await approve(w);
    const sent =
      await sql`select engine_id, params from engine_commands where type = 'reduce_positions' and engine_id in (${w.engineId}, ${second})`;
    expect([...sent]).toEqual([
      { engine_id: second, params: { targets: [{ strategy: 'trend', instrument: 'KO', quantity: '48' }] } },
    ]);
  });

  it('that engines say is done and no snapshot shows in 5 min has failed, and says what is held', async () => {
    const w = await breached();
    const action = await approve(w);
    await settle(w, 'reduce_positions', 'confirmed');
    try {
      await sql`select app.shift_clock('4 minutes')`;
      await show(w, 130, 10);
      await runLimitChecks();
      expect((await action())?.state).toBe('sent');
      await sql`select app.shift_clock('6 minutes')`;
      await show(w, 130, 11);
      await runLimitChecks();
      expect(await action()).toMatchObject({
        state: 'failed',
        error: 'Every engine answered that it is done, and the newest snapshot shows 130 KO instead of 100.',
      });
    } finally {
      await sql`select app.shift_clock('0 seconds')`;
    }
  });

  it('is proposed down to the limit, approved, sent, and confirmed once a snapshot shows what the engine says', async () => {
    const w = await breached();
    const [latch] = await listOpenLatches([w.portfolioId]);
    expect(latch).toMatchObject({ state: 'REDUCING', exitRule: 'episode', scope: { kind: 'strategy' } });
    const proposed = (await actionsOf(w, 'position')).find((a) => a.state === 'proposed');
    expect(proposed).toMatchObject({ type: 'reduce-position', automatic: false, priority: 'medium' });
    expect(proposed?.reason).toBe('Single position KO 6.5 % exceeds 5.0 %');
    const manager = await personFixture('manager');
    const stepUp = await manager.stepUp('risk.approve-action', decisionContent(proposed!));
    await caller(manager).decide({ actionId: proposed!.id, decision: 'approve', reason: '', stepUp });
    const sent = (await w.commands()).find((c) => c.type === 'reduce_positions');
    expect(sent?.params).toEqual({ targets: [{ strategy: 'trend', instrument: 'KO', quantity: '100' }] });
    const state = async () => (await actionsOf(w, 'position')).find((a) => a.id === proposed!.id)?.state;
    expect(await state()).toBe('sent');
    await settle(w, 'reduce_positions', 'confirmed');
    await runLimitChecks();
    expect(await state(), 'no snapshot shows it').toBe('sent');
    await show(w, 100, 10);
    await runLimitChecks();
    expect(await state()).toBe('confirmed');
  });
});

describe('cash under its floor', () => {
  const breached = async () => {
    const w = await riskWorld();
    await w.feed([0, 1, 2].map((i) => ({ at: i * 60, equity: 100_000, sequence: i, cash: i === 0 ? 50_000 : 6_000 })));
    const proposed = (await actionsOf(w, 'cash')).find((a) => a.state === 'proposed')!;
    const manager = await personFixture('manager');
    const stepUp = await manager.stepUp('risk.approve-action', decisionContent(proposed));
    await caller(manager).decide({ actionId: proposed.id, decision: 'approve', reason: '', stepUp });
    await settle(w, 'raise_cash', 'confirmed');
    return { w, action: async () => (await actionsOf(w, 'cash')).find((a) => a.id === proposed.id) };
  };
  const show = async (w: RiskWorld, cash: number, sequence: number) => {
    const at = ((await readNow()).getTime() - w.start.getTime()) / 1_000;
    await w.feed([{ at, equity: 100_000, sequence, cash }]);
  };

  it('is raised once a snapshot shows it, whatever the engines answered', async () => {
    const { w, action } = await breached();
    await runLimitChecks();
    expect((await action())?.state, 'no snapshot shows it').toBe('sent');
    await show(w, 7_000, 10);
    await runLimitChecks();
    expect((await action())?.state, 'a part of it').toBe('sent');
    await show(w, 10_050, 11);
    await runLimitChecks();
    expect(await action()).toMatchObject({ state: 'confirmed', error: null });
  });
});

describe('a halt', () => {
  it('is confirmed only when every engine did it, and failed when one did not', async () => {
    const w = await riskWorld();
    const other = await secondEngine(w);
    await w.feed(minutely(CRASH));
    const halt = async () => (await actionsOf(w, 'dailyLoss')).find((a) => a.type === 'halt');
    expect(await halt()).toMatchObject({ state: 'sent', automatic: true, priority: 'critical' });
    expect((await halt())?.commandIds).toHaveLength(2);
    await settle(w, 'halt', 'confirmed');
    await runLimitChecks();
    expect((await halt())?.state, 'one engine has not answered').toBe('sent');
    await settle({ ...w, engineId: other }, 'halt', 'failed');
    await runLimitChecks();
    expect(await halt()).toMatchObject({ state: 'failed', error: 'venue closed' });
  });

  it('that cannot be set costs no other limit its own, and says that a person must act', async () => {
    const w = await riskWorld();
    const states = await import('../../trading-state/actions');
    const whole = states.setLatch;
    const spy = vi.spyOn(states, 'setLatch').mockImplementation(async (tx, latch) => {
      if (latch.reason.startsWith('Daily loss')) throw new Error('no latch');
      return whole(tx, latch);
    });
    await w.feed(minutely(CRASH).map((row, i) => ({ ...row, cash: i < 4 ? 50_000 : 2_000 })));
    spy.mockRestore();
    expect(
      (await episodesOf(w))
        .filter((e) => e.tier === 'hard')
        .map((e) => e.measure)
        .sort(),
    ).toEqual(['cash', 'dailyLoss']);
    expect(await tradingStateOf({ portfolioId: w.portfolioId, strategyId: null })).toBe('REDUCING');
    expect((await actionsOf(w, 'cash')).map((a) => a.state)).toContain('proposed');
    expect((await actionsOf(w, 'dailyLoss')).find((a) => a.type === 'latch')).toMatchObject({
      state: 'failed',
      error: expect.stringMatching(/by hand now/),
    });
    expect((await w.commands()).map((c) => c.type)).toContain('halt');
  });
});

describe('a limit at 200 %', () => {
  it('asks for an emergency of severity high, and says when it was started', async () => {
    const w = await riskWorld();
    await w.feed(minutely([100_000, 97_500, 95_000, 92_500, 89_900, 89_800, 89_800]));
    const asked = async () => (await actionsOf(w, 'dailyLoss')).find((a) => a.type === 'request-emergency');
    expect(await asked()).toMatchObject({ state: 'sent', automatic: true });
    await sql`update engines set disabled_at = app.now()`;
    await breachEmergency.run({
      seq: 1,
      id: newId(),
      type: 'risk.emergency-requested',
      actor: 'job:risk',
      actorName: 'risk',
      subject: { kind: 'breach-episode', id: (await asked())?.episodeId ?? '' },
      portfolioId: w.portfolioId,
      launchId: null,
      occurredAt: new Date(Date.now() - 60_000),
      data: { number: 'BR-1', reason: 'Daily loss 10.2 % exceeds 5.0 %', strategyId: null },
    });
    expect(await asked()).toMatchObject({ state: 'confirmed', error: null });
    const [row] = await db.select().from(emergencies).where(eq(emergencies.portfolioId, w.portfolioId));
    expect(row).toMatchObject({ severity: 'high', isDrill: false });
  });
});

describe('an episode that comes back', () => {
  /** Cash under and over its limit by turns, each `minutes` after the last, inside one session day. */
  async function turns(count: number, minutes: number): Promise<RiskWorld> {
    const now = await readNow();
    const day = dateIn(ZONE, new Date(now.getTime() - 86_400_000));
    const w = await riskWorld({ ago: Math.floor((now.getTime() - instantOf(ZONE, day, '01:00').getTime()) / 1_000) });
    let sequence = 0;
    const row = (minute: number, cash: number) => {
      sequence += 1;
      return { at: minute * 60, equity: 100_000, sequence, cash };
    };
    await w.feed([row(0, 50_000)]);
    for (let turn = 0; turn < count; turn += 1) {
      const from = 1 + turn * (minutes + 6);
      const rows = [row(from, 8_000), row(from + 1, 8_000)];
      await w.feed([...rows, ...[2, 3, 4].map((i) => row(from + i, 20_000))]);
    }
    return w;
  }

  it('within 15 min is the same one again and proposes nothing new', async () => {
    const w = await turns(2, 10);
    expect((await episodesOf(w)).map((e) => [e.measure, e.state, e.reopened])).toEqual([['cash', 'cleared', 1]]);
    expect((await actionsOf(w, 'cash')).filter((a) => a.rung.endsWith(':proposal'))).toHaveLength(1);
  });

  it('later is a new one; after three proposals of a limit in a day a person decides what to do', async () => {
    const w = await turns(4, 20);
    expect((await episodesOf(w)).filter((e) => e.measure === 'cash')).toHaveLength(4);
    const actions = await actionsOf(w, 'cash');
    expect(actions.filter((a) => a.rung.endsWith(':proposal'))).toHaveLength(3);
    expect(actions.find((a) => a.type === 'by-hand')).toMatchObject({
      state: 'failed',
      error: '3 actions were proposed for this limit today. A person decides what to do now.',
    });
  });
});
