import fc from 'fast-check';
import { expect, test } from 'vitest';
import { admitsEpoch, afterCommand, epochForResend } from './epoch';

const start = { epoch: 5, stopEpoch: 4 };

test('an older epoch is refused, asking and renewing never are', () => {
  expect(admitsEpoch(start, 'set_capital', 4)).toBe(false);
  expect(admitsEpoch(start, 'halt', 4)).toBe(false);
  expect(admitsEpoch(start, 'query', 0)).toBe(true);
  expect(admitsEpoch(start, 'renew_lease', 0)).toBe(true);
});

test('at an equal epoch the stop wins, whichever comes first', () => {
  fc.assert(
    fc.property(
      fc.shuffledSubarray(['halt', 'resume'] as const, { minLength: 2 }),
      fc.integer({ min: 5, max: 99 }),
      (order, epoch) => {
        let memory = start;
        let halted = false;
        for (const type of order) {
          if (!admitsEpoch(memory, type, epoch)) continue;
          memory = afterCommand(memory, type, epoch);
          halted = type === 'halt';
        }
        expect(halted).toBe(true);
      },
    ),
  );
});

test('a resume above the last stop is admitted, and the older stop is then refused', () => {
  const stopped = afterCommand(start, 'halt', 6);
  expect(admitsEpoch(stopped, 'resume', 7)).toBe(true);
  expect(admitsEpoch(afterCommand(stopped, 'resume', 7), 'halt', 6)).toBe(false);
});

test('a stop pressed within the minute is resent once above the engine, an old one or a resume is not', () => {
  const pressedAt = new Date(0);
  const at = (seconds: number, alreadyResent = false) => ({
    pressedAt,
    now: new Date(seconds * 1000),
    engineEpoch: 9,
    sentEpoch: 5,
    alreadyResent,
  });
  expect(epochForResend('halt', at(59))).toBe(10);
  expect(epochForResend('halt', at(60))).toBeNull();
  expect(epochForResend('halt', at(1, true))).toBeNull();
  expect(epochForResend('resume', at(1))).toBeNull();
});

test('an epoch beyond anything the engine can have been sent is not followed', () => {
  const context = { pressedAt: new Date(0), now: new Date(1_000), sentEpoch: 5, alreadyResent: false };
  expect(epochForResend('halt', { ...context, engineEpoch: 1_000_005 })).toBe(1_000_006);
  expect(epochForResend('halt', { ...context, engineEpoch: 1_000_006 })).toBeNull();
  expect(epochForResend('halt', { ...context, engineEpoch: Number.MAX_SAFE_INTEGER })).toBeNull();
});
