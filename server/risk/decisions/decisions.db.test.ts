import { and, eq } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { db, sql } from '@/db/client';
import { alerts, breachActions, breachEpisodes } from '@/db/schema';
import { cutCapital } from '../../capital/actions';
import { Decimal } from '../../kernel/decimal';
import { newId } from '../../kernel/ids';
import { inTransaction, readNow } from '../../kernel/transaction';
import { appRouter } from '../../routers/_app';
import { personFixture } from '../../testing/people';
import { listOpenLatches, tradingStateOf } from '../../trading-state/store';
import { runLimitChecks } from '../ingest/check-actions';
import { findLimitSet, limitSetsOf } from '../limit-sets/limit-store';
import { limitFor, setsInForce } from '../limits';
import { minutely, type RiskWorld, riskWorld } from '../testing/risk-world';
import { myRiskActions } from '../views/my-action-store';
import { decisionContent } from './decision-content';
import { exitContent } from './exit-content';
import { liftContent } from './lift-content';

const CRASH = [100_000, 98_000, 96_000, 94_500, 92_500, 91_190, 91_190];
const FALL = [100_000, 98_500, 97_000, 95_600, 95_600];
const caller = (person: Awaited<ReturnType<typeof personFixture>>) => appRouter.createCaller(person.ctx).risk;
const ofInstrument = (instrument: string) => ({
  measure: 'position' as const,
  appliesTo: 'portfolio' as const,
  instrument,
  startsAt: null,
});
const holdings = [{ strategy: 'trend', instrument: 'KO', quantity: 101, price: 500 }];

async function cashBreach(): Promise<{
  w: RiskWorld;
  episode: typeof breachEpisodes.$inferSelect;
  action: typeof breachActions.$inferSelect;
}> {
  const w = await riskWorld();
  await w.feed([0, 1, 2].map((i) => ({ at: i * 60, equity: 100_000, sequence: i, cash: i === 0 ? 50_000 : 6_000 })));
  const [episode] = await db.select().from(breachEpisodes).where(eq(breachEpisodes.portfolioId, w.portfolioId));
  if (!episode) throw new Error('no episode');
  const [action] = await db
    .select()
    .from(breachActions)
    .where(and(eq(breachActions.episodeId, episode.id), eq(breachActions.state, 'proposed')));
  if (!action) throw new Error('no proposal');
  return { w, episode, action };
}

