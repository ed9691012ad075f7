import { expect, test } from 'vitest';
import { ALL_PLACES, placeOf } from './navigation';

test('an address belongs to its nearest place', () => {
  expect(placeOf('/')?.key).toBe('overview');
  expect(placeOf('/risk/replay')?.key).toBe('risk');
  expect(placeOf('/launches/42/checklist')?.key).toBe('launches');
  expect(placeOf('/nowhere')).toBeUndefined();
});
test('no two places share a key', () => {
  const keys = ALL_PLACES.flatMap((place) => place.go ?? []);
  expect(new Set(keys).size).toBe(keys.length);
});
