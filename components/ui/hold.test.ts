import { expect, test } from 'vitest';
import { type Hold, type HoldEvent, holdShare, nextHold } from './hold';

const run = (...events: HoldEvent[]) => events.reduce<Hold>(nextHold, { phase: 'rest' });
const press: HoldEvent = { kind: 'press', at: 0, pointers: 1 };

test('a full hold fires once; what comes after changes nothing', () => {
  expect(run(press, { kind: 'full' })).toEqual({ phase: 'sent' });
  expect(run(press, { kind: 'full' }, press, { kind: 'let-go' }, { kind: 'full' })).toEqual({ phase: 'sent' });
});
test('letting go cancels, and a late full does not fire', () => {
  expect(run(press, { kind: 'let-go' }, { kind: 'full' })).toEqual({ phase: 'rest' });
});
test('a second finger cancels', () => {
  expect(run(press, { kind: 'press', at: 9, pointers: 2 }, { kind: 'full' })).toEqual({ phase: 'rest' });
});
test('key repeat does not restart the hold', () => {
  expect(run(press, { kind: 'press', at: 900, pointers: 1 })).toEqual({ phase: 'holding', startedAt: 0 });
});
test('a refused request gives the button back', () => {
  expect(run(press, { kind: 'full' }, { kind: 'refused' })).toEqual({ phase: 'rest' });
});
test('with reduced motion the hold fills in six steps', () => {
  const steps = new Set(Array.from({ length: 101 }, (_, i) => holdShare(i * 15, 1500, true)));
  expect(steps.size).toBe(7);
  expect(holdShare(750, 1500, false)).toBe(0.5);
});
