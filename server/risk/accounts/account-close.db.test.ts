import { eq } from 'drizzle-orm';
import { beforeAll, expect, it } from 'vitest';
import { db, sql } from '@/db/client';
import { alerts, breachEpisodes, events } from '@/db/schema';
import { OrderUpdate } from '../../capital/order-update';
import { readNow } from '../../kernel/transaction';
import { addAccount } from '../../portfolios/change-actions';
import { appRouter } from '../../routers/_app';
import { personFixture } from '../../testing/people';
import { runLimitChecks } from '../ingest/check-actions';
import { findState } from '../ingest/state-store';
import { recordOrderUpdates } from '../orders/order-update-actions';
import { BUDGET } from '../orders/time-budget';
import { orderWorld } from '../testing/order-world';
import { type RiskWorld, riskWorld } from '../testing/risk-world';

beforeAll(() => {
  BUDGET.ms = 15_000;
});

type Person = Awaited<ReturnType<typeof personFixture>>;
const close = (person: Person, w: RiskWorld, code: string) =>
  appRouter.createCaller(person.ctx).portfolios.closeAccount({
    portfolioId: w.portfolioId,
    code,
    reason: 'The prime broker was changed.',
  });
const add = (person: Person, w: RiskWorld, code: string) =>
  addAccount(person.actor, { portfolioId: w.portfolioId, code, reason: 'A second broker.' });
/** Seconds from the start of a world until now. */
const nowIn = async (w: RiskWorld) => ((await readNow()).getTime() - w.start.getTime()) / 1_000;
const limits = async (person: Person, w: RiskWorld) => {
  const { rows } = await appRouter.createCaller(person.ctx).risk.limits({ portfolioId: w.portfolioId });
  return new Map(rows.map((row) => [row.measure, row.state]));
};

it('an account whose money was withdrawn is closed: nothing is awaited or taken of it, and the curve does not move', async () => {
  const w = await riskWorld({ ago: 60 });
  const officer = await personFixture('risk-officer');
  await w.feed([{ at: 0, equity: 100_000, sequence: 0 }]);
  await add(officer, w, 'second');
  await w.feed([{ at: 1, equity: 50_000, sequence: 0, account: 'second' }]);
  await w.feed([{ at: 1, equity: 100_000, sequence: 1 }]);
  await expect(close(officer, w, 'second')).rejects.toThrow(/50,000.*left/);
  await w.feed([{ at: 2, equity: 0, sequence: 1, account: 'second', flows: [-50_000] }]);
  await expect(close(officer, w, 'second'), 'nobody knows what it holds now').rejects.toThrow(/old, at most 15/);
  await w.feed([{ at: await nowIn(w), equity: 0, sequence: 2, account: 'second' }]);
  const sources = await appRouter.createCaller(officer.ctx).overview.freshness({ portfolioId: w.portfolioId });
  const relied = sources.find(({ stated }) => stated?.account === 'second');
  expect(relied, 'what the panel shows').toMatchObject({ asOf: expect.any(Date), stated: { equity: '0' } });
  await close(officer, w, 'second');
  await expect(close(officer, w, 'second')).rejects.toThrow(/closed already/);
  await expect(add(officer, w, 'second')).rejects.toThrow(/was closed/);
  const { refused } = await w.feed([{ at: (await nowIn(w)) + 0.01, equity: 0, sequence: 3, account: 'second' }]);
  expect(refused).toMatchObject([{ code: 'ACCOUNT_CLOSED', message: expect.stringMatching(/second was closed/) }]);
  const after = await nowIn(w);
  await w.feed([40, 45, 50, 55].map((i) => ({ at: after + i / 100, equity: 100_000, sequence: i })));
  const seen = await limits(officer, w);
  expect([seen.get('drawdown'), seen.get('dailyLoss'), seen.get('cash')]).toEqual(['within', 'within', 'within']);
  expect(await db.select().from(breachEpisodes).where(eq(breachEpisodes.portfolioId, w.portfolioId))).toEqual([]);
  expect(await findState(w.portfolioId)).toMatchObject({ equity: '100000.00000000' });
  const { portfolios } = await runLimitChecks();
  expect(portfolios.find((p) => p.portfolioId === w.portfolioId)).toMatchObject({ freshness: 'fresh' });
  const shown = (await appRouter.createCaller(officer.ctx).portfolios.list()).find((p) => p.id === w.portfolioId);
  expect(shown).toMatchObject({ accounts: ['main'], closedAccounts: [{ code: 'second', closedAt: expect.any(Date) }] });
  const told = await db.select().from(events).where(eq(events.type, 'portfolio.account-closed'));
  expect(told.map((e) => JSON.parse(e.content).data.code)).toEqual(['second']);
});

