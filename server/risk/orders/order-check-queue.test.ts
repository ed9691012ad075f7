import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { BatchQueue } from './order-check-queue';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function desk(work: (batch: number[]) => Promise<void>) {
  const batches: number[][] = [];
  const late: [string, string][] = [];
  const queue = new BatchQueue<number, string>(
    async (_, batch) => {
      const items = batch.map(({ item }) => item);
      batches.push(items);
      await work(items);
      return batch.map(({ item, answered }) => answered ?? `decided ${item}`);
    },
    {
      budgetMs: () => 250,
      batchAtMost: 3,
      late: (_, item) => `late ${item}`,
      tooLate: (_, __, decided, answered) => late.push([decided, answered]),
    },
  );
  return { queue, batches, late };
}
const after = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

test('what waits while a batch is at work is one batch, in its order and no longer than told', async () => {
  const { queue, batches } = desk(() => after(10));
  const answers = Promise.all([1, 2, 3, 4, 5, 6].map((n) => queue.ask('p', n)));
  await vi.advanceTimersByTimeAsync(100);
  expect(await answers).toEqual([1, 2, 3, 4, 5, 6].map((n) => `decided ${n}`));
  expect(batches).toEqual([[1], [2, 3, 4], [5, 6]]);
});

test('keys do not wait for each other', async () => {
  const { queue, batches } = desk(() => after(10));
  void queue.ask('p', 1);
  void queue.ask('q', 2);
  await vi.advanceTimersByTimeAsync(1);
  expect(batches).toEqual([[1], [2]]);
});

test('who is not answered in time gets the late answer, is taken off the line, and its batch sees that', async () => {
  const { queue, batches, late } = desk(() => after(300));
  const answers = Promise.all([queue.ask('p', 1), queue.ask('p', 2)]);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(await answers).toEqual(['late 1', 'late 2']);
  expect(batches).toEqual([[1]]);
  expect(late).toEqual([]);
  const next = queue.ask('p', 3);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(await next).toBe('late 3');
});
