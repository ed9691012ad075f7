import { and, eq } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { db, sql } from '@/db/client';
import { breachActions, breachEpisodes } from '@/db/schema';
import { personFixture } from '../../testing/people';
import { listOpenLatches } from '../../trading-state/store';
import { liftTrading, restrictTrading } from '../decisions/latch-actions';
import { liftContent } from '../decisions/lift-content';
import { runLimitChecks } from '../ingest/check-actions';
import { minutely, type RiskWorld, riskWorld } from '../testing/risk-world';

const STATE = ['halt', 'reduce_only', 'resume'];
const ofWorld = (w: RiskWorld) =>
  and(eq(breachEpisodes.id, breachActions.episodeId), eq(breachEpisodes.portfolioId, w.portfolioId));
/** What engines were told of trading, oldest first: the command and the strategies it reaches. */
const told = async (w: RiskWorld) =>
  (await w.commands())
    .filter((c) => STATE.includes(c.type))
    .sort((a, b) => a.epoch - b.epoch)
    .map((c) => ({ type: c.type, at: c.scope.strategies?.join() ?? '*', state: c.state }));
/** The newest word on a place: what its engine obeys once everything has arrived. */
const newest = async (w: RiskWorld, at = '*') => (await told(w)).filter((c) => c.at === at).at(-1)?.type;

const lift = async (w: RiskWorld, which: (latch: { state: string; scope: { kind: string } }) => boolean) => {
  const latch = (await listOpenLatches([w.portfolioId])).find(which);
  if (!latch) throw new Error('no such latch');
  const officer = await personFixture('risk-officer');
  const stepUp = await officer.stepUp('trading.lift', liftContent(latch, false));
  return liftTrading(officer.actor, { latchId: latch.id, reason: 'Looked at it.', falseAlarm: false, stepUp });
};

describe('what an engine is told', () => {
  it('after a halt a drawdown or a person that only reduces leaves it halted', async () => {
    const w = await riskWorld();
    // 5.5 % in a day halts; 10.5 % from the mark asks for REDUCING beside it.
    await w.feed(minutely([100_000, 98_000, 96_000, 94_500, 94_500]));
    expect(await newest(w)).toBe('halt');
    await w.feed(minutely([92_000, 89_500, 89_500], 10));
    const states = (await listOpenLatches([w.portfolioId])).map((l) => l.state).sort();
    expect(states).toEqual(['HALTED', 'REDUCING']);
    const officer = await personFixture('risk-officer');
    const place = { portfolioId: w.portfolioId, strategyId: null };
    await restrictTrading(officer.actor, { ...place, state: 'REDUCING', reason: 'To be sure.' });
    expect((await told(w)).map((c) => c.type)).not.toContain('reduce_only');
    expect(await newest(w)).toBe('halt');
  });

  it('halt and reduce-only of one batch leave one word to be sent, the stricter', async () => {
    const w = await riskWorld();
    await w.feed(minutely([100_000, 97_500, 95_000, 92_500, 89_600, 89_500]));
    const open = (await told(w)).filter((c) => c.state !== 'superseded');
    expect(open.map((c) => c.type)).toEqual(['halt']);
    const actions = () => db.select().from(breachActions).innerJoin(breachEpisodes, ofWorld(w));
    const standing = async () => (await actions()).map((row) => row.breach_actions).filter((a) => a.type !== 'halt');
    await runLimitChecks();
    expect((await standing()).find((a) => a.type === 'reduce-only')?.state, 'the halt is not confirmed yet').toBe(
      'sent',
    );
    await sql`update engine_commands set state = 'failed', error = 'no venue' where engine_id = ${w.engineId} and state <> 'superseded'`;
    await runLimitChecks();
    expect((await standing()).find((a) => a.type === 'reduce-only')).toMatchObject({
      state: 'failed',
      error: 'no venue',
    });
  });

  it('a strategy under a restriction of its portfolio keeps its own place: lifting the portfolio frees it', async () => {
    const w = await riskWorld();
    const officer = await personFixture('risk-officer');
    const [strategy] = w.strategies;
    const at = (strategyId: string | null) => ({ portfolioId: w.portfolioId, strategyId, reason: 'A test of it.' });
    await restrictTrading(officer.actor, { ...at(null), state: 'REDUCING' });
    await restrictTrading(officer.actor, { ...at(strategy!.id), state: 'REDUCING' });
    await lift(w, (l) => l.scope.kind === 'strategy');
    expect(await newest(w, 'trend'), 'the portfolio is restricted at its own place').toBe('resume');
    expect(await newest(w)).toBe('reduce_only');
    await lift(w, (l) => l.scope.kind === 'portfolio');
    expect([await newest(w), await newest(w, 'trend')]).toEqual(['resume', 'resume']);
  });

  it('a portfolio restricted while a strategy is halted leaves the halt of the strategy alone', async () => {
    const w = await riskWorld();
    const officer = await personFixture('risk-officer');
    const [strategy] = w.strategies;
    const at = (strategyId: string | null) => ({ portfolioId: w.portfolioId, strategyId, reason: 'A test of it.' });
    await restrictTrading(officer.actor, { ...at(strategy!.id), state: 'HALTED' });
    await restrictTrading(officer.actor, { ...at(strategy!.id), state: 'REDUCING' });
    await restrictTrading(officer.actor, { ...at(null), state: 'REDUCING' });
    expect([await newest(w), await newest(w, 'trend')]).toEqual(['reduce_only', 'halt']);
    await lift(w, (l) => l.scope.kind === 'portfolio');
    expect([await newest(w), await newest(w, 'trend')]).toEqual(['resume', 'halt']);
  });
});