it('one that was added by mistake and is awaited in vain is closed by a risk officer; the last one never is', async () => {
  const w = await riskWorld({ engine: false, ago: 60 });
  const admin = await personFixture('admin');
  await w.feed([{ at: 0, equity: 100_000, sequence: 0 }]);
  await expect(close(admin, w, 'main')).rejects.toThrow(/only open account/);
  await add(admin, w, 'typo');
  await w.feed([{ at: 50, equity: 100_000, sequence: 1 }]);
  expect((await limits(admin, w)).get('drawdown')).toBe('unknown');
  for (const role of ['viewer', 'engineer', 'quant', 'manager', 'board'] as const)
    await expect(close(await personFixture(role), w, 'typo')).rejects.toMatchObject({ code: 'FORBIDDEN' });
  await expect(close(admin, w, 'nowhere')).rejects.toThrow(/not found/);
  await expect(close(admin, w, 'typo')).rejects.toThrow(/never sent a snapshot.*Risk officer/);
  await close(await personFixture('risk-officer'), w, 'typo');
  await w.feed([{ at: 51, equity: 100_000, sequence: 2 }]);
  expect((await limits(admin, w)).get('drawdown')).toBe('within');
  await expect(close(admin, w, 'main')).rejects.toThrow(/only open account/);
});

it('orders are checked on the open accounts alone', async () => {
  const world = await orderWorld();
  const officer = await personFixture('risk-officer');
  expect(await world.check()).toMatchObject({ decision: 'allow' });
  await add(officer, world.risk, 'second');
  expect(await world.check(), 'a second account is awaited').toMatchObject({ decision: 'deny' });
  await world.refresh({ account: 'second', equity: 0, cash: 0 });
  await expect(close(officer, world.risk, 'second'), 'the first order may be sent yet').rejects.toThrow(/o-\d+/);
  try {
    await sql`select app.shift_clock('61 seconds')`;
    await world.refresh({ account: 'second', equity: 0, cash: 0 });
    await close(officer, world.risk, 'second');
    await sql`select app.shift_clock('121 seconds')`;
    await world.refresh();
    await world.report();
    const bought = await world.check();
    expect(bought, 'its last snapshot is a minute old').toMatchObject({ decision: 'allow' });
    const { clientOrderId } = bought;
    const fill = OrderUpdate.parse({
      ...{ strategy: 'trend', clientOrderId, executionId: 'x1', status: 'filled', at: (await readNow()).toISOString() },
      ...{ instrument: 'SPX-ETF', side: 'buy', quantity: '50', price: '100' },
    });
    await recordOrderUpdates(world.actor, { portfolioId: world.risk.portfolioId, updates: [fill] });
    await world.refresh({ positions: [{ strategy: 'trend', instrument: 'SPX-ETF', quantity: 50, price: 100 }] });
    await world.check();
    const [row] = await sql`select released_why from reservations where client_order_id = ${clientOrderId}`;
    expect(row?.released_why, 'no fill waits for a snapshot of it').toBe('seen');
  } finally {
    await sql`select app.shift_clock('0')`;
  }
});

it('a fill that its newest snapshot has not seen keeps an account open, however flat and fresh that is', async () => {
  const world = await orderWorld();
  const officer = await personFixture('risk-officer');
  const { portfolioId } = world.risk;
  await add(officer, world.risk, 'second');
  await world.refresh({ account: 'second', equity: 0, cash: 0 });
  await world.refresh();
  const { clientOrderId } = await world.check();
  const fill = OrderUpdate.parse({
    ...{ strategy: 'trend', clientOrderId, executionId: 'x2', status: 'filled', at: (await readNow()).toISOString() },
    ...{ instrument: 'SPX-ETF', side: 'buy', quantity: '50', price: '100' },
  });
  await recordOrderUpdates(world.actor, { portfolioId, updates: [fill] });
  await expect(close(officer, world.risk, 'second')).rejects.toThrow(/filled after/);
  await world.refresh({ account: 'second', equity: 0, cash: 0 });
  await close(officer, world.risk, 'second');
});

it('one that never sent a snapshot is kept open by a fill only until the others have shown it', async () => {
  const world = await orderWorld();
  const officer = await personFixture('risk-officer');
  const { portfolioId } = world.risk;
  await world.refresh();
  const { clientOrderId } = await world.check();
  await add(officer, world.risk, 'typo');
  const fill = OrderUpdate.parse({
    ...{ strategy: 'trend', clientOrderId, executionId: 'x3', status: 'filled', at: (await readNow()).toISOString() },
    ...{ instrument: 'SPX-ETF', side: 'buy', quantity: '50', price: '100' },
  });
  await recordOrderUpdates(world.actor, { portfolioId, updates: [fill] });
  await expect(close(officer, world.risk, 'typo')).rejects.toThrow(/filled after/);
  await world.refresh();
  await close(officer, world.risk, 'typo');
});

