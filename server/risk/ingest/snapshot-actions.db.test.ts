import { eq } from 'drizzle-orm';
import { describe, expect, it, vi } from 'vitest';
import { db } from '@/db/client';
import { alerts, breachActions, breachEpisodes, snapshots, tradingLatches } from '@/db/schema';
import { InstrumentRow } from '../../capital/instrument';
import { recordInstruments } from '../../capital/instrument-actions';
import { inTransaction } from '../../kernel/transaction';
import { keyFixture } from '../../testing/people';
import { tradingStateOf } from '../../trading-state/store';
import { minutely, type RiskWorld, riskWorld } from '../testing/risk-world';
import { findState } from './state-store';

const episodesOf = (w: RiskWorld) =>
  db.select().from(breachEpisodes).where(eq(breachEpisodes.portfolioId, w.portfolioId));
const latchesOf = (w: RiskWorld) =>
  db.select().from(tradingLatches).where(eq(tradingLatches.portfolioId, w.portfolioId));
const alertsOf = (w: RiskWorld) => db.select().from(alerts).where(eq(alerts.portfolioId, w.portfolioId));
const stateOf = (w: RiskWorld) => tradingStateOf({ portfolioId: w.portfolioId, strategyId: null });
const rowsOf = (w: RiskWorld) => db.select().from(snapshots).where(eq(snapshots.portfolioId, w.portfolioId));
const CRASH = [100_000, 98_000, 96_000, 94_500, 92_500, 91_190, 91_190, 91_200];

