import { expect, test } from 'vitest';
import { parseDecimal } from './decimal';

test('a number that would fill the memory when written out is no number', () => {
  for (const text of ['1e900000000', '-1e900000000', '1e-900000000', 'Infinity', 'NaN', 'x', '', null])
    expect(parseDecimal(text)).toBeNull();
  for (const text of ['0', '-0.1', '1e20', '5e-324']) expect(parseDecimal(text)?.eq(text)).toBe(true);
});
