import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { collectHints } from './refetch';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const rounds = () => {
  const asked: string[][] = [];
  let finish: ((again: readonly string[]) => void) | undefined;
  const ask = (topics: ReadonlySet<string>) => {
    asked.push([...topics]);
    return new Promise<readonly string[]>((resolve) => {
      finish = resolve;
    });
  };
  return { asked, ask, finish: (again: readonly string[] = []) => finish?.(again) };
};

test('hints that come together are one round', async () => {
  const { asked, ask } = rounds();
  const hints = collectHints(ask, () => true);
  hints.hint(['risk', 'overview']);
  hints.hint(['risk', 'alerts']);
  await vi.advanceTimersByTimeAsync(100);
  expect(asked).toEqual([['risk', 'overview', 'alerts']]);
});

test('a round is never cut off by the next: hints wait until it is answered', async () => {
  const { asked, ask, finish } = rounds();
  const hints = collectHints(ask, () => true);
  hints.hint(['risk']);
  await vi.advanceTimersByTimeAsync(100);
  hints.hint(['alerts']);
  await vi.advanceTimersByTimeAsync(1000);
  expect(asked).toHaveLength(1);
  finish();
  await vi.advanceTimersByTimeAsync(2500);
  expect(asked).toEqual([['risk'], ['alerts']]);
});

test('a round that took long is followed by a longer pause, a short one by a short', async () => {
  const { asked, ask, finish } = rounds();
  const hints = collectHints(ask, () => true);
  hints.hint(['risk']);
  await vi.advanceTimersByTimeAsync(60 + 1000);
  finish();
  hints.hint(['risk']);
  await vi.advanceTimersByTimeAsync(1900);
  expect(asked).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(200);
  expect(asked).toHaveLength(2);
  finish();
  hints.hint(['risk']);
  await vi.advanceTimersByTimeAsync(500);
  expect(asked).toHaveLength(3);
});

test('what was under way already is asked again after it', async () => {
  const { asked, ask, finish } = rounds();
  const hints = collectHints(ask, () => true);
  hints.hint(['risk', 'alerts']);
  await vi.advanceTimersByTimeAsync(60);
  finish(['alerts']);
  await vi.advanceTimersByTimeAsync(500);
  expect(asked).toEqual([['risk', 'alerts'], ['alerts']]);
});

test('a round that never answers holds nothing up for good', async () => {
  const { asked, ask } = rounds();
  const hints = collectHints(ask, () => true);
  hints.hint(['risk']);
  await vi.advanceTimersByTimeAsync(100);
  hints.hint(['alerts']);
  await vi.advanceTimersByTimeAsync(7500);
  expect(asked).toHaveLength(2);
});

test('a page that nobody looks at asks when it is looked at again', async () => {
  const { asked, ask } = rounds();
  let isSeen = false;
  const hints = collectHints(ask, () => isSeen);
  hints.hint(['risk']);
  await vi.advanceTimersByTimeAsync(1000);
  expect(asked).toEqual([]);
  isSeen = true;
  hints.wake();
  await vi.advanceTimersByTimeAsync(10);
  expect(asked).toEqual([['risk']]);
});
