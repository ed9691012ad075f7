import { expect, test } from 'vitest';
import { sessionState } from './session-state';
import { tokenHash } from './tokens';

const now = new Date('2026-11-20T08:00:00Z');
const ago = (ms: number) => new Date(now.getTime() - ms);
const row = {
  tokenHash: tokenHash('current'),
  previousTokenHash: tokenHash('previous'),
  rotatedAt: ago(10_000),
  lastInputAt: ago(60_000),
  expiresAt: ago(-3_600_000),
  revokedAt: null,
};
const state = (change: Partial<typeof row> | { revokedAt: Date }, token = 'current') =>
  sessionState({ ...row, ...change }, tokenHash(token), now);

test('a session lives by its current token, and for a short grace by the one before', () => {
  expect(state({})).toBe('live');
  expect(state({}, 'previous')).toBe('live');
  expect(state({ rotatedAt: ago(31_000) }, 'previous')).toBe('ended');
  expect(state({}, 'another')).toBe('ended');
});

test('it is locked after 30 minutes without input, and ended at its hour or when revoked', () => {
  expect(state({ lastInputAt: ago(30 * 60_000) })).toBe('live');
  expect(state({ lastInputAt: ago(30 * 60_000 + 1) })).toBe('locked');
  expect(state({ expiresAt: now })).toBe('ended');
  expect(state({ revokedAt: ago(1) })).toBe('ended');
});
