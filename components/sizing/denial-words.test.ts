import { expect, it } from 'vitest';
import { leftWords } from './denial-words';

const headroom = {
  ...{ position: '44995.00', cash: null, strategyGross: '0.00', orderValue: '10000.00' },
  ...{ volume: '49', messages: 0 },
};

it('says what was left under the limit that a reason names, and nothing where nobody knew or no amount is meant', () => {
  const words = (code: string) => leftWords(code, headroom, 'USD');
  expect(words('POSITION')).toMatch(/44,995\.00.* left/);
  expect(words('STRATEGY_GROSS')).toMatch(/0\.00.* left/);
  expect(words('ORDER_VALUE')).toMatch(/^at most .*10,000\.00/);
  expect(words('VOLUME')).toBe('at most 49 units');
  expect(words('MESSAGE_RATE')).toBe('0 more orders in that second');
  expect([words('CASH'), words('HALTED')]).toEqual([null, null]);
});
