import { eq } from 'drizzle-orm';
import { afterEach, describe, expect, it } from 'vitest';
import { db, sql } from '@/db/client';
import { accounts, alerts } from '@/db/schema';
import { newId } from '../../kernel/ids';
import { tradingStateOf } from '../../trading-state/store';
import { type FeedRow, type RiskWorld, riskWorld } from '../testing/risk-world';
import { runLimitChecks } from './check-actions';

const EQUITY = 100_000;

/** Moves the clock in steps of 20 s; at each, `rows` come and the job looks. Returns what it had come to at each instant. */
async function watch(w: RiskWorld, untilSeconds: number, rows: (at: number) => FeedRow[]) {
  const seen = new Map<number, string>();
  for (let at = 0; at <= untilSeconds; at += 20) {
    await w.moveTo(at);
    await w.feed(rows(at));
    const { portfolios } = await runLimitChecks();
    seen.set(at, portfolios.find((p) => p.portfolioId === w.portfolioId)?.unknown ?? '');
  }
  return seen;
}

const alertsOf = (w: RiskWorld) =>
  db
    .select({ severity: alerts.severity, title: alerts.title, state: alerts.state })
    .from(alerts)
    .where(eq(alerts.portfolioId, w.portfolioId));
const stateOf = (w: RiskWorld) => tradingStateOf({ portfolioId: w.portfolioId, strategyId: null });
const row = (at: number, sequence: number, account = 'main'): FeedRow => ({ at, equity: EQUITY, sequence, account });

describe('rows that come and are no fresh data', () => {
  afterEach(() => sql`select app.shift_clock('0 seconds'::interval)`);

  it('a feed that lags behind its maximum age is alerted, reduced and halted like one that is silent', async () => {
    const w = await riskWorld({ ago: 120 });
    await w.feed([row(119, 0)]);
    const seen = await watch(w, 960, (at) => (at === 0 ? [] : [row(120 + at - 40, at)]));
    expect(seen.get(0)).toBe('none');
    expect([seen.get(100), seen.get(360), seen.get(960)]).toEqual(['alert', 'reducing', 'halted']);
    expect(await stateOf(w)).toBe('HALTED');
    expect((await alertsOf(w)).filter((a) => /^No fresh/.test(a.title))).toMatchObject([{ severity: 'critical' }]);
  });

  it('so is a portfolio of which one account of two is silent', async () => {
    const w = await riskWorld({ ago: 120 });
    const [first] = await db.select().from(accounts).where(eq(accounts.portfolioId, w.portfolioId));
    await db.insert(accounts).values({ ...first!, id: newId(), code: 'second' });
    await w.feed([row(118, 0), row(118, 0, 'second')]);
    const seen = await watch(w, 960, (at) => [row(120 + at - 1, at + 1)]);
    expect([seen.get(0), seen.get(100), seen.get(340), seen.get(960)]).toEqual(['none', 'alert', 'reducing', 'halted']);
    expect(await stateOf(w)).toBe('HALTED');
  });

  it('so is one that gets history rows only', async () => {
    const w = await riskWorld({ ago: 7_200 });
    await w.feed([row(7_199, 10_000)]);
    const seen = await watch(w, 400, (at) => [{ ...row(3_600 + at, at), kind: 'history' }]);
    expect([seen.get(100), seen.get(400)]).toEqual(['alert', 'reducing']);
    expect(await stateOf(w)).toBe('REDUCING');
  });
});
