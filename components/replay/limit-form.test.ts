import { expect, test } from 'vitest';
import type { ReplaySet } from '@/server/risk/replay/replay-sets';
import { limitsFromTyped, typedDefaults, typedIn, typedOver } from './limit-form';

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

const END = '2026-11-30T00:00:00.000Z';
const texts = {
  drawdown: '0.15',
  dailyLoss: '0.051',
  position: '0.0025',
  correlation: '0.7',
  cash: '0',
  instruments: {},
  until: {},
};
const sets: ReplaySet[] = [
  {
    id: 'in-force',
    name: 'In force, v3',
    limits: { '': { ...texts, drawdown: '0.1', instruments: { ETF: '0.9' }, until: { ETF: END } }, s: texts },
  },
];

test('a version fills the fields for the history that is chosen, its overrides included', () => {
  const chosen = { source: 'in-force', typed: typedDefaults() };
  expect(typedIn(chosen, sets, '')).toEqual({
    drawdown: '10',
    dailyLoss: '5.1',
    position: '0.25',
    correlation: '0.7',
    cash: '0',
    instruments: { ETF: '90' },
    until: { ETF: END },
  });
  expect(typedIn(chosen, sets, 's')).toMatchObject({ drawdown: '15', instruments: {} });
  expect(typedIn(chosen, sets, 'of another time').drawdown).toBe('10');
  expect(typedIn({ source: 'own', typed: { ...typedDefaults(), drawdown: '7' } }, sets, 's').drawdown).toBe('7');
  expect(typedIn({ source: 'defaults', typed: { ...typedDefaults(), drawdown: '7' } }, sets, 's').drawdown).toBe('10');
});

test('the limit of an instrument is read as typed, named when wrong, and left out when emptied', () => {
  const read = limitsFromTyped({ ...typedDefaults(), instruments: { ETF: '92.5', KO: ' ' } });
  expect(
    'limits' in read && Array.from(read.limits.instruments ?? [], ([name, hard]) => [name, hard.toString()]),
  ).toEqual([['ETF', '0.925']]);
  expect(limitsFromTyped({ ...typedDefaults(), instruments: { ETF: '190' } })).toEqual({
    problems: { instruments: { ETF: 'At most 100.' } },
  });
});

test('the limit of an instrument that is typed over ends no more', () => {
  const typed = typedIn({ source: 'in-force', typed: typedDefaults() }, sets, '');
  expect(typedOver(typed, 'ETF', '80')).toEqual({ instruments: { ETF: '80' }, until: {} });
  expect(typedOver(typed, 'KO', '10')).toEqual({ instruments: { ETF: '90', KO: '10' }, until: { ETF: END } });
});
