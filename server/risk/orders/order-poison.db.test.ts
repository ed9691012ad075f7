import { afterAll, beforeAll, expect, test } from 'vitest';
import { closeDatabase, sql } from '@/db/client';
import { NewOrder } from '../../capital/order';
import { job } from '../../kernel/actor';
import { newId } from '../../kernel/ids';
import { inTransaction, readNow } from '../../kernel/transaction';
import { personFixture } from '../../testing/people';
import { setLatch } from '../../trading-state/actions';
import { permitExit } from '../decisions/exit-permit-actions';
import { type OrderWorld, orderWorld } from '../testing/order-world';
import { checkOrder } from './order-check-actions';
import { BUDGET } from './time-budget';

beforeAll(() => {
  BUDGET.ms = 15_000;
});
afterAll(closeDatabase);

const codes = (answer: { reasons: { code: string }[] }) => answer.reasons.map((r) => r.code);

/** A close that no query can read: whatever order asks for its instrument fails the batch it is in. */
const poison = (world: OrderWorld, instrument: string) => sql`
  insert into instrument_closes (portfolio_id, instrument, day, close, source, recorded_at)
  values (${world.risk.portfolioId}, ${instrument}, '0000-01-01', 1, 'upload', app.now())`;

test('an order larger than any column is denied and kept, and the orders beside it are answered as ever', async () => {
  const world = await orderWorld({ refs: ['trend', 'other'] });
  for (const giant of [
    { quantity: '1e18', limitPrice: '1e18' },
    { quantity: '1e18', limitPrice: '1e9', multiplier: '1e18', fx: '1e18' },
  ]) {
    const [first, large, ...beside] = await Promise.all([
      world.check(),
      world.check({ strategy: 'other', ...giant }),
      world.check({ quantity: '1' }),
      world.check({ quantity: '2' }),
    ]);
    expect([first, ...beside].map((answer) => answer!.decision)).toEqual(['allow', 'allow', 'allow']);
    expect(large!.flags).toEqual([]);
    expect(codes(large!)).toContain('NOTIONAL');
    const [kept] = await sql`select state, amount from reservations where client_order_id = ${large!.clientOrderId}`;
    expect(kept).toEqual({ state: 'denied', amount: '99999999999999999999.99999999' });
  }
});

test('an order that fails its batch is alone with that: those beside it are asked again without it', async () => {
  const world = await orderWorld({ refs: ['trend', 'other'] });
  await poison(world, 'POISON');
  const asOf = (await readNow()).toISOString();
  // Asked in one go: all but the first are one batch.
  const ask = (over: Record<string, unknown>) =>
    checkOrder(
      world.actor,
      world.risk.portfolioId,
      NewOrder.parse({
        ...{
          strategy: 'trend',
          clientOrderId: newId(),
          instrument: 'SPX-ETF',
          multiplier: '1',
          side: 'buy',
          quantity: '1',
        },
        ...{ type: 'limit', limitPrice: '100', reference: { price: '100', asOf }, ...over },
      }),
    );
  const poisoned = { strategy: 'other', instrument: 'POISON' };
  const answers = await Promise.all([ask({}), ask({}), ask({}), ask({}), ask(poisoned), ask({})]);
  expect(answers.map((answer) => answer.decision)).toEqual(['allow', 'allow', 'allow', 'allow', 'deny', 'allow']);
  expect(codes(answers[4]!)).toEqual(['UNAVAILABLE']);
});

test('without facts a halt is passed by an authority that was seen to stand only, and what passed is kept once there are facts', async () => {
  const world = await orderWorld();
  const { portfolioId } = world.risk;
  await world.refresh({ positions: [{ strategy: 'trend', instrument: 'SPX-ETF', quantity: 100, price: 100 }] });
  const { actor } = await personFixture({ role: 'risk-officer', portfolioId });
  const wish = { strategyId: world.risk.strategies[0]!.id, instrument: 'SPX-ETF', reason: 'out of it' };
  const permit = await permitExit(actor, wish);
  await inTransaction((tx) =>
    setLatch(tx, {
      scope: { kind: 'portfolio', portfolioId, strategyId: null },
      state: 'HALTED',
      cause: { kind: 'person', id: newId(), label: 'x' },
      reason: 'looked wrong',
      actor: job('test'),
    }),
  );
  const exit = (id: string, quantity = '5', kind = 'person') =>
    world.check({ side: 'sell', quantity, exit: { kind, id } });
  expect(await exit(permit.id)).toMatchObject({ decision: 'allow', flags: ['reduce-only', 'exit-under-halt'] });
  await poison(world, 'SPX-ETF');
  expect(await exit(newId(), '5', 'emergency')).toMatchObject({ decision: 'deny', flags: ['degraded'] });
  const passed = await exit(permit.id, '6');
  expect(passed).toMatchObject({ decision: 'allow', flags: ['reduce-only', 'degraded', 'exit-under-halt'] });
  await sql`delete from instrument_closes where portfolio_id = ${portfolioId}`;
  await world.check({ quantity: '1' });
  const kept = () =>
    sql`select state, is_reducing, quantity::float8 from reservations where client_order_id = ${passed.clientOrderId}`;
  await expect.poll(kept).toEqual([{ state: 'held', is_reducing: true, quantity: 6 }]);
  // What this process saw standing and finds ended stands no more.
  await sql`update exit_permits set expires_at = app.now() where id = ${permit.id}`;
  expect(codes(await exit(permit.id))).toEqual(['EXIT_NOT_AUTHORISED']);
  await poison(world, 'SPX-ETF');
  expect(await exit(permit.id)).toMatchObject({ decision: 'deny', flags: ['degraded'] });
});
