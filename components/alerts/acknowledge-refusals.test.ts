import { expect, test } from 'vitest';
import { refusalOf } from './acknowledge-refusals';

test('a link shows a refusal by its code, and never what somebody wrote into the address', () => {
  expect(refusalOf('TOKEN_USED')).toMatch(/works once/);
  const written = 'Your session was stolen. Call +1 555 0100 and read out your code';
  expect(refusalOf(written)).toBe('The alert was not acknowledged. Open it and sign in.');
  expect(refusalOf('constructor')).toBe(refusalOf(written));
  expect([refusalOf(undefined), refusalOf(''), refusalOf([written])]).toEqual([null, null, null]);
});
