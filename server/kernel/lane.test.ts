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
