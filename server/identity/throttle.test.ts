import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FAILURES_IN_WINDOW, LOCK_MS, spendAttempt, type ThrottleState, WINDOW_MS } from './throttle';

const START = Date.parse('2026-11-20T08:00:00Z');

function guess(gapsMs: number[]): { at: number; allowed: boolean }[] {
  let state: ThrottleState | null = null;
  let at = START;
  return gapsMs.map((gap) => {
    at += gap;
    const attempt = spendAttempt(state, new Date(at));
    if (attempt.allowed) state = attempt.next;
    return { at, allowed: attempt.allowed };
  });
}

test('however guesses are spaced, no six within five minutes are looked at, and a full five are followed by a pause', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 4 * 60_000 }), { maxLength: 200 }), (gaps) => {
      const looked = guess(gaps).filter(({ allowed }) => allowed);
      looked.forEach(({ at }, index) => {
        const fifth = looked[index + FAILURES_IN_WINDOW - 1];
        const sixth = looked[index + FAILURES_IN_WINDOW];
        if (!fifth || !sixth) return;
        expect(sixth.at - at).toBeGreaterThanOrEqual(WINDOW_MS);
        if (fifth.at - at < WINDOW_MS) expect(sixth.at - fifth.at).toBeGreaterThanOrEqual(LOCK_MS);
      });
    }),
  );
});

test('four at the end of one window and four at the start of the next are eight, not four and four', () => {
  const tries = guess([0, 295_000, 1000, 1000, 6000, 1000, 1000]);
  expect(tries.map(({ allowed }) => allowed)).toEqual([true, true, true, true, true, true, false]);
});

test('the fifth try in five minutes is still looked at and leaves the factor locked for fifteen', () => {
  const tries = guess([0, 1000, 1000, 1000, 1000, 1000, LOCK_MS - 2000, 1000]);
  expect(tries.map(({ allowed }) => allowed)).toEqual([true, true, true, true, true, false, false, true]);
});

test('a hundred wrong in a row lock for good, and never more are looked at, however slow', () => {
  const looked = guess(Array.from({ length: 400 }, () => LOCK_MS + 1)).filter(({ allowed }) => allowed);
  expect(looked).toHaveLength(100);
});