describe('a proposed action', () => {
  it('is approved once, by a risk officer or manager with a second factor, and sent to the engine', async () => {
    const { w, action } = await cashBreach();
    const quant = await personFixture('quant');
    const officer = await personFixture('risk-officer');
    const decide = { actionId: action.id, decision: 'approve' as const, reason: '' };
    await expect(caller(quant).decide(decide)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(caller(officer).decide({ ...decide, stepUp: 'none' })).rejects.toThrow(/second factor/);
    const stepUp = await officer.stepUp('risk.approve-action', decisionContent(action));
    expect(await caller(officer).decide({ ...decide, stepUp })).toEqual({ commands: 1 });
    expect((await w.commands()).find((c) => c.type === 'raise_cash')?.params).toEqual({ amount: '4000.00000000' });
    const again = await officer.stepUp('risk.approve-action', decisionContent(action));
    await expect(caller(officer).decide({ ...decide, stepUp: again })).rejects.toThrow(/decided already/);
  });

  it('a rejection needs a reason', async () => {
    const { action } = await cashBreach();
    const officer = await personFixture('manager');
    const reject = { actionId: action.id, decision: 'reject' as const };
    await expect(caller(officer).decide({ ...reject, reason: '' })).rejects.toThrow(/needs a reason/);
    await caller(officer).decide({ ...reject, reason: 'Cash arrives at noon.' });
  });

  it('what the engine answered becomes its state, and one nobody decided on is told again after 15 min', async () => {
    const { w, action } = await cashBreach();
    await sql`update breach_actions set expires_at = app.now() - interval '1 second' where id = ${action.id}`;
    expect((await runLimitChecks()).escalated).toBeGreaterThanOrEqual(1);
    expect((await runLimitChecks()).escalated).toBe(0);
    await sql`update engine_commands set state = 'confirmed' where engine_id = ${w.engineId}`;
    await runLimitChecks();
    const rows = await db.select().from(breachActions).where(eq(breachActions.episodeId, action.episodeId));
    expect(rows.find((r) => r.type === 'reduce-only')).toMatchObject({ state: 'confirmed' });
  });
});

describe('an episode', () => {
  it('is acknowledged once and stays open', async () => {
    const { w, episode } = await cashBreach();
    const engineer = await personFixture('engineer');
    await caller(engineer).acknowledge({ episodeId: episode.id });
    await expect(caller(engineer).acknowledge({ episodeId: episode.id })).rejects.toThrow(/acknowledged already/);
    await w.feed([{ at: 240, equity: 100_000, sequence: 9, cash: 6_000 }]);
    const [row] = await db.select().from(breachEpisodes).where(eq(breachEpisodes.id, episode.id));
    expect(row).toMatchObject({ state: 'acknowledged', tier: 'hard' });
  });

  it('clears with its latch, and the engine is told to resume', async () => {
    const { w } = await cashBreach();
    expect(await tradingStateOf({ portfolioId: w.portfolioId, strategyId: null })).toBe('REDUCING');
    await w.feed([3, 4, 5, 6].map((i) => ({ at: i * 60, equity: 100_000, sequence: i, cash: 20_000 })));
    expect(await tradingStateOf({ portfolioId: w.portfolioId, strategyId: null })).toBe('ACTIVE');
    expect((await w.commands()).map((c) => c.type)).toContain('resume');
  });

  it('trailing peak that never resets: a rebase by two people moves the mark', async () => {
    const w = await riskWorld({ ago: 3 * 86_400 });
    await w.feed([
      ...minutely(FALL),
      ...minutely([95_000, 94_900, 94_000, 93_000, 92_000, 91_000, 89_000, 88_500, 88_500], 24 * 60),
    ]);
    const [episode] = await db
      .select()
      .from(breachEpisodes)
      .where(and(eq(breachEpisodes.portfolioId, w.portfolioId), eq(breachEpisodes.measure, 'drawdown')));
    if (!episode) throw new Error('no drawdown');
    const sign = async (role: 'risk-officer' | 'manager', known?: Awaited<ReturnType<typeof personFixture>>) => {
      const person = known ?? (await personFixture(role));
      const shown = (await caller(person).episodes({ portfolioId: w.portfolioId })).find((e) => e.id === episode.id);
      const stepUp = await person.stepUp('risk.rebase', shown?.exits.rebase?.contentHash ?? '');
      return caller(person).endEpisode({
        episodeId: episode.id,
        kind: 'rebase',
        days: null,
        reason: 'New mandate.',
        stepUp,
      });
    };
    const gone = await personFixture('manager');
    expect(await sign('manager', gone)).toMatchObject({ done: false });
    await sql`update people set disabled_at = app.now() where id = ${gone.id}`;
    expect(await sign('risk-officer')).toMatchObject({ done: false });
    expect(await sign('manager')).toMatchObject({ done: true });
    await w.feed(minutely([88_600, 88_600], 24 * 60 + 20));
    const { rows } = await caller(await personFixture()).limits({ portfolioId: w.portfolioId });
    expect(rows.find((r) => r.measure === 'drawdown')).toMatchObject({ state: 'within' });
    await w.feed([{ at: 24 * 3_600 + 70, equity: 94_900, sequence: 9_000 }]);
    await w.feed(minutely([88_600], 24 * 60 + 25));
    const after = await caller(await personFixture()).limits({ portfolioId: w.portfolioId });
    expect(
      after.rows.find((r) => r.measure === 'drawdown'),
      'a late sample undoes no rebase',
    ).toMatchObject({
      state: 'within',
    });
    const drawdowns = async () =>
      (await db.select().from(breachEpisodes).where(eq(breachEpisodes.portfolioId, w.portfolioId)))
        .filter((e) => e.measure === 'drawdown')
        .map((e) => e.state);
    expect(await drawdowns(), 'nor does it find a drawdown from the old mark').toEqual(['rebased']);
    await w.feed(minutely([84_000, 82_000, 79_000, 76_000, 73_000, 73_000], 24 * 60 + 30));
    const again = await db.select().from(breachEpisodes).where(eq(breachEpisodes.portfolioId, w.portfolioId));
    expect(
      again
        .filter((e) => e.measure === 'drawdown' && e.tier === 'hard')
        .map((e) => e.state)
        .sort(),
    ).toEqual(['open', 'rebased']);
  });
});

describe('an accepted breach', () => {
  const accept = async (episode: typeof breachEpisodes.$inferSelect, role: 'risk-officer' | 'manager') => {
    const person = await personFixture(role);
    const stepUp = await person.stepUp('risk.accept', exitContent(episode, 'accept', 30));
    return caller(person).endEpisode({
      episodeId: episode.id,
      kind: 'accept',
      days: 30,
      reason: 'Settles on Monday.',
      stepUp,
    });
  };

  it('takes a risk officer and a manager: two or three of one kind are not enough', async () => {
    const { episode } = await cashBreach();
    expect(await accept(episode, 'risk-officer')).toMatchObject({ done: false });
    expect(await accept(episode, 'risk-officer')).toMatchObject({ done: false });
    const [row] = await db.select().from(breachEpisodes).where(eq(breachEpisodes.id, episode.id));
    expect(row).toMatchObject({ state: 'open', acceptedUntil: null });
    expect(await accept(episode, 'manager')).toMatchObject({ done: true });
    const other = await cashBreach();
    expect(await accept(other.episode, 'manager')).toMatchObject({ done: false });
    expect(await accept(other.episode, 'manager')).toMatchObject({ done: false });
    expect(await accept(other.episode, 'risk-officer')).toMatchObject({ done: true });
  });

  it('stands for 30 days at most', async () => {
    const { episode } = await cashBreach();
    const person = await personFixture('manager');
    const stepUp = await person.stepUp('risk.accept', exitContent(episode, 'accept', 31));
    const tooLong = { episodeId: episode.id, kind: 'accept' as const, days: 31, reason: 'Long.', stepUp };
    await expect(caller(person).endEpisode(tooLong)).rejects.toThrow(/1 to 30 days/);
  });
});

describe('the 20 % cut', () => {
  it('freezes targets; capital comes back when its episode is over and REDUCING is lifted, what another cut took does not', async () => {
    const w = await riskWorld({ capital: '500000', ago: 3 * 86_400 });
    const at = (i: number) => 24 * 3_600 + i * 60;
    const first = minutely([100_000, 99_000]);
    const later = [96_500, 94_500, 92_800, 91_200, 89_500, 89_400, 89_400].map((equity, i) => ({
      at: at(i),
      equity,
      sequence: 100 + i,
      positions: holdings,
      strategies: [{ id: 'trend', realised: 0, unrealised: 0, fees: 0 }],
    }));
    await w.feed([...first, ...later]);
    const officer = await personFixture('risk-officer');
    const episodes = await caller(officer).episodes({ portfolioId: w.portfolioId });
    const cut = episodes.find((e) => e.measure === 'drawdown')?.actions.find((a) => a.type === 'reduce-positions');
    expect(cut?.targets).toEqual([{ strategy: 'trend', instrument: 'KO', from: '101', to: '80' }]);
    const stepUp = await officer.stepUp('risk.approve-action', cut?.contentHash ?? '');
    await caller(officer).decide({ actionId: cut?.id ?? '', decision: 'approve', reason: '', stepUp });
    const sent = async (type: string) => (await w.commands()).filter((c) => c.type === type).map((c) => c.params);
    expect(await sent('reduce_positions')).toEqual([
      { targets: [{ strategy: 'trend', instrument: 'KO', quantity: '80' }] },
    ]);
    expect(await sent('set_capital')).toEqual([{ strategy: 'trend', capital: '40000.00000000' }]);
    const latch = (await listOpenLatches([w.portfolioId])).find((l) => l.exitRule === 'one-person');
    if (!latch) throw new Error('no latch');
    const lift = await officer.stepUp('trading.lift', liftContent(latch, false));
    expect(
      await caller(officer).lift({ latchId: latch.id, reason: 'Looked at it.', falseAlarm: false, stepUp: lift }),
    ).toMatchObject({ lifted: true });
    expect(await sent('set_capital'), 'the episode runs still').toHaveLength(1);
    const strategyId = w.strategies[0]!.id;
    const again = { portfolioId: w.portfolioId, strategyId, factor: new Decimal('0.8'), key: 'another' };
    expect((await inTransaction((tx) => cutCapital(tx, again)))?.toFixed()).toBe('32000');
    const back = [91_500, 93_500, 93_500, 93_500, 93_500];
    const rows = back.map((equity, i) => ({ ...later[0]!, at: at(10 + i), equity, sequence: 200 + i }));
    await w.feed(rows);
    const [ended] = await db
      .select()
      .from(breachEpisodes)
      .where(and(eq(breachEpisodes.portfolioId, w.portfolioId), eq(breachEpisodes.measure, 'drawdown')));
    expect(ended?.state).toBe('cleared');
    expect((await sent('set_capital')).slice(1)).toEqual([{ strategy: 'trend', capital: '40000.00000000' }]);
  });
});

describe('lifting a halt', () => {
  it('takes two people and 24 h, or two people and a false alarm, and goes through REDUCING', async () => {
    const w = await riskWorld();
    await w.feed(minutely(CRASH));
    const [latch] = await listOpenLatches([w.portfolioId]).then((l) => l.filter((x) => x.state === 'HALTED'));
    if (!latch) throw new Error('no halt');
    const correctedData = 'SPY was 581.20 at the venue, not 51.20.';
    const manager = await personFixture('manager');
    const lift = async (role: 'risk-officer' | 'manager', falseAlarm: boolean) => {
      const person = role === 'manager' ? manager : await personFixture(role);
      const stepUp = await person.stepUp('trading.lift', liftContent({ ...latch, correctedData }, falseAlarm));
      return caller(person).lift({ latchId: latch.id, reason: 'Bad price feed.', falseAlarm, stepUp });
    };
    await expect(lift('risk-officer', false)).rejects.toThrow(/earliest/);
    await expect(lift('risk-officer', true)).rejects.toThrow(/corrected data first/);
    await caller(manager).attachCorrection({ latchId: latch.id, correctedData });
    expect(await lift('risk-officer', true)).toMatchObject({ lifted: false });
    expect(await lift('risk-officer', true)).toMatchObject({ lifted: false, text: expect.stringMatching(/a Manager/) });
    expect(await tradingStateOf({ portfolioId: w.portfolioId, strategyId: null })).toBe('HALTED');
    expect(await lift('manager', true)).toMatchObject({ lifted: true });
    const review = { latchId: latch.id, note: 'The vendor confirmed it.' };
    await expect(caller(manager).reviewFalseAlarm(review)).rejects.toThrow(/Another person/);
    await sql`update trading_latches set review_due_at = app.now() - interval '1 second' where id = ${latch.id}`;
    await runLimitChecks();
    const told = async () =>
      (await db.select().from(alerts).where(eq(alerts.portfolioId, w.portfolioId))).find((a) =>
        /overdue/.test(a.title),
      );
    expect(await told()).toMatchObject({ resolvedAt: null });
    const board = await personFixture('board');
    expect((await myRiskActions(board.actor, w.portfolioId)).map((i) => i.title)).toContain('Review a false alarm');
    await caller(board).reviewFalseAlarm(review);
    expect((await told())?.resolvedAt).not.toBeNull();
    await expect(caller(board).reviewFalseAlarm(review)).rejects.toThrow(/No review/);
    const states = (await listOpenLatches([w.portfolioId])).map((l) => `${l.state} ${l.exitRule}`);
    expect(states).toContain('REDUCING timed');
  });

  it('leave for a false alarm counts for nothing else once the 24 h are over', async () => {
    const w = await riskWorld();
    await w.feed(minutely(CRASH));
    const [latch] = await listOpenLatches([w.portfolioId]).then((l) => l.filter((x) => x.state === 'HALTED'));
    if (!latch) throw new Error('no halt');
    const correctedData = 'The price was wrong by ten.';
    await caller(await personFixture('manager')).attachCorrection({ latchId: latch.id, correctedData });
    const lift = async (person: Awaited<ReturnType<typeof personFixture>>, falseAlarm: boolean) => {
      const stepUp = await person.stepUp('trading.lift', liftContent({ ...latch, correctedData }, falseAlarm));
      return caller(person).lift({ latchId: latch.id, reason: 'Looked at it.', falseAlarm, stepUp });
    };
    const [officer, manager] = [await personFixture('risk-officer'), await personFixture('manager')];
    expect(await lift(officer, true)).toMatchObject({ lifted: false });
    await sql`update trading_latches set earliest_exit_at = app.now() - interval '1 second' where id = ${latch.id}`;
    expect(await lift(manager, false)).toMatchObject({ lifted: false });
    expect(await tradingStateOf({ portfolioId: w.portfolioId, strategyId: null })).toBe('HALTED');
    expect(await lift(officer, false)).toMatchObject({ lifted: true });
  });

  it('the leave of a person who was disabled or lost the role since does not count', async () => {
    const w = await riskWorld();
    await w.feed(minutely(CRASH));
    const [latch] = await listOpenLatches([w.portfolioId]).then((l) => l.filter((x) => x.state === 'HALTED'));
    if (!latch) throw new Error('no halt');
    const correctedData = 'The price was wrong by ten.';
    await caller(await personFixture('manager')).attachCorrection({ latchId: latch.id, correctedData });
    const lift = async (person: Awaited<ReturnType<typeof personFixture>>) => {
      const stepUp = await person.stepUp('trading.lift', liftContent({ ...latch, correctedData }, true));
      return caller(person).lift({ latchId: latch.id, reason: 'Bad price feed.', falseAlarm: true, stepUp });
    };
    const [disabled, demoted] = [await personFixture('risk-officer'), await personFixture('risk-officer')];
    expect(await lift(disabled)).toMatchObject({ lifted: false });
    await sql`update people set disabled_at = app.now() where id = ${disabled.id}`;
    expect(await lift(demoted)).toMatchObject({ lifted: false });
    await sql`update role_grants set revoked_at = app.now() where person_id = ${demoted.id}`;
    expect(await lift(await personFixture('manager'))).toMatchObject({ lifted: false });
    expect(await tradingStateOf({ portfolioId: w.portfolioId, strategyId: null })).toBe('HALTED');
    expect(await lift(await personFixture('risk-officer'))).toMatchObject({ lifted: true });
  });
});

describe('a difference between equity and the P&L of the strategies', () => {
  it('is accepted by a risk officer or manager who signs for it, and is compared from there on', async () => {
    const w = await riskWorld({ capital: '50000' });
    const feed = (i: number, equity: number, realised: number) =>
      w.feed([{ at: i * 60, equity, sequence: i, strategies: [{ id: 'trend', realised, unrealised: 0, fees: 0 }] }]);
    await feed(0, 100_000, 0);
    const officer = await personFixture('risk-officer');
    const see = () => caller(officer).reconciliation({ portfolioId: w.portfolioId });
    expect(await see()).toMatchObject({ kind: 'agrees', contentHash: null });
    const accept = async (person: typeof officer, hash: string, upTo = '-500') =>
      caller(person).acceptDifference({
        portfolioId: w.portfolioId,
        upTo,
        reason: 'A fee of March.',
        stepUp: await person.stepUp('risk.accept-difference', hash),
      });
    await expect(accept(officer, 'none')).rejects.toThrow(/do not differ/);
    await feed(1, 99_500, 0);
    const found = await see();
    expect(found).toMatchObject({ kind: 'differs', difference: '-500.00000000' });
    await expect(accept(await personFixture('quant'), found.contentHash ?? '')).rejects.toMatchObject({
      code: 'FORBIDDEN',
    });
    expect(found.acceptUpTo).toBe('-500');
    await expect(accept(officer, 'other')).rejects.toThrow(/second factor/);
    await expect(accept(officer, found.contentHash ?? '', '-501')).rejects.toThrow(/second factor/);
    await feed(2, 99_499, 0);
    await expect(accept(officer, found.contentHash ?? '')).rejects.toThrow(/larger than what was shown/);
    await feed(3, 99_502, 0);
    await accept(officer, found.contentHash ?? '');
    expect(await see()).toMatchObject({ kind: 'agrees' });
    await feed(4, 99_402, -100);
    expect(await see()).toMatchObject({ kind: 'agrees', componentPnl: '-100.00000000' });
    const open = await db.select().from(alerts).where(eq(alerts.portfolioId, w.portfolioId));
    expect(open.filter((a) => a.subjectKind === 'reconciliation' && !a.resolvedAt)).toEqual([]);
  });
});

describe('limits', () => {
  const edit = (hard: string) => [{ measure: 'drawdown' as const, appliesTo: 'portfolio' as const, hard }];
  it('tightening is in force at once, alone; loosening waits for two different people', async () => {
    const w = await riskWorld();
    const engineer = await personFixture('engineer');
    const tightened = await caller(engineer).changeLimits({
      portfolioId: w.portfolioId,
      edits: edit('0.08'),
      reason: 'Calmer.',
    });
    expect(tightened).toMatchObject({ version: 2, inForce: true });
    await expect(
      caller(engineer).changeLimits({ portfolioId: w.portfolioId, edits: edit('0.12'), reason: 'More room.' }),
    ).rejects.toMatchObject({ code: 'FORBIDDEN' });
    const officer = await personFixture('risk-officer');
    const proposed = await caller(officer).changeLimits({
      portfolioId: w.portfolioId,
      edits: edit('0.12'),
      reason: 'More room.',
    });
    expect(proposed).toMatchObject({ version: 3, inForce: false });
    const row = await findLimitSet(proposed.id);
    const approve = async (person: typeof officer) =>
      caller(person).approveLimits({
        limitSetId: proposed.id,
        stepUp: await person.stepUp('risk.approve-limits', row?.contentHash ?? ''),
      });
    const gone = await personFixture('risk-officer');
    expect(await approve(gone)).toMatchObject({ inForce: false });
    await sql`update people set disabled_at = app.now() where id = ${gone.id}`;
    expect(await approve(officer)).toMatchObject({ inForce: false });
    await expect(approve(officer)).rejects.toThrow(/another person/);
    expect(await approve(await personFixture('manager'))).toMatchObject({ inForce: true });
    const { general } = await caller(officer).versions({ portfolioId: w.portfolioId });
    expect(general.find((l) => l.measure === 'drawdown' && l.appliesTo === 'portfolio')?.hard).toBe('0.12');
  });

  it('two managers loosen as well as two risk officers, and a quant proposes but neither approves nor rejects', async () => {
    const w = await riskWorld();
    const quant = await personFixture('quant');
    const proposed = await caller(quant).changeLimits({
      portfolioId: w.portfolioId,
      edits: edit('0.12'),
      reason: 'More room.',
    });
    const hash = (await findLimitSet(proposed.id))?.contentHash ?? '';
    const approve = async (person: Awaited<ReturnType<typeof personFixture>>) =>
      caller(person).approveLimits({
        limitSetId: proposed.id,
        stepUp: await person.stepUp('risk.approve-limits', hash),
      });
    await expect(approve(quant)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(caller(quant).rejectLimits({ limitSetId: proposed.id, reason: 'No.' })).rejects.toMatchObject({
      code: 'FORBIDDEN',
    });
    expect(await approve(await personFixture('manager'))).toMatchObject({ inForce: false });
    expect(await approve(await personFixture('manager'))).toMatchObject({ inForce: true });
  });

  it('soft tier, recovery and basis of a version are kept, and whatever is looser in them waits for two people', async () => {
    const w = await riskWorld();
    const engineer = await personFixture('engineer');
    const officer = await personFixture('risk-officer');
    const change = (
      person: typeof officer,
      tiers: { soft?: string; recovery?: string },
      basis?: 'since-start' | 'end-of-day',
    ) =>
      caller(person).changeLimits({
        portfolioId: w.portfolioId,
        edits: Object.keys(tiers).length
          ? [{ measure: 'drawdown', appliesTo: 'portfolio', hard: '0.10', ...tiers }]
          : [],
        basis,
        reason: 'Policy of the desk.',
      });
    expect(await change(engineer, { soft: '0.07' })).toMatchObject({ inForce: true });
    const { general } = await caller(engineer).versions({ portfolioId: w.portfolioId });
    const own = general.find((l) => l.measure === 'drawdown' && l.appliesTo === 'portfolio');
    expect(own).toMatchObject({ soft: '0.07', recovery: null, line: expect.stringMatching(/soft 7\.00/) });
    await expect(change(engineer, { soft: '0.07', recovery: '0.095' })).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(change(engineer, {}, 'end-of-day')).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(change(officer, { soft: '0.12' })).rejects.toThrow(/at or under the hard limit/);
    const made = await change(officer, {}, 'end-of-day');
    expect(made).toMatchObject({ inForce: false });
    for (const person of [officer, await personFixture('manager')]) {
      const stepUp = await person.stepUp('risk.approve-limits', (await findLimitSet(made.id))?.contentHash ?? '');
      await caller(person).approveLimits({ limitSetId: made.id, stepUp });
    }
    expect(await limitSetsOf(w.portfolioId)).toMatchObject({ basis: 'end-of-day' });
    expect(await change(engineer, {}, 'since-start')).toMatchObject({ inForce: true });
    expect(await limitSetsOf(w.portfolioId)).toMatchObject({ basis: 'since-start' });
  });

  it('firm, portfolio and strategy stand beside each other, and the strictest counts', async () => {
    const w = await riskWorld({ refs: ['trend', 'carry'] });
    const [trend, carry] = w.strategies.map((s) => s.id);
    const officer = await personFixture('risk-officer');
    const level = (person: typeof officer, to: 'firm' | 'trend', hard: string) =>
      caller(person).changeLevelLimits({
        portfolioId: w.portfolioId,
        level: to === 'firm' ? { kind: 'firm' } : { kind: 'strategy', strategyId: trend! },
        edits: [{ measure: 'drawdown', appliesTo: 'strategy', hard }],
        reason: 'Policy.',
      });
    const hardOf = async (id: string | undefined) => {
      const now = await readNow();
      const sets = setsInForce((await limitSetsOf(w.portfolioId)).sets, now);
      const wanted = { measure: 'drawdown' as const, appliesTo: 'strategy' as const, subject: null };
      return limitFor(sets, { ...wanted, scope: { kind: 'strategy', id: id ?? '' } }, now)?.hard.toFixed();
    };
    expect([await hardOf(trend), await hardOf(carry)]).toEqual(['0.15', '0.15']);
    expect(await level(officer, 'trend', '0.08')).toMatchObject({ inForce: true });
    expect([await hardOf(trend), await hardOf(carry)]).toEqual(['0.08', '0.15']);
    const local = await personFixture({ role: 'risk-officer', portfolioId: w.portfolioId });
    await expect(level(local, 'firm', '0.12')).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(level(await personFixture('engineer'), 'firm', '0.12')).rejects.toThrow(/Manager sets it/);
    expect(await level(officer, 'firm', '0.12')).toMatchObject({ inForce: true });
    expect([await hardOf(trend), await hardOf(carry)]).toEqual(['0.08', '0.12']);
    const looser = await level(officer, 'trend', '0.14');
    expect(looser).toMatchObject({ inForce: false });
    for (const person of [officer, await personFixture('manager')]) {
      const stepUp = await person.stepUp('risk.approve-limits', (await findLimitSet(looser.id))?.contentHash ?? '');
      await caller(person).approveLimits({ limitSetId: looser.id, stepUp });
    }
    expect([await hardOf(trend), await hardOf(carry)]).toEqual(['0.12', '0.12']);
    await sql`delete from limit_sets where scope = 'firm'`;
  });

  it('of another portfolio tell nothing to who may not change them: neither what holds nor what exists', async () => {
    const [w, other] = [await riskWorld(), await riskWorld()];
    const local = caller(await personFixture({ role: 'risk-officer', portfolioId: other.portfolioId }));
    const same = { edits: edit('0.10'), reason: 'Looking.' };
    for (const portfolioId of [w.portfolioId, newId()]) {
      const level = { kind: 'strategy' as const, strategyId: newId() };
      const wrong = { portfolioId, ...ofInstrument('SPX'), hard: '90', days: null, reason: 'Looking.' };
      const forbidden = { code: 'FORBIDDEN' };
      await expect(local.changeLimits({ portfolioId, ...same })).rejects.toMatchObject(forbidden);
      await expect(local.changeLevelLimits({ portfolioId, level, ...same })).rejects.toMatchObject(forbidden);
      await expect(local.changeLevelLimits({ portfolioId, level: { kind: 'firm' }, ...same })).rejects.toMatchObject(
        forbidden,
      );
      await expect(local.overrideLimit(wrong)).rejects.toMatchObject(forbidden);
    }
  });

  it('per cent where a fraction is meant is refused', async () => {
    const w = await riskWorld();
    const officer = await personFixture('risk-officer');
    await expect(
      caller(officer).changeLimits({ portfolioId: w.portfolioId, edits: edit('8'), reason: 'Oops.' }),
    ).rejects.toThrow(/fraction/);
  });

  it('when a temporary override ends, the standing one of the instrument counts again', async () => {
    const w = await riskWorld();
    const officer = await personFixture('risk-officer');
    const manager = await personFixture('manager');
    const override = async (hard: string, days: number | null) => {
      const made = await caller(officer).overrideLimit({
        portfolioId: w.portfolioId,
        ...ofInstrument('SPX'),
        hard,
        days,
        reason: 'Index ETF.',
      });
      const hash = (await findLimitSet(made.id))?.contentHash ?? '';
      for (const person of made.inForce ? [] : [officer, manager]) {
        const stepUp = await person.stepUp('risk.approve-limits', hash);
        await caller(person).approveLimits({ limitSetId: made.id, stepUp });
      }
    };
    await override('0.02', null);
    await override('0.90', 5);
    const { sets } = await limitSetsOf(w.portfolioId);
    const wanted = { measure: 'position' as const, appliesTo: 'portfolio' as const, subject: 'SPX' };
    const at = (days: number) => limitFor(sets, wanted, new Date(Date.now() + days * 86_400_000))?.hard.toFixed();
    expect([at(0), at(6)]).toEqual(['0.9', '0.02']);
    await sql`update limit_sets set expires_at = app.now() where expires_at is not null and portfolio_id = ${w.portfolioId}`;
    const { versions } = await caller(officer).versions({ portfolioId: w.portfolioId });
    expect(versions.map((v) => v.state)).toEqual(['expired', 'in-force']);
  });

  it('an override lets the index ETF be held once two people agreed', async () => {
    const w = await riskWorld();
    const officer = await personFixture('risk-officer');
    const made = await caller(officer).overrideLimit({
      portfolioId: w.portfolioId,
      ...ofInstrument('SPX'),
      hard: '0.90',
      days: null,
      reason: 'Index ETF.',
    });
    const hash = (await findLimitSet(made.id))?.contentHash ?? '';
    for (const person of [officer, await personFixture('manager')]) {
      await caller(person).approveLimits({
        limitSetId: made.id,
        stepUp: await person.stepUp('risk.approve-limits', hash),
      });
    }
    const positions = [{ strategy: 'trend', instrument: 'SPX', quantity: 160, price: 500 }];
    await w.feed([0, 1, 2].map((i) => ({ at: i * 60, equity: 100_000, sequence: i, cash: 20_000, positions })));
    const { rows } = await caller(officer).limits({ portfolioId: w.portfolioId });
    expect(rows.find((r) => r.subject === 'SPX')).toMatchObject({ state: 'soft', hard: '0.9' });
  });
});
