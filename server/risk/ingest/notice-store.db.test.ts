import { afterAll, beforeAll, expect, it } from 'vitest';
import { sql } from '@/db/client';
import { minutely, riskWorld } from '../testing/risk-world';

let hints: string[][] = [];
let stop: () => Promise<void>;
beforeAll(async () => {
  const listening = await sql.listen('going_live', (text) =>
    hints.push((JSON.parse(text) as { topics: string[] }).topics),
  );
  stop = listening.unlisten;
});
afterAll(() => stop());

/** Hints of what was fed, heard in order on one connection: everything before the marker has come. */
async function heard(feed: () => Promise<unknown>): Promise<string[][]> {
  hints = [];
  await feed();
  await sql.notify('going_live', JSON.stringify({ topics: ['marker'] }));
  while (!hints.some(([topic]) => topic === 'marker')) await new Promise((next) => setImmediate(next));
  return hints.filter(([topic]) => topic !== 'marker');
}

it('pages are told of the first sample and of a breach at once, and not of each small move between', async () => {
  const w = await riskWorld();
  expect((await heard(() => w.feed(minutely([100_000])))).flat()).toContain('risk');
  const calm = await heard(async () => {
    await w.feed(minutely([100_010], 1));
    await w.feed(minutely([100_015], 2));
  });
  expect(calm).toEqual([]);
  expect(await heard(() => w.feed(minutely([100_015], 2)))).toEqual([]);
  const crash = await heard(() => w.feed(minutely([94_000, 93_900, 93_800], 3)));
  expect(crash.flat()).toEqual(expect.arrayContaining(['risk', 'overview', 'alerts', 'launch']));
});
