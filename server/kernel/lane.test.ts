import { expect, test } from 'vitest';
import { Lane } from './lane';

const lane = () => new Lane({ running: 2, waiting: 3, refusal: 'Too many at once. Try again in a moment.' });

test('few run at a time, few wait, and the rest is refused before any of its work', async () => {
  const one = lane();
  let [running, most, begun] = [0, 0, 0];
  let open = () => {};
  const gate = new Promise<void>((go) => {
    open = go;
  });
  const work = async () => {
    begun += 1;
    running += 1;
    most = Math.max(most, running);
    await gate;
    running -= 1;
    return 'done';
  };
  const all = Array.from({ length: 50 }, () => one.run(work).catch((error) => error.code));
  const refused = await Promise.all(all.slice(5));
  expect(refused).toEqual(Array(45).fill('TOO_MANY'));
  expect(begun).toBe(2);
  open();
  expect(await Promise.all(all.slice(0, 5))).toEqual(Array(5).fill('done'));
  expect([begun, most]).toEqual([5, 2]);
});

test('work that fails gives its place on', async () => {
  const one = lane();
  const failed = await Promise.allSettled(
    Array.from({ length: 5 }, () => one.run(() => Promise.reject(new Error('no')))),
  );
  expect(failed.every(({ status }) => status === 'rejected')).toBe(true);
  await expect(one.run(async () => 'still open')).resolves.toBe('still open');
});

/** A lane whose places are all taken until `open` is called. */
function fullLane(size: { running: number; waiting: number; ofOneOrigin?: number }) {
  const one = new Lane({ ...size, refusal: 'Too many at once. Try again in a moment.' });
  let open = () => {};
  const gate = new Promise<void>((go) => {
    open = go;
  });
  const held = Array.from({ length: size.running }, () => one.run(() => gate));
  const opened = async () => {
    open();
    await Promise.all(held);
  };
  return { one, open: opened };
}
const codeOf = (run: Promise<unknown>) =>
  run.then(
    () => 'done',
    (error) => error.code,
  );

test('who gave up while waiting leaves without its work begun, and its place is free for another', async () => {
  const { one, open } = fullLane({ running: 1, waiting: 1 });
  const begun: string[] = [];
  const work = (name: string) => async () => void begun.push(name);
  const stop = new AbortController();
  const gone = codeOf(one.run(work('gone'), { signal: stop.signal }));
  expect(await codeOf(one.run(work('refused')))).toBe('TOO_MANY');
  stop.abort();
  expect(await gone).toBe('GIVEN_UP');
  expect(await codeOf(one.run(work('gone before'), { signal: stop.signal }))).toBe('GIVEN_UP');
  const later = codeOf(one.run(work('later')));
  await open();
  expect(await later).toBe('done');
  stop.abort();
  expect(begun).toEqual(['later']);
  expect(await codeOf(one.run(work('after')))).toBe('done');
});

test('one origin holds no more than its share, running or waiting, and others find places', async () => {
  const { one, open } = fullLane({ running: 2, waiting: 6, ofOneOrigin: 2 });
  const quick = async () => {};
  const stop = new AbortController();
  const flood = Array.from({ length: 50 }, () => codeOf(one.run(quick, { origin: 'a', signal: stop.signal })));
  expect(await Promise.all(flood.slice(2))).toEqual(Array(48).fill('TOO_MANY'));
  const other = codeOf(one.run(quick, { origin: 'b' }));
  const unknown = [1, 2, 3].map(() => codeOf(one.run(quick, { origin: '' })));
  stop.abort();
  expect(await Promise.all(flood.slice(0, 2))).toEqual(['GIVEN_UP', 'GIVEN_UP']);
  const again = codeOf(one.run(quick, { origin: 'a' }));
  await open();
  expect(await Promise.all([other, ...unknown, again])).toEqual(Array(5).fill('done'));
  expect(await codeOf(one.run(quick, { origin: 'a' }))).toBe('done');
});
