import { eq } from 'drizzle-orm';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { db, sql } from '@/db/client';
import { alerts, breachEpisodes, limitStates, tradingLatches } from '@/db/schema';
import { tradingStateOf } from '../../trading-state/store';
import { type RiskWorld, riskWorld } from '../testing/risk-world';
import { confirmSilence, runLimitChecks } from './check-actions';
import { findState } from './state-store';

const episodesOf = (w: RiskWorld) =>
  db.select().from(breachEpisodes).where(eq(breachEpisodes.portfolioId, w.portfolioId));
const latchesOf = (w: RiskWorld) =>
  db.select().from(tradingLatches).where(eq(tradingLatches.portfolioId, w.portfolioId));
const alertsOf = (w: RiskWorld) => db.select().from(alerts).where(eq(alerts.portfolioId, w.portfolioId));
const stateOf = (w: RiskWorld) => tradingStateOf({ portfolioId: w.portfolioId, strategyId: null });

describe('limit checks without a sample', () => {
  let w: RiskWorld;
  beforeAll(async () => {
    w = await riskWorld({ ago: 2 });
  });

  it('silence confirms a lone breach, the data go unknown, reduce and halt; repeats change nothing', async () => {
    await w.feed([
      { at: 0, equity: 100_000, sequence: 1 },
      { at: 1, equity: 100_000, sequence: 2, cash: 9_500 },
    ]);
    expect((await alertsOf(w)).map((a) => a.state)).toEqual(['pending']);
    const shift = async (seconds: number) => {
      await sql`select app.shift_clock(${`${seconds} seconds`}::interval)`;
      const result = await runLimitChecks();
      return result.portfolios.find((p) => p.portfolioId === w.portfolioId);
    };
    expect(await shift(12)).toMatchObject({ freshness: 'fresh', confirmed: 2 });
    expect((await episodesOf(w)).map((e) => e.measure)).toEqual(['cash']);
    expect(await stateOf(w)).toBe('REDUCING');
    expect(await shift(30)).toMatchObject({ freshness: 'stale', unknown: 'deny', confirmed: 0 });
    expect(
      (await db.select().from(limitStates).where(eq(limitStates.portfolioId, w.portfolioId))).every(
        (l) => l.verdict === 'unknown',
      ),
    ).toBe(true);
    for (const at of [90, 150, 210, 270]) expect(await shift(at)).toMatchObject({ unknown: 'alert' });
    expect(await shift(330)).toMatchObject({ unknown: 'reducing' });
    for (let at = 400; at <= 900; at += 100) await shift(at);
    expect(await shift(960)).toMatchObject({ unknown: 'halted' });
    const count = (await latchesOf(w)).length;
    expect(await shift(970)).toMatchObject({ unknown: 'halted' });
    expect((await latchesOf(w)).length).toBe(count);
    expect(await stateOf(w)).toBe('HALTED');
    await sql`select app.shift_clock('0 seconds'::interval)`;
  });

  it('a lone breach is confirmed 10 s after it by a turn of its own, once, whoever else has to be looked at', async () => {
    const lone = await riskWorld({ ago: 5 });
    await lone.feed([
      { at: 0, equity: 100_000, sequence: 1 },
      { at: 1, equity: 100_000, sequence: 2, cash: 9_500 },
    ]);
    const due = async () => (await findState(lone.portfolioId))?.silenceDueAt;
    expect(await due()).toEqual(new Date(lone.start.getTime() + 11_000));
    await confirmSilence();
    expect(await episodesOf(lone)).toEqual([]);
    await sql`select app.shift_clock('8 seconds'::interval)`;
    await confirmSilence();
    expect(await stateOf(lone)).toBe('REDUCING');
    expect((await episodesOf(lone)).map((e) => e.openedAt)).toEqual([new Date(lone.start.getTime() + 11_000)]);
    expect(await due()).toBeNull();
    await sql`select app.shift_clock('0 seconds'::interval)`;
  });

  it('a gap of the watch itself is not held against the feed', async () => {
    await sql`update risk_states set checked_at = app.now() - interval '3 hours', unknown_since = app.now() - interval '3 hours' where portfolio_id = ${w.portfolioId}`;
    await sql`select app.shift_clock('2 hours'::interval)`;
    const result = await runLimitChecks();
    expect(result.portfolios.find((p) => p.portfolioId === w.portfolioId)).toMatchObject({ unknown: 'deny' });
    await sql`select app.shift_clock('0 seconds'::interval)`;
  });
});

