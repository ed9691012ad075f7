import { expect, test } from 'vitest';
import { isTouched, topicOf } from './topics';

const key = [['risk', 'limits'], { type: 'query' }];

test('a hint refetches the queries of its router and no others', () => {
  expect(topicOf(key)).toBe('risk');
  expect(isTouched(key, new Set(['risk']))).toBe(true);
  expect(isTouched(key, new Set(['alerts']))).toBe(false);
});
test('after a reconnection everything is asked again', () => {
  expect(isTouched(key, new Set(['all']))).toBe(true);
});
test('the overview follows what it summarises', () => {
  expect(isTouched([['overview', 'strip']], new Set(['alerts']))).toBe(true);
});
test('a query of another kind is left alone', () => {
  expect(isTouched(['own'], new Set(['all']))).toBe(false);
});