describe('a batch of snapshots', () => {
  it('a 6 % gain does not breach the daily loss limit', async () => {
    const w = await riskWorld();
    await w.feed(minutely([100_000, 102_500, 105_000, 106_000, 106_000]));
    expect(await episodesOf(w)).toEqual([]);
    expect(await stateOf(w)).toBe('ACTIVE');
  });

  it('-8.81 % in a day halts once, with one episode and one alert, and tells the engine', async () => {
    const w = await riskWorld();
    const result = await w.feed(minutely(CRASH));
    expect(result).toMatchObject({ accepted: 8, duplicates: 0, refused: [], tradingState: 'HALTED' });
    await w.feed(minutely([91_150, 91_000, 91_100], 8));
    const loss = (await episodesOf(w)).filter((e) => e.measure === 'dailyLoss');
    expect(loss).toHaveLength(1);
    expect(loss[0]).toMatchObject({ tier: 'hard', state: 'open', severity: 'critical', late: false });
    expect(loss[0]?.sentence).toMatch(/^Daily loss \d\.\d % exceeds 5\.0 %$/);
    const halts = (await latchesOf(w)).filter((l) => l.state === 'HALTED');
    expect(halts).toHaveLength(1);
    expect(halts[0]).toMatchObject({ exitRule: 'two-people', liftedAt: null });
    expect((await alertsOf(w)).filter((a) => a.title.startsWith('Daily loss'))).toHaveLength(1);
    expect((await w.commands()).filter((c) => c.type === 'halt')).toHaveLength(1);
  });

  it('a repeat of the batch is a no-op', async () => {
    const w = await riskWorld();
    await w.feed(minutely(CRASH));
    const commands = async () => (await w.commands()).map((c) => c.type).sort();
    const seen = async () => [
      await episodesOf(w),
      await latchesOf(w),
      await commands(),
      (await findState(w.portfolioId))?.version,
    ];
    const before = await seen();
    expect(await w.feed(minutely(CRASH))).toMatchObject({ accepted: 0, duplicates: 8 });
    expect(await seen()).toEqual(before);
    expect(await rowsOf(w)).toHaveLength(8);
  });

  it('tells a bad row by its index and loses nothing else', async () => {
    const w = await riskWorld();
    const result = await w.feed([
      { at: 0, equity: 100, sequence: 1 },
      { at: 60, equity: 'NaN', sequence: 2 },
      { at: 9_999, equity: 100, sequence: 3 },
      { at: 60, equity: 100, sequence: 4, account: 'nobody' },
      { at: 61, equity: 101, sequence: 1 },
      { at: 120, equity: 102, sequence: 5 },
    ]);
    expect(result.accepted).toBe(2);
    expect(result.refused.map((r) => `${r.index} ${r.code}`)).toEqual([
      '1 INVALID',
      '2 FUTURE',
      '3 UNKNOWN_ACCOUNT',
      '4 SEQUENCE_REUSED',
    ]);
  });

  it('batches sent at once by several callers count each row once', async () => {
    const w = await riskWorld();
    const results = await Promise.all(Array.from({ length: 6 }, () => w.feed(minutely(CRASH))));
    expect(results.reduce((sum, r) => sum + r.accepted, 0)).toBe(8);
    expect((await episodesOf(w)).filter((e) => e.measure === 'dailyLoss')).toHaveLength(1);
    expect((await latchesOf(w)).filter((l) => l.state === 'HALTED')).toHaveLength(1);
  });

  it('the same rows one by one and in one batch end in the same state', async () => {
    const one = await riskWorld();
    const many = await riskWorld();
    await one.feed(minutely(CRASH));
    for (const row of minutely(CRASH)) await many.feed([row]);
    const figures = async (w: RiskWorld) => {
      const row = await findState(w.portfolioId);
      return [row?.equity, row?.unitValue, row?.drawdownFraction, row?.dayPnl];
    };
    expect(await figures(many)).toEqual(await figures(one));
    const keys = async (w: RiskWorld) => (await episodesOf(w)).map((e) => `${e.measure} ${e.tier} ${e.state}`).sort();
    expect(await keys(many)).toEqual(await keys(one));
  });

  it('a blown-up account is a breach and halts', async () => {
    const w = await riskWorld();
    await w.feed(minutely([100_000, 60_000, -500, -600]));
    expect(await stateOf(w)).toBe('HALTED');
    const drawdown = (await episodesOf(w)).find((e) => e.measure === 'drawdown');
    expect(drawdown).toMatchObject({ tier: 'hard', severity: 'critical' });
    const actions = await db
      .select()
      .from(breachActions)
      .where(eq(breachActions.episodeId, drawdown?.id ?? ''));
    expect(actions.map((a) => a.type)).toContain('request-emergency');
  });

  it('history fills series and opens nothing', async () => {
    const w = await riskWorld({ ago: 40 * 86_400 });
    const history = [100, 90, 80, 70].map((equity, i) => ({
      at: i * 86_400,
      equity,
      sequence: i,
      kind: 'history' as const,
    }));
    await w.feed(history);
    expect(await episodesOf(w)).toEqual([]);
    expect((await rowsOf(w)).every((r) => r.portfolioEquity !== null)).toBe(true);
  });

  it('history after live samples is refused in words, row by row, and one that was taken before is a repeat', async () => {
    const w = await riskWorld({ ago: 40 * 86_400 });
    const past = (at: number, sequence: number) => ({ at, equity: 100, sequence, kind: 'history' as const });
    const live = { at: 86_400, equity: 101, sequence: 2 };
    const mixed = await w.feed([past(0, 1), live, past(86_401, 3)]);
    expect(mixed).toMatchObject({ accepted: 2, refused: [{ index: 2, code: 'HISTORY_AFTER_LIVE' }] });
    const again = await w.feed([past(0, 1), past(60, 4)]);
    expect(again).toMatchObject({ accepted: 0, duplicates: 1, refused: [{ index: 1, code: 'HISTORY_AFTER_LIVE' }] });
    expect(again.refused[0]?.message).toMatch(/send what was missed as live/);
    expect(await rowsOf(w)).toHaveLength(2);
    expect((await rowsOf(w)).every((r) => r.portfolioEquity !== null)).toBe(true);
  });

  it('a person may not send snapshots, and a key only with its scope and portfolio', async () => {
    const w = await riskWorld();
    const right = await keyFixture(['snapshots:write'], w.portfolioId);
    expect(await w.feed(minutely([100]), right.actor)).toMatchObject({ accepted: 1 });
    const other = await keyFixture(['snapshots:write'], (await riskWorld()).portfolioId);
    await expect(w.feed(minutely([100], 1), other.actor)).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });
});

