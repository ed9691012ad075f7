import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { newKey } from '../../identity/api-key-format';
import { callerOfOrder } from './order-caller-store';
import { timeBudget, withinMs } from './time-budget';

const look = vi.hoisted(() => ({ answer: (): Promise<unknown> => Promise.resolve({ kind: 'key', keyId: 'k' }) }));
vi.mock('../../identity/api-keys', () => ({ authenticateKey: () => look.answer() }));

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date', 'performance', 'setTimeout', 'clearTimeout'] });
});
afterEach(() => {
  vi.useRealTimers();
});

test('the look at a key takes from the one time of the check: while the database is silent it waits no longer than is left', async () => {
  const request = new Request('http://localhost/', { headers: { authorization: `Bearer ${newKey().key}` } });
  expect((await callerOfOrder(request, { budget: timeBudget() })).isVerified).toBe(true);
  await vi.advanceTimersByTimeAsync(61_000);
  look.answer = () => new Promise(() => {});
  const budget = timeBudget();
  await vi.advanceTimersByTimeAsync(100);
  let caller: Awaited<ReturnType<typeof callerOfOrder>> | undefined;
  void callerOfOrder(request, { budget }).then((found) => {
    caller = found;
  });
  await vi.advanceTimersByTimeAsync(149);
  expect(caller).toBeUndefined();
  await vi.advanceTimersByTimeAsync(2);
  expect(caller).toMatchObject({ isVerified: false, actor: { keyId: 'k' } });
  expect(budget.leftMs()).toBe(0);
});

test('what is not there in time is given up, and what is there keeps nobody waiting', async () => {
  expect(await withinMs(10, Promise.resolve(1))).toBe(1);
  const late = expect(withinMs(10, new Promise(() => {}))).rejects.toThrow('no answer within 10 ms');
  await vi.advanceTimersByTimeAsync(10);
  await late;
  expect(vi.getTimerCount()).toBe(0);
});
