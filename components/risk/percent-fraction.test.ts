import { describe, expect, it } from 'vitest';
import { fractionFrom, percentFrom } from './percent-fraction';

describe('per cent as typed', () => {
  it('becomes the exact fraction, without floats', () => {
    expect(['10', '8.5', '0.5', '100', '12,25', ' 7 % '].map(fractionFrom)).toEqual([
      '0.1',
      '0.085',
      '0.005',
      '1',
      '0.1225',
      '0.07',
    ]);
  });
  it('what is no number is null', () => {
    expect(['', 'ten', '-5', '1e2', '1.2.3'].map(fractionFrom)).toEqual([null, null, null, null, null]);
  });
  it('goes back to what is edited', () => {
    expect([percentFrom('0.1'), percentFrom('0.085')]).toEqual(['10', '8.5']);
  });
});
