import { expect, test } from 'vitest';
import { keyState, newKey, prefixOfKey } from './api-key-format';

test('a key tells its prefix, and a mistyped one nothing', () => {
  for (let i = 0; i < 50; i++) {
    const { key, prefix } = newKey();
    expect(prefixOfKey(key)).toBe(prefix);
    const at = 3 + Math.floor((i / 50) * (key.length - 3));
    const wrong = key.slice(0, at) + (key[at] === 'a' ? 'b' : 'a') + key.slice(at + 1);
    expect(prefixOfKey(wrong)).toBeNull();
  }
  for (const bad of ['', 'gl_', 'gl_abc_def', 'Bearer x', `${newKey().key} `, newKey().key.toUpperCase()])
    expect(prefixOfKey(bad)).toBeNull();
});

test('the state of a key: revoked before expired before waiting before ending soon', () => {
  const now = new Date('2026-11-20T00:00:00Z');
  const day = (n: number) => new Date(now.getTime() + n * 86_400_000);
  const key = { revokedAt: null, expiresAt: day(90), approvedAt: day(-1) };
  expect(keyState(key, now)).toBe('active');
  expect(keyState({ ...key, expiresAt: day(13) }, now)).toBe('expires-soon');
  expect(keyState({ ...key, approvedAt: null }, now)).toBe('awaiting-approval');
  expect(keyState({ ...key, approvedAt: null, expiresAt: now }, now)).toBe('expired');
  expect(keyState({ ...key, expiresAt: day(-1), revokedAt: day(-2) }, now)).toBe('revoked');
});
