import { eq } from 'drizzle-orm';
import { beforeAll, describe, expect, it } from 'vitest';
import { db } from '@/db/client';
import { alerts, backtests } from '@/db/schema';
import { readNow } from '../../kernel/transaction';
import { unknownLimits } from '../../launch/trading-facts-store';
import { appRouter } from '../../routers/_app';
import { personFixture } from '../../testing/people';
import { tradingStateOf } from '../../trading-state/store';
import { UNKNOWN_ACCEPTED_DAYS } from '../correlation/unknown-pair-content';
import { approvedBacktest, capitalFromStart, wave } from '../testing/backtest-world';
import { type RiskWorld, riskWorld } from '../testing/risk-world';
import { runWinRateChecks } from './win-rate-actions';

const DAY = 86_400;
const caller = (person: Awaited<ReturnType<typeof personFixture>>) => appRouter.createCaller(person.ctx).risk;

/** Two strategies that make and lose money together, one sample a day. */
async function twoStrategies(days: number): Promise<RiskWorld> {
  const w = await riskWorld({ refs: ['trend', 'carry'], capital: '10000', ago: (days + 1) * DAY });
  await capitalFromStart(w);
  for (let i = 0; i <= days; i += 1) {
    const strategies = ['trend', 'carry'].map((id) => ({ id, realised: wave(i), unrealised: 0, fees: 0 }));
    await w.feed([{ at: i * DAY, equity: 100_000 + 2 * wave(i), sequence: i, strategies }]);
  }
  return w;
}

describe('a pair without enough common days', () => {
  let w: RiskWorld;
  beforeAll(async () => {
    w = await twoStrategies(3);
  });
  const named = () =>
    ({ launch: { portfolioId: w.portfolioId, strategyId: w.strategies[0]!.id, tranche: 50 } }) as never;
  const blocking = async (target: number) => {
    const found = await unknownLimits(named(), target, await readNow());
    return found.known ? found.value.filter((one) => one.measure === 'correlation').length : null;
  };

  it('does not hold back 50 %, and holds back 100 % until a risk officer accepts it by name, 30 days at most', async () => {
    expect([await blocking(50), await blocking(100)]).toEqual([0, 1]);
    const officer = await personFixture({ role: 'risk-officer', name: 'Rita' });
    const seen = await caller(officer).correlation({ portfolioId: w.portfolioId });
    const pair = seen.pairs[0]?.acceptance;
    if (!pair) throw new Error('no pair');
    const accept = async (person: typeof officer, days = UNKNOWN_ACCEPTED_DAYS) =>
      caller(person).acceptUnknownPair({
        portfolioId: w.portfolioId,
        subject: pair.subject,
        days,
        reason: 'Both are young.',
        stepUp: await person.stepUp('risk.accept-unknown', pair.contentHash),
      });
    await expect(accept(await personFixture('manager'))).rejects.toThrow(/Only a Risk officer/);
    await expect(accept(officer, 31)).rejects.toThrow(/1 to 30 days/);
    await accept(officer);
    expect(await blocking(100)).toBe(0);
    const after = await caller(officer).correlation({ portfolioId: w.portfolioId });
    expect(after.pairs[0]).toMatchObject({ acceptedBy: 'Rita', acceptedUntil: expect.any(Date) });
    await accept(officer);
    const later = new Date((await readNow()).getTime() + 31 * DAY * 1_000);
    const found = await unknownLimits(named(), 100, later);
    expect(found.known && found.value.length).toBeGreaterThan(0);
  });

  it('an acceptance of one pair says nothing of another', async () => {
    const officer = await personFixture('risk-officer');
    const wrong = { portfolioId: w.portfolioId, subject: 'a+b', days: 30, reason: 'Looked.', stepUp: 'none' };
    await expect(caller(officer).acceptUnknownPair(wrong)).rejects.toThrow(/No unknown correlation/);
  });
});

