import { expect, test } from 'vitest';
import { POST } from '@/app/api/v1/orders/check/route';
import { closeDatabase } from '@/db/client';
import { orderWorld } from '../testing/order-world';
import { BUDGET } from './time-budget';

test('with the database down a known key may cancel and exit what is proven; new risk is denied, a repeat alike, a stranger is refused', async () => {
  BUDGET.ms = 15_000;
  const world = await orderWorld();
  await world.refresh({ positions: [{ strategy: 'trend', instrument: 'SPX-ETF', quantity: 100, price: 100 }] });
  const ask = async (body: Record<string, unknown>, key = world.key) => {
    const answer = await POST(
      new Request('http://localhost:3000/api/v1/orders/check', {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        body: JSON.stringify({
          strategy: 'trend',
          instrument: 'SPX-ETF',
          side: 'buy',
          quantity: 10,
          type: 'limit',
          limitPrice: 100,
          reference: { price: 100, asOf: new Date().toISOString() },
          ...body,
        }),
      }),
    );
    return { status: answer.status, ...(await answer.json()) };
  };
  const stranger = await orderWorld();
  expect(await ask({ clientOrderId: 'up' })).toMatchObject({ status: 200, decision: 'allow' });
  await closeDatabase();
  const denied = await ask({ clientOrderId: 'down' });
  expect(denied).toMatchObject({ status: 200, decision: 'deny', flags: ['degraded'], tradingState: 'unknown' });
  expect(denied.reasons[0].code).toBe('UNAVAILABLE');
  expect(await ask({ clientOrderId: 'down' })).toMatchObject({ decision: 'deny', flags: ['degraded', 'repeated'] });
  expect(await ask({ clientOrderId: 'up', intent: 'cancel' })).toMatchObject({ decision: 'allow', flags: ['cancel'] });
  const exit = (clientOrderId: string, quantity: number) => ask({ clientOrderId, quantity, side: 'sell' });
  expect(await exit('out', 60)).toMatchObject({ decision: 'allow', flags: ['reduce-only', 'degraded'] });
  expect(await exit('out', 60)).toMatchObject({ decision: 'allow', flags: ['reduce-only', 'degraded', 'repeated'] });
  // An id that was used without the database stands for what it was used for.
  expect(await exit('out', 59)).toMatchObject({ decision: 'deny', reasons: [{ code: 'ID_REUSED' }] });
  expect(await exit('over', 60)).toMatchObject({ decision: 'deny' });
  expect(await ask({ clientOrderId: 'x' }, stranger.key)).toMatchObject({ status: 503, title: 'UNAVAILABLE' });
});
