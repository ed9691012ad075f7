import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { isSealedByOlderKey, open, reseal, seal } from './secret-box';

const key = (id: string) => `${id}:${randomBytes(32).toString('base64')}`;
const [OLD, NEW] = [key('k1'), key('k2')];
const place = { table: 'people', id: '0192-1', column: 'totp_secret_box' };
const before = process.env.SECRETS_KEYS;

beforeEach(() => {
  process.env.SECRETS_KEYS = OLD;
});
afterEach(() => {
  process.env.SECRETS_KEYS = before;
});

test('a secret comes back from its own row and column, and two boxes of it differ', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (secret) => {
      const box = seal(secret, place);
      expect(open(box, place)).toBe(secret);
      expect(seal(secret, place)).not.toBe(box);
    }),
  );
});

test('two boxes exchanged between rows, columns or tables open nowhere', () => {
  const box = seal('JBSWY3DPEHPK3PXP', place);
  for (const other of [{ id: '0192-2' }, { column: 'secret_box' }, { table: 'channels' }])
    expect(() => open(box, { ...place, ...other })).toThrow(/cannot be read/);
});

test('one changed byte anywhere, a cut box and a box of nothing are refused', () => {
  const box = seal('JBSWY3DPEHPK3PXP', place);
  const [version, id, body] = box.split('.') as [string, string, string];
  const bytes = Buffer.from(body, 'base64url');
  bytes.forEach((_, at) => {
    const changed = Buffer.from(bytes);
    changed[at]! ^= 1;
    expect(() => open(`${version}.${id}.${changed.toString('base64url')}`, place)).toThrow(/cannot be read/);
  });
  for (const bad of ['', 'v1.k1.', 'v2.k1.AAAA', `v1.unknown.${body}`, box.slice(0, -8)])
    expect(() => open(bad, place)).toThrow(/cannot be read/);
});

test('keys rotate: old, then new and old, then new alone', () => {
  const box = seal('secret of an engine', place);
  process.env.SECRETS_KEYS = `${NEW},${OLD}`;
  expect(open(box, place)).toBe('secret of an engine');
  expect(isSealedByOlderKey(box)).toBe(true);
  const moved = reseal(box, place);
  expect(reseal(moved, place)).toBe(moved);
  process.env.SECRETS_KEYS = NEW;
  expect(open(moved, place)).toBe('secret of an engine');
  expect(() => open(box, place)).toThrow(/cannot be read/);
});

test('without a usable key nothing is sealed, and the error says which setting', () => {
  process.env.SECRETS_KEYS = 'k1:c2hvcnQ=';
  expect(() => seal('x', place)).toThrow(/SECRETS_KEYS/);
});
