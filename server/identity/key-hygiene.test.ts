import { expect, test } from 'vitest';
import { keyFaults } from './key-hygiene';

const NOW = new Date('2026-11-19T15:00:00Z');
const days = (n: number) => new Date(NOW.getTime() + n * 86_400_000);
const demand = { maximumDaysValid: 366, unusedDays: 90, maximumScopes: 4 };
const key = { name: 'ci', scopes: ['runbook:write'], createdAt: days(-10), expiresAt: days(80), lastUsedAt: days(-1) };

test('a narrow key that ends and is used has no fault', () => {
  expect(keyFaults(key, demand, NOW)).toEqual([]);
});

test('too many scopes, too long a life and disuse are each said', () => {
  expect(keyFaults({ ...key, scopes: ['a', 'b', 'c', 'd', 'e'] }, demand, NOW)[0]?.fault).toContain('5 scopes');
  expect(keyFaults({ ...key, expiresAt: days(400) }, demand, NOW)[0]?.fault).toContain('410 d');
  expect(
    keyFaults({ ...key, createdAt: days(-91), expiresAt: days(5), lastUsedAt: null }, demand, NOW)[0]?.fault,
  ).toContain('91 d');
});
