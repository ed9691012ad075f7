import { eq } from 'drizzle-orm';
import { beforeAll, expect, it } from 'vitest';
import { db, sql } from '@/db/client';
import { breachEpisodes, events } from '@/db/schema';
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
  await close(officer, w, 'second');
  await expect(close(officer, w, 'second')).rejects.toThrow(/closed already/);
  await expect(add(officer, w, 'second')).rejects.toThrow(/was closed/);
  const { refused } = await w.feed([{ at: 40, equity: 9, sequence: 2, account: 'second' }]);
  expect(refused).toMatchObject([{ code: 'ACCOUNT_CLOSED', message: expect.stringMatching(/second was closed/) }]);
  await w.feed([40, 45, 50, 55].map((at) => ({ at, equity: 100_000, sequence: at })));
  const seen = await limits(officer, w);
  expect([seen.get('drawdown'), seen.get('dailyLoss'), seen.get('cash')]).toEqual(['within', 'within', 'within']);
  expect(await db.select().from(breachEpisodes).where(eq(breachEpisodes.portfolioId, w.portfolioId))).toEqual([]);
  expect(await findState(w.portfolioId)).toMatchObject({ equity: '100000.00000000' });
  const { portfolios } = await runLimitChecks();
  expect(portfolios.find((p) => p.portfolioId === w.portfolioId)).toMatchObject({ freshness: 'fresh' });
  const shown = (await appRouter.createCaller(officer.ctx).portfolios.list()).find((p) => p.id === w.portfolioId);
  expect(shown).toMatchObject({ accounts: ['main'], closedAccounts: ['second'] });
  const told = await db.select().from(events).where(eq(events.type, 'portfolio.account-closed'));
  expect(told.map((e) => JSON.parse(e.content).data.code)).toEqual(['second']);
});

it('one that was added by mistake and is awaited in vain is closed by a risk officer or admin; the last one never is', async () => {
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
  await close(admin, w, 'typo');
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
  await close(officer, world.risk, 'second');
  try {
    await sql`select app.shift_clock('60 seconds')`;
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
