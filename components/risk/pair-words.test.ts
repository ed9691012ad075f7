import { expect, test } from 'vitest';
import { noPairText, unknownPairReason } from './pair-words';

test('a series that did not move is not told as missing days', () => {
  expect(unknownPairReason(12)).toBe('12 of 60 common days');
  expect(unknownPairReason(60)).toBe('60 common days, but one of the two did not move');
  expect(noPairText(3, [12, 40, 0])).toBe('No pair of 3 strategies has 60 common days.');
  expect(noPairText(3, [12, 60, 0])).toBe('No pair of 3 strategies has 60 common days in which both moved.');
});
