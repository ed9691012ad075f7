import { expect, test } from 'vitest';
import { startLoop } from './loop';

/** A piece of work that each turn waits for, released by hand. */
function gate() {
  const turns: (() => void)[] = [];
  const started: (() => void)[] = [];
  let count = 0;
  return {
    work: () =>
      new Promise<void>((done) => {
        count += 1;
        turns.push(done);
        started.shift()?.();
      }),
    release: () => turns.shift()?.(),
    nextStart: () => new Promise<void>((seen) => started.push(seen)),
    count: () => count,
  };
}

test('waking during the work runs it once more, and never twice at once', async () => {
  const { work, release, nextStart, count } = gate();
  const loop = startLoop('test', 3_600_000, work);
  loop.wake();
  loop.wake();
  expect(count()).toBe(1);
  const second = nextStart();
  release();
  await second;
  expect(count()).toBe(2);
  release();
  await loop.stop();
  expect(count()).toBe(2);
});

test('stopping waits for the work that is running, and nothing starts after', async () => {
  const { work, release, count } = gate();
  const loop = startLoop('test', 3_600_000, work);
  let isStopped = false;
  const stopped = loop.stop().then(() => (isStopped = true));
  expect(isStopped).toBe(false);
  loop.wake();
  release();
  await stopped;
  expect(count()).toBe(1);
});

test('a failing turn does not end the loop', async () => {
  let turns = 0;
  const second = new Promise<void>((seen) => {
    const loop = startLoop('test', 0, async () => {
      turns += 1;
      if (turns === 2) {
        void loop.stop();
        seen();
      }
      throw new Error('no');
    });
  });
  await second;
  expect(turns).toBe(2);
});
