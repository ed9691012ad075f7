import { expect, test } from 'vitest';
import { ROUTES } from '../testing/access-table';
import { routeLabel } from './metrics';

test('each of our routes has a label', () => {
  for (const route of Object.keys(ROUTES)) {
    const label = routeLabel(`/api/${route.replaceAll('[...nextauth]', 'session').replaceAll(/\[\w+\]/g, 'x')}?y=1`);
    expect(`/api/${route}`.startsWith(label), `${route}: ${label}`).toBe(true);
  }
  expect(routeLabel('/api/v1/snapshots?x')).toBe('/api/v1/snapshots');
  expect([routeLabel('/login'), routeLabel('/_next/static/a.js')]).toEqual(['page', '_next']);
});

test('made-up paths make no labels of their own', () => {
  const paths = Array.from({ length: 300 }, (_, i) => [
    `/api/v1/q${i}z`,
    `/api/q${i}`,
    `/api/cron/q${i}`,
    `/q${i}`,
    `/api/health/q${i}`,
  ]);
  expect(new Set(paths.flat().map(routeLabel))).toEqual(new Set(['unknown', '/api/cron', 'page']));
  expect(routeLabel('/api/constructor')).toBe('unknown');
});