it('data that come again lift REDUCING after three samples within limits in a row, however they are batched', async () => {
  const w = await riskWorld({ ago: 2 });
  await w.feed([0, 1, 2, 3].map((i) => ({ at: i / 2, equity: 100_000, sequence: i })));
  const [drawdown] = await db.select().from(limitStates).where(eq(limitStates.portfolioId, w.portfolioId));
  const pair = { ...drawdown!, key: 'correlation|portfolio||a/b', measure: 'correlation', verdict: 'within' as const };
  await db.insert(limitStates).values(pair);
  for (let at = 10; at <= 400; at += 90) {
    await sql`select app.shift_clock(${`${at} seconds`}::interval)`;
    await runLimitChecks();
  }
  expect(await stateOf(w)).toBe('REDUCING');
  const states = await db.select().from(limitStates).where(eq(limitStates.portfolioId, w.portfolioId));
  expect(
    states.filter((l) => l.verdict !== 'unknown').map((l) => l.key),
    'no silence makes a closed day older',
  ).toEqual([pair.key]);
  await w.feed([
    { at: 366, equity: 100_000, sequence: 11 },
    { at: 367, equity: 100_000, sequence: 12, cash: 9_500 },
    { at: 368, equity: 100_000, sequence: 13 },
  ]);
  expect(await stateOf(w), 'one in a row').toBe('REDUCING');
  await w.feed([{ at: 369, equity: 100_000, sequence: 14 }]);
  expect(await stateOf(w), 'two in a row').toBe('REDUCING');
  await w.feed([{ at: 370, equity: 100_000, sequence: 15 }]);
  expect(await stateOf(w), 'three in a row').toBe('ACTIVE');
  await sql`select app.shift_clock('0 seconds'::interval)`;
});

it('a backlog of old rows within limits lifts nothing: the data it brings are as old as before', async () => {
  const w = await riskWorld({ ago: 2 });
  await w.feed([0, 1, 2, 3].map((i) => ({ at: i / 2, equity: 100_000, sequence: i })));
  for (let at = 10; at <= 730; at += 90) {
    await sql`select app.shift_clock(${`${at} seconds`}::interval)`;
    await runLimitChecks();
  }
  expect(await stateOf(w)).toBe('REDUCING');
  await w.feed([5, 60, 120, 130].map((at) => ({ at, equity: 100_000, sequence: 10 + at })));
  expect(await stateOf(w), 'ten minutes old').toBe('REDUCING');
  expect((await w.commands()).map((c) => c.type)).toEqual(['reduce_only']);
  await w.feed([200, 729].map((at) => ({ at, equity: 100_000, sequence: 10 + at })));
  expect(await stateOf(w), 'one fresh').toBe('REDUCING');
  await w.feed([730, 731].map((at) => ({ at, equity: 100_000, sequence: 10 + at })));
  expect(await stateOf(w), 'three fresh').toBe('ACTIVE');
  await sql`select app.shift_clock('0 seconds'::interval)`;
});

it('an engine that cannot be told costs neither the restriction nor the alert, and is told at the next look', async () => {
  const w = await riskWorld({ ago: 2 });
  await w.feed([{ at: 0, equity: 100_000, sequence: 1 }]);
  const shift = async (seconds: number) => {
    await sql`select app.shift_clock(${`${seconds} seconds`}::interval)`;
    await runLimitChecks();
  };
  const engine = await import('../../engines/command-actions');
  const spy = vi.spyOn(engine, 'queueCommand').mockRejectedValue(new Error('no queue'));
  for (let at = 10; at <= 400; at += 90) await shift(at);
  expect(await stateOf(w)).toBe('REDUCING');
  expect((await alertsOf(w)).map((a) => a.title)).toContainEqual(expect.stringMatching(/^No fresh snapshot/));
  expect(await w.commands()).toEqual([]);
  spy.mockRestore();
  await shift(410);
  expect((await w.commands()).map((c) => c.type)).toEqual(['reduce_only']);
  const alerting = await import('../../alerts/raise-actions');
  const mute = vi.spyOn(alerting, 'raiseAlert').mockRejectedValue(new Error('no alert'));
  for (let at = 500; at <= 1_010; at += 90) await shift(at);
  mute.mockRestore();
  expect(await stateOf(w)).toBe('HALTED');
  await sql`select app.shift_clock('0 seconds'::interval)`;
});

it('a portfolio that cannot be checked keeps no other from being halted, and the job is known to have failed', async () => {
  const broken = await riskWorld({ ago: 2 });
  const later = await riskWorld({ ago: 2 });
  for (const w of [broken, later]) await w.feed([{ at: 0, equity: 100_000, sequence: 1 }]);
  await sql`update risk_states set state = '"damaged"'::jsonb where portfolio_id = ${broken.portfolioId}`;
  await sql`update risk_states set checked_at = app.now() where portfolio_id = ${later.portfolioId}`;
  const shift = async (seconds: number) => {
    await sql`select app.shift_clock(${`${seconds} seconds`}::interval)`;
    await expect(runLimitChecks()).rejects.toThrow(/could not be checked/);
  };
  for (let at = 30; at <= 990; at += 80) await shift(at);
  expect(await stateOf(later)).toBe('HALTED');
  await sql`select app.shift_clock('0 seconds'::interval)`;
  await sql`delete from risk_states where portfolio_id = ${broken.portfolioId}`;
});
