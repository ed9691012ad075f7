import { expect, it } from 'vitest';
import { Decimal } from '../../kernel/decimal';
import { correlateComplete, pairIndex } from './correlation-matrix';
import { pairsOver } from './correlation-threshold';

it('names the pairs over the threshold, and counts those that are unknown', () => {
  const wave = (k: number) => Float64Array.from({ length: 100 }, (_, i) => Math.sin(i * k));
  const series = [wave(1), wave(2.3), wave(1).map((v) => 2 * v), new Float64Array(100).fill(3)];
  const { over, unknown } = pairsOver(correlateComplete(series), 4, new Decimal('0.7'));
  expect(over.map(({ left, right }) => [left, right])).toEqual([[0, 2]]);
  expect(unknown).toBe(3);
});

it('exactly at the threshold is not over; what rounds to it at twelve places is at it', () => {
  const pairs = new Float64Array(3);
  pairs[pairIndex(0, 1, 3)] = 0.7;
  pairs[pairIndex(0, 2, 3)] = 0.7 + 1e-13;
  pairs[pairIndex(1, 2, 3)] = 0.7 + 2e-12;
  expect(pairsOver(pairs, 3, new Decimal('0.7')).over.map(({ left, right }) => [left, right])).toEqual([[1, 2]]);
});
