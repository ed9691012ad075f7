import { expect, test } from 'vitest';
import type { Role } from '@/server/kernel/actor';
import { restrictScopes } from './restrict-scopes';

const strategies = [
  { id: 'own', ownerId: 'me' },
  { id: 'other', ownerId: 'else' },
];
const offered = (role: Role, portfolioId: string | null = null) => {
  const found = restrictScopes({ id: 'me', grants: [{ role, portfolioId }] }, 'p', strategies);
  return [found.whole, ...found.strategies.map(({ id }) => id)];
};

test('a quant is offered own strategies only, never the whole portfolio', () => {
  expect(offered('quant')).toEqual([false, 'own']);
  expect(offered('quant', 'p')).toEqual([false, 'own']);
  expect(offered('quant', 'another')).toEqual([false]);
});

test('who may restrict everything is offered everything, who may not is offered nothing', () => {
  for (const role of ['engineer', 'risk-officer', 'manager', 'board'] as const)
    expect(offered(role)).toEqual([true, 'own', 'other']);
  for (const role of ['viewer', 'admin'] as const) expect(offered(role)).toEqual([false]);
});
