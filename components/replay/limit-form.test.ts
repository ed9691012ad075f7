import { expect, test } from 'vitest';
import { limitsFromTyped, typedDefaults } from './limit-form';

test('what is typed in per cent is taken to the last digit', () => {
  const typed = { ...typedDefaults(), drawdown: '5.1', dailyLoss: '12', position: '0.05', cash: '0' };
  const read = limitsFromTyped(typed);
  expect('limits' in read && Object.entries(read.limits).map(([name, limit]) => [name, limit.toString()])).toEqual([
    ['drawdown', '0.051'],
    ['dailyLoss', '0.12'],
    ['position', '0.0005'],
    ['correlation', '0.7'],
    ['cash', '0'],
  ]);
});

test('each wrong field has its own words', () => {
  const read = limitsFromTyped({
    ...typedDefaults(),
    drawdown: '',
    dailyLoss: '101',
    position: '0',
    correlation: '70',
  });
  expect(read).toEqual({
    problems: {
      drawdown: 'A number of per cent, such as 10.',
      dailyLoss: 'At most 100.',
      position: 'It must be above 0.',
      correlation: 'At most 1.',
    },
  });
});