describe('late rows', () => {
  const shape = async (w: RiskWorld) => (await episodesOf(w)).map((e) => `${e.measure} ${e.tier}`).sort();

  it('out of order, the breaches are the same', async () => {
    const inOrder = await riskWorld();
    const shuffled = await riskWorld();
    const rows = minutely(CRASH);
    await inOrder.feed(rows);
    for (const i of [0, 3, 1, 7, 5, 2, 6, 4]) await shuffled.feed([rows[i]!]);
    expect(await shape(shuffled)).toEqual(await shape(inOrder));
    const unit = async (w: RiskWorld) => (await findState(w.portfolioId))?.unitValue;
    expect(await unit(shuffled)).toEqual(await unit(inOrder));
  });

  it('a late sample only ever adds: it opens an episode marked late and undoes nothing', async () => {
    const w = await riskWorld();
    await w.feed(minutely([100_000, 99_900, 99_800, 99_900]));
    expect(await episodesOf(w)).toEqual([]);
    await w.feed([
      { at: 70, equity: 99_900, sequence: 100, cash: 2_000 },
      { at: 75, equity: 99_900, sequence: 101, cash: 2_000 },
    ]);
    const cash = (await episodesOf(w)).find((e) => e.measure === 'cash');
    expect(cash).toMatchObject({ late: true, tier: 'hard' });
    const halted = await riskWorld();
    await halted.feed(minutely(CRASH));
    await halted.feed([{ at: 200, equity: 100_500, sequence: 200 }]);
    expect(await stateOf(halted)).toBe('HALTED');
  });
});

it('what short sales brought in is taken off cash where no margin was stated, and stays known to rows folded again', async () => {
  const positions = [{ strategy: 'trend', instrument: 'KO', quantity: -40, price: 100 }];
  const rows = [0, 1, 2, 3].map((i) => ({ at: i * 60, equity: 100_000, sequence: i, cash: 13_000, positions }));
  const plain = await riskWorld();
  await plain.feed(rows);
  expect((await episodesOf(plain)).map((e) => e.sentence)).toContain('Minimum cash 9.0 % is under 10.0 %');
  expect(await findState(plain.portfolioId)).toMatchObject({ cash: '9000.00000000' });
  const margin = { initial: 2_000, shortProceeds: 0 };
  const stated = await riskWorld();
  await stated.feed(rows.map((row) => ({ ...row, margin })));
  await stated.feed([{ at: 70, equity: 100_000, sequence: 9, cash: 13_000, positions, margin }]);
  expect((await episodesOf(stated)).filter((e) => e.measure === 'cash')).toEqual([]);
  expect(await findState(stated.portfolioId)).toMatchObject({ cash: '13000.00000000' });
});

it('the rates of instruments bind initial margin where an account states none', async () => {
  const w = await riskWorld();
  const { actor } = await keyFixture(['snapshots:write'], w.portfolioId);
  const record = (instrument: Record<string, unknown>) =>
    recordInstruments(actor, { portfolioId: w.portfolioId, instruments: [InstrumentRow.parse(instrument)] });
  await record({ instrument: 'FUT', multiplier: 1, initialMargin: '0.5' });
  const positions = [
    { strategy: 'trend', instrument: 'FUT', quantity: 1_700, price: 100 },
    { strategy: 'trend', instrument: 'KO', quantity: 10, price: 100 },
  ];
  const cash = async (i: number, extra: object = {}) => {
    await w.feed([{ at: i * 60, equity: 100_000, sequence: i, cash: 90_000, positions, ...extra }]);
    return (await findState(w.portfolioId))?.cash;
  };
  // Half of 170,000 is bound.
  expect(await cash(1)).toBe('15000.00000000');
  expect(await cash(2, { margin: { initial: 70_000 } })).toBe('30000.00000000');
  await record({ instrument: 'FUT', closes: [{ day: '2026-11-02', close: 100 }] });
  expect(await cash(3)).toBe('15000.00000000');
  // A key raises what is bound, and never lowers it.
  expect((await record({ instrument: 'FUT', initialMargin: null })).refused).toMatchObject([
    { code: 'MARGIN_LOWERED' },
  ]);
  expect(await cash(4)).toBe('15000.00000000');
  expect((await record({ instrument: 'FUT', initialMargin: '0.51' })).refused).toEqual([]);
  expect(await cash(5)).toBe('13300.00000000');
  expect(InstrumentRow.safeParse({ instrument: 'FUT', initialMargin: 50 }).success).toBe(false);
});