it('days before the launch are spliced from the approved backtest and labelled', async () => {
  const w = await riskWorld({ refs: ['trend', 'carry'], capital: '10000', ago: 5 * DAY });
  await capitalFromStart(w);
  for (const { id } of w.strategies) await approvedBacktest(w, id);
  for (let i = 0; i <= 2; i += 1) {
    const strategies = ['trend', 'carry'].map((id) => ({ id, realised: wave(i), unrealised: 0, fees: 0 }));
    await w.feed([{ at: i * DAY, equity: 100_000, sequence: i, strategies }]);
  }
  const viewer = await personFixture();
  const { pairs } = await caller(viewer).correlation({ portfolioId: w.portfolioId });
  expect(Number(pairs[0]?.r)).toBeCloseTo(1, 6);
  expect(pairs[0]).toMatchObject({ overlap: 60, acceptance: null });
  expect(pairs[0]?.splicedDays).toBeGreaterThanOrEqual(58);
  const { rows } = await caller(viewer).limits({ portfolioId: w.portfolioId });
  for (let i = 3; i <= 4; i += 1) {
    const strategies = ['trend', 'carry'].map((id) => ({ id, realised: wave(i), unrealised: 0, fees: 0 }));
    await w.feed([{ at: i * DAY, equity: 100_000, sequence: i, strategies }]);
  }
  const episode = (await caller(viewer).episodes({ portfolioId: w.portfolioId })).find((e) => e.tier === 'hard');
  expect(episode).toMatchObject({
    measure: 'correlation',
    title: expect.stringMatching(/^Correlation (trend \/ carry|carry \/ trend)$/),
  });
  const [cut] = episode?.actions ?? [];
  expect(cut).toMatchObject({ type: 'cut-capital', state: 'proposed', automatic: false });
  expect(`${cut?.title}. ${cut?.detail}`).toMatch(
    /^Cut (trend|carry) by 20\s%\. (It has the smaller edge|Both have the same edge)/,
  );
  expect(rows.find((r) => r.measure === 'correlation')?.note).toMatch(
    /^60 days, \d+ of them of the approved backtest$/,
  );
  await db.delete(backtests).where(eq(backtests.portfolioId, w.portfolioId));
});

it('wins far under those of the approved backtest alert once and restrict nothing', async () => {
  const w = await riskWorld({ refs: ['trend'], capital: '10000', ago: 3 * DAY });
  await capitalFromStart(w);
  await approvedBacktest(w, w.strategies[0]!.id);
  const feed = (i: number, closed: number, wins: number) =>
    w.feed([
      {
        at: i * 60,
        equity: 100_000,
        sequence: i,
        strategies: [{ id: 'trend', realised: 0, unrealised: 0, fees: 0, trades: { closed, wins } }],
      },
    ]);
  const told = async () =>
    (await db.select().from(alerts).where(eq(alerts.portfolioId, w.portfolioId))).filter((a) =>
      a.title.includes('in its backtest'),
    );
  await feed(0, 0, 0);
  await feed(1, 60, 20);
  expect(await runWinRateChecks()).toMatchObject({ worse: 1 });
  await runWinRateChecks();
  expect(await told()).toMatchObject([{ severity: 'medium', resolvedAt: null }]);
  expect((await told())[0]?.title).toMatch(/^Win rate of trend 33\.3\s%, 60\.0\s% in its backtest$/);
  expect(await tradingStateOf({ portfolioId: w.portfolioId, strategyId: null })).toBe('ACTIVE');
  await feed(2, 160, 110);
  expect(await runWinRateChecks()).toMatchObject({ worse: 0 });
  expect((await told())[0]?.resolvedAt).not.toBeNull();
});

it('on margin the cash that counts is free of short proceeds and initial margin', async () => {
  const w = await riskWorld();
  const margin = { initial: 85_000, shortProceeds: 30_000 };
  await w.feed([
    { at: 0, equity: 100_000, sequence: 0, cash: 120_000 },
    { at: 60, equity: 100_000, sequence: 1, cash: 120_000, margin },
    { at: 120, equity: 100_000, sequence: 2, cash: 120_000, margin: { initial: 92_000 } },
  ]);
  const { rows } = await caller(await personFixture()).limits({ portfolioId: w.portfolioId });
  expect(rows.find((r) => r.measure === 'cash')).toMatchObject({
    value: '0.08',
    state: 'breach',
    headroomAmount: '-2000.00000000',
  });
});
