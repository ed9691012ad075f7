import { expect, test } from 'vitest';
import { returnPath } from './return-path';

test('after signing in one lands inside the product, whatever the address said', () => {
  expect(returnPath('/risk?window=1d')).toBe('/risk?window=1d');
  for (const from of [
    'https://evil.example',
    '//evil.example',
    '/\\evil.example',
    '/\t/evil.example',
    '/\n/evil.example',
    '/.//evil.example',
    '/risk/..//evil.example',
    'risk',
    '/login?from=/risk',
    null,
    undefined,
    '',
  ])
    expect(returnPath(from)).toBe('/');
});