describe('when a handler fails', () => {
  it('the halt stands, the other handlers act, and the failure is on record', async () => {
    const w = await riskWorld();
    const broken = await import('../../engines/command-actions');
    const spy = vi.spyOn(broken, 'queueCommand').mockRejectedValue(new Error('no queue'));
    await w.feed(minutely(CRASH));
    spy.mockRestore();
    expect(await stateOf(w)).toBe('HALTED');
    expect((await alertsOf(w)).some((a) => a.title.startsWith('Daily loss'))).toBe(true);
    const loss = (await episodesOf(w)).find((e) => e.measure === 'dailyLoss');
    const actions = await db
      .select()
      .from(breachActions)
      .where(eq(breachActions.episodeId, loss?.id ?? ''));
    expect(actions).toMatchObject([{ state: 'failed', type: 'restrict' }]);
  });

  it('an engine that is not there is said, and the halt stands', async () => {
    const w = await riskWorld({ engine: false });
    await w.feed(minutely(CRASH));
    expect(await stateOf(w)).toBe('HALTED');
    const loss = (await episodesOf(w)).find((e) => e.measure === 'dailyLoss');
    const actions = await db
      .select()
      .from(breachActions)
      .where(eq(breachActions.episodeId, loss?.id ?? ''));
    expect(actions[0]).toMatchObject({
      state: 'failed',
      error: 'No approved trading engine is registered to be told.',
    });
  });
});

it('the database refuses a second running episode of one limit', async () => {
  const w = await riskWorld();
  await w.feed(minutely(CRASH));
  const loss = (await episodesOf(w)).find((e) => e.measure === 'dailyLoss');
  if (!loss) throw new Error('no episode');
  await expect(
    inTransaction((tx) => tx.insert(breachEpisodes).values({ ...loss, id: crypto.randomUUID(), number: 'BR-9999' })),
  ).rejects.toThrow();
});

describe('reconciliation', () => {
  it('equity that the strategies do not explain raises one alert, resolved when they agree again', async () => {
    const w = await riskWorld({ capital: '50000' });
    const feed = (i: number, equity: number, realised: number) =>
      w.feed([{ at: i * 60, equity, sequence: i, strategies: [{ id: 'trend', realised, unrealised: 0, fees: 0 }] }]);
    const raised = async () => (await alertsOf(w)).filter((a) => a.subjectKind === 'reconciliation');
    await feed(0, 100_000, 0);
    await feed(1, 99_500, -500);
    expect(await raised()).toEqual([]);
    await feed(2, 99_300, -500);
    await feed(3, 99_300, -500);
    expect(await raised()).toMatchObject([{ severity: 'high', subjectId: w.portfolioId, resolvedAt: null }]);
    expect((await raised())[0]?.title).toMatch(/differ by 0\.20\s% of equity/);
    expect((await raised())[0]?.facts).toContainEqual(['Difference', expect.stringMatching(/200.*USD|USD.*200/)]);
    await feed(4, 99_300, -690);
    const after = await raised();
    expect(after).toHaveLength(1);
    expect(after[0]?.resolvedAt).not.toBeNull();
    expect(await rowsOf(w)).toHaveLength(5);
  });

  it('an engine that states no components raises nothing', async () => {
    const w = await riskWorld();
    await w.feed(minutely([100_000, 99_000, 98_500]));
    expect((await alertsOf(w)).filter((a) => a.subjectKind === 'reconciliation')).toEqual([]);
  });
});
