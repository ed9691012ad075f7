import { eq } from 'drizzle-orm';
import { expect, it } from 'vitest';
import { db } from '@/db/client';
import { alerts } from '@/db/schema';
import { type RiskWorld, riskWorld } from '../testing/risk-world';

/** Alerts of a portfolio's cash in the order they were raised: title, and what became of each. */
const told = async (w: RiskWorld) =>
  (await db.select().from(alerts).where(eq(alerts.portfolioId, w.portfolioId)))
    .filter((a) => /cash/i.test(a.title))
    .sort((a, b) => a.number.localeCompare(b.number, undefined, { numeric: true }))
    .map((a) => `${a.title}: ${a.resolvedAt ? `resolved, ${a.resolvedWhy}` : a.state}`);
let sequence = 0;
/** Shares of cash in per cent, one each 5 s. */
const feed = (w: RiskWorld, from: number, cash: number[]) =>
  w.feed(
    cash.map((share, i) => {
      sequence += 1;
      return { at: from + i * 5, equity: 100_000, sequence, cash: share * 1_000 };
    }),
  );
const PENDING = 'Minimum cash 9.0 % is under 10.0 %: pending';
const NOT_CONFIRMED =
  'Minimum cash 9.0 % is under 10.0 %: resolved, Not confirmed: the next sample was within the limit.';
const WARNING = /^Minimum cash at 8\d\.\d % of its limit: firing$/;

it('a first breach out of the soft tier is pending beside the warning, which it does not end', async () => {
  const w = await riskWorld();
  await feed(w, 0, [50, 12, 12]);
  expect(await told(w)).toEqual([expect.stringMatching(WARNING)]);
  await feed(w, 15, [9]);
  expect(await told(w)).toEqual([expect.stringMatching(WARNING), PENDING]);
  await feed(w, 20, [12]);
  expect(await told(w)).toEqual([expect.stringMatching(WARNING), NOT_CONFIRMED]);
});

it('confirmed it becomes the alert of the limit, and nothing stays pending', async () => {
  const w = await riskWorld();
  await feed(w, 0, [50, 12, 12, 12]);
  await feed(w, 20, [9]);
  await feed(w, 25, [9]);
  const [limit, pending, ...more] = await told(w);
  expect([limit, more]).toEqual(['Minimum cash 9.0 % is under 10.0 %: firing', []]);
  expect(pending).toMatch(/resolved, Confirmed: see BR-/);
});

it('a breach within 24 h of one that cleared is pending at the first sample as any other', async () => {
  const w = await riskWorld();
  await feed(w, 0, [50, 9, 9]);
  await feed(
    w,
    20,
    Array.from({ length: 16 }, () => 50),
  );
  const before = await told(w);
  expect(before).toEqual([expect.stringMatching(/: resolved, .* cleared/)]);
  await feed(w, 1_800, [50, 9]);
  expect(await told(w)).toEqual([...before, PENDING]);
  await feed(w, 1_810, [50, 50]);
  expect(await told(w)).toEqual([...before, NOT_CONFIRMED]);
});
