import { expect, test } from 'vitest';
import { copyField, copyJson } from './copy-line';

test('a field of COPY keeps what would end it or its line', () => {
  expect(copyField('a\tb\\c\r\nd')).toBe('a\\tb\\\\c\\r\\nd');
  expect(copyField(null)).toBe('\\N');
  expect(copyField('')).toBe('');
});

test('a field of JSON is the same field, whatever its strings hold', () => {
  for (const value of ['plain', 'a\tb\\c\r\nd"', '\u2028']) {
    expect(copyJson(JSON.stringify([value]))).toBe(copyField(JSON.stringify([value])));
  }
});
