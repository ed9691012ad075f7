import { eq } from 'drizzle-orm';
import { afterEach, describe, expect, it } from 'vitest';
import { db, sql } from '@/db/client';
import { alerts, limitStates, tradingLatches } from '@/db/schema';
import { tradingStateOf } from '../../trading-state/store';
import { type FeedRow, type RiskWorld, riskWorld } from '../testing/risk-world';
import { runLimitChecks } from './check-actions';

/** Moves the clock in steps of 20 s; at each, a fresh row comes and the job looks. Returns what it had come to at each. */
async function watch(w: RiskWorld, from: number, until: number, extra: Partial<FeedRow>) {
  const seen = new Map<number, string>();
  for (let at = from; at <= until; at += 20) {
    await w.moveTo(at);
    await w.feed([{ at: 119 + at, equity: 100_000, sequence: at, ...extra }]);
    const { portfolios } = await runLimitChecks();
    seen.set(at, portfolios.find((p) => p.portfolioId === w.portfolioId)?.unknown ?? '');
  }
  return seen;
}

/** Open alerts of risk that is unknown; those of an engine that confirms nothing are another matter. */
const openAlerts = async (w: RiskWorld) =>
  (await db.select().from(alerts).where(eq(alerts.portfolioId, w.portfolioId)))
    .filter((a) => a.state !== 'resolved' && /^(Risk of|No fresh)/.test(a.title))
    .map(({ title, body, severity }) => ({ title, body, severity }));
const stateOf = (w: RiskWorld) => tradingStateOf({ portfolioId: w.portfolioId, strategyId: null });
const verdictsOf = async (w: RiskWorld) =>
  Object.fromEntries(
    (await db.select().from(limitStates).where(eq(limitStates.portfolioId, w.portfolioId))).map((l) => [
      l.measure,
      l.verdict,
    ]),
  );

describe('samples that are fresh and do not say enough', () => {
  afterEach(() => sql`select app.shift_clock('0 seconds'::interval)`);

  it('cash that is never stated is alerted, reduced and halted, and no other limit is called unknown', async () => {
    const w = await riskWorld({ ago: 120 });
    const seen = await watch(w, 0, 380, { cash: null });
    expect([0, 40, 80, 280, 320].map((at) => seen.get(at))).toEqual(['deny', 'deny', 'alert', 'alert', 'reducing']);
    expect(await stateOf(w)).toBe('REDUCING');
    expect(await openAlerts(w)).toEqual([
      {
        severity: 'high',
        title: expect.stringMatching(/^Risk of World .* is unknown$/),
        body: expect.stringContaining('cash was not stated'),
      },
    ]);
    expect(await verdictsOf(w)).toMatchObject({ cash: 'unknown', drawdown: 'within', dailyLoss: 'within' });
    const stated = await watch(w, 400, 460, {});
    expect(stated.get(400)).toBe('none');
    expect(await stateOf(w), 'three fresh samples within limits').toBe('ACTIVE');
    expect(await openAlerts(w)).toEqual([]);
    const again = await watch(w, 480, 1_400, { cash: null });
    expect([again.get(1_360), again.get(1_400)]).toEqual(['reducing', 'halted']);
    expect(await stateOf(w)).toBe('HALTED');
  });

  it('a feed that falls silent after it was unknown is told as silent, and unknown since the first of both', async () => {
    const w = await riskWorld({ ago: 120 });
    await watch(w, 0, 100, { cash: null });
    await w.moveTo(160);
    await runLimitChecks();
    expect((await openAlerts(w)).map((a) => a.title)).toEqual([expect.stringMatching(/^No fresh snapshot of/)]);
    await w.moveTo(270);
    await runLimitChecks();
    await w.moveTo(310);
    await runLimitChecks();
    expect(await stateOf(w)).toBe('REDUCING');
  });

  it('a portfolio that is new, without history, positions, trades or margin, is known from its first sample', async () => {
    const w = await riskWorld({ ago: 120, refs: ['trend', 'mean'], capital: '100000' });
    const lines = ['trend', 'mean'].map((id) => ({ id, realised: 0, unrealised: 0, fees: 0 }));
    const seen = await watch(w, 0, 120, { strategies: lines });
    expect(new Set(seen.values())).toEqual(new Set(['none']));
  });

  it('an account that is blown up is a breach and not an unknown', async () => {
    const w = await riskWorld({ ago: 120 });
    await w.feed([{ at: 10, equity: 100_000, sequence: 100_000 }]);
    const seen = await watch(w, 0, 120, { equity: -500, cash: -500 });
    expect(new Set(seen.values())).toEqual(new Set(['none']));
    const latches = await db.select().from(tradingLatches).where(eq(tradingLatches.portfolioId, w.portfolioId));
    expect(new Set(latches.map((l) => l.cause.kind))).toEqual(new Set(['breach']));
    expect(await stateOf(w)).toBe('HALTED');
  });

  it('capital in force and fresh rows of which none is live is unknown', async () => {
    const w = await riskWorld({ ago: 120, capital: '100000' });
    const seen = await watch(w, 0, 320, { kind: 'history' });
    expect([seen.get(0), seen.get(80), seen.get(320)]).toEqual(['deny', 'alert', 'reducing']);
    expect((await openAlerts(w)).map((a) => a.body)).toEqual([expect.stringContaining('no live sample')]);
  });
});