/** A portfolio of 150,000 whose second account was withdrawn from and closed, so many rows of it not sent yet. */
async function closedWorld() {
  const w = await riskWorld({ ago: 120 });
  const officer = await personFixture('risk-officer');
  await w.feed([{ at: 0, equity: 100_000, sequence: 0 }]);
  await add(officer, w, 'second');
  await w.feed([{ at: 1, equity: 50_000, sequence: 0, account: 'second' }]);
  await w.feed([{ at: 1, equity: 100_000, sequence: 1 }]);
  await w.feed([3, 6, 9, 12, 15, 18].map((at, i) => ({ at, equity: 100_000, sequence: 10 + i })));
  await w.feed([{ at: 20, equity: 0, sequence: 90, account: 'second', flows: [-50_000] }]);
  await w.feed([{ at: await nowIn(w), equity: 0, sequence: 91, account: 'second' }]);
  await w.feed([{ at: await nowIn(w), equity: 100_000, sequence: 92 }]);
  return { w, close: () => close(officer, w, 'second') };
}
const episodesOf = async (w: RiskWorld) => {
  const found = await db.select().from(breachEpisodes).where(eq(breachEpisodes.portfolioId, w.portfolioId));
  return found.map(({ measure, tier, openedAt }) => [measure, tier, openedAt.getTime() - w.start.getTime()]).sort();
};
const alertsOf = async (w: RiskWorld) =>
  (await db.select().from(alerts).where(eq(alerts.portfolioId, w.portfolioId))).filter((a) =>
    a.fingerprint.includes('closed-account'),
  );

it('rows from before the closing are taken and evaluated from their asOf, as if it had stayed open', async () => {
  const found = [];
  for (const closes of [false, true]) {
    const world = await closedWorld();
    if (closes) await world.close();
    const rows = [2, 5, 8, 11, 14].map((at, i) => ({ at, equity: 10_000, sequence: 1 + i, account: 'second' }));
    const late = await world.w.feed(rows);
    expect([late.accepted, late.refused]).toEqual([5, []]);
    found.push(await episodesOf(world.w));
    expect(await alertsOf(world.w), 'what it held then is no news').toEqual([]);
  }
  expect(found[0]?.length).toBeGreaterThan(0);
  expect(found[1]).toEqual(found[0]);
});

it('a closed account that states money or positions opens one high alert, and no row beside it is lost', async () => {
  const { w, close: closeSecond } = await closedWorld();
  await closeSecond();
  const stated = async (equity: number, sequence: number, quantity = 0) => {
    const at = await nowIn(w);
    const row = { at, equity, sequence, account: 'second' };
    const positions = [{ strategy: 'trend', instrument: 'SPX-ETF', quantity, price: 99 }];
    const done = await w.feed([
      { ...row, positions: quantity ? positions : [] },
      { at, equity: 100_000, sequence: 1_000 + sequence },
    ]);
    expect(done).toMatchObject({ accepted: 1, refused: [{ code: 'ACCOUNT_CLOSED' }] });
  };
  await stated(-20_000, 200, 50_000);
  await stated(-20_000, 201, 50_000);
  const [alert, ...more] = await alertsOf(w);
  expect(more).toEqual([]);
  expect(alert).toMatchObject({ severity: 'high', resolvedAt: null, seenCount: 2 });
  expect(alert?.title).toMatch(/second was closed.*states equity .*20,000.*positions in SPX-ETF/);
  await stated(0, 202);
  expect((await alertsOf(w)).map((a) => a.resolvedAt)).toEqual([expect.any(Date)]);
});

it('a late row after the last flat one counts on, and is told', async () => {
  const { w, close: closeSecond } = await closedWorld();
  const at = await nowIn(w);
  await closeSecond();
  const late = await w.feed([{ at, equity: -30_000, sequence: 300, account: 'second' }]);
  expect(late).toMatchObject({ accepted: 1, refused: [] });
  const after = await nowIn(w);
  await w.feed([0, 1, 2].map((i) => ({ at: after + i / 100, equity: 100_000, sequence: 400 + i })));
  expect(await findState(w.portfolioId)).toMatchObject({ equity: '70000.00000000' });
  expect((await episodesOf(w)).map(([measure]) => measure)).toContain('drawdown');
  expect((await alertsOf(w)).map((a) => a.severity)).toEqual(['high']);
});
