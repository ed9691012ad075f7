import { expect, it } from 'vitest';
import { Room } from './room';

const room = () => new Room({ all: 100, one: 60, refusal: 'Full.' });
const full = expect.objectContaining({ code: 'TOO_MANY', data: { retryAfterSeconds: 2 } });

it('one holder leaves room for others, and all of them together stay within the bound', async () => {
  const held = room();
  const ends: (() => void)[] = [];
  const until = () => new Promise<void>((end) => ends.push(end));
  const first = held.hold('a', 40, until);
  await expect(held.hold('a', 30, until)).rejects.toEqual(full);
  const second = held.hold('b', 60, until);
  await expect(held.hold('c', 1, until)).rejects.toEqual(full);
  for (const end of ends) end();
  await Promise.all([first, second]);
  await expect(held.hold('a', 60, async () => 'done')).resolves.toBe('done');
});

it('what fails gives its room back', async () => {
  const held = room();
  const failed = held.hold('a', 60, async () => {
    throw new Error('no');
  });
  await expect(failed).rejects.toThrow('no');
  await expect(held.hold('a', 60, async () => 'after')).resolves.toBe('after');
});
