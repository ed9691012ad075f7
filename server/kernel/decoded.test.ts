import { expect, test } from 'vitest';
import { decoded } from './decoded';

test('what is not percent-encoded text is null, and everything else what was meant', () => {
  expect(['%E0%A4%A', '%', '%zz'].map(decoded)).toEqual([null, null, null]);
  expect(['', 'a%2Fb', 'caf%C3%A9', 'plain'].map(decoded)).toEqual(['', 'a/b', 'caf\u00e9', 'plain']);
});
