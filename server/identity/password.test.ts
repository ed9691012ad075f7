import { describe, expect, test } from 'vitest';
import { hashPassword, passwordFault, passwordFits } from './password';

describe('a new password', () => {
  test('of 64 characters, with spaces, or in any script is taken; nothing is asked of its composition', () => {
    for (const good of [
      `${'abcdefghij'.repeat(6)}wxyz`,
      'correct horse battery staple',
      'ein stiller Hafen im Morgengrauen',
      'тихая гавань на рассвете',
      '夜明けの静かな港を歩いて行く',
      '🦔🦔 und 🐎🐎 im Regen',
    ])
      expect([good, passwordFault(good)]).toEqual([good, null]);
  });

  test('is refused when short, when among the common ones in any case or with digits behind, and when it names the person', () => {
    for (const bad of [
      'short',
      'elevenchars',
      '123456789012',
      'Qwerty123456',
      'motherfucker',
      'leavemealone!!1',
      'aaaaaaaaaaaaaa',
      'Going Live 2026',
    ])
      expect([bad, passwordFault(bad)]).toEqual([bad, expect.any(String)]);
    expect(passwordFault('jane.doe@desk.example', ['jane.doe@desk.example'])).toMatch(/names you/);
    expect(passwordFault('y'.repeat(300))).toMatch(/At most 256/);
  });

  test('is counted in characters, not in bytes', () => {
    expect(passwordFault('🦔🐎🦔🐎🦔🐎')).toMatch(/this has 6/);
  });
});

describe('a stored password', () => {
  test('is argon2id with 19 MiB, two passes, one lane, and its own salt', async () => {
    const [one, two] = [await hashPassword('a quiet harbour'), await hashPassword('a quiet harbour')];
    expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(one).not.toBe(two);
  });

  test('fits the same characters however the keyboard composed them, and nothing else', async () => {
    const stored = await hashPassword('caf\u00e9 at the harbour');
    expect(await passwordFits('cafe\u0301 at the harbour', stored)).toBe(true);
    expect(await passwordFits('cafe at the harbour', stored)).toBe(false);
  });

  test('of nobody never fits, not even the decoy that is hashed in its place', async () => {
    expect(await passwordFits('the password of nobody at all', null)).toBe(false);
    expect(await passwordFits('anything', '!')).toBe(false);
  });
});
