import { expect, test } from 'vitest';
import { carriesBearer } from './bearer';
import { bucketOf } from './bucket';

test('every instant of a bucket names its beginning in UTC', () => {
  const at = (text: string) => bucketOf(new Date(text), 60);
  expect(at('2026-03-29T01:00:00.000Z')).toBe('2026-03-29T01:00:00.000Z');
  expect(at('2026-03-29T01:00:59.999Z')).toBe('2026-03-29T01:00:00.000Z');
  expect(at('2026-03-29T01:01:00.000Z')).toBe('2026-03-29T01:01:00.000Z');
});

test('only the whole secret passes as a bearer, and an empty one never does', () => {
  expect(carriesBearer('Bearer s3cret', 's3cret')).toBe(true);
  for (const header of [null, '', 'Bearer', 'Bearer ', 'Bearer s3cre', 'Bearer s3cret2', 's3cret', 'Basic s3cret']) {
    expect(carriesBearer(header, 's3cret'), String(header)).toBe(false);
    expect(carriesBearer(header, ''), String(header)).toBe(false);
  }
});
