import { TRPCClientError } from '@trpc/client';
import { expect, test } from 'vitest';
import { splitRefusal } from './server-error';

const refusal = (message: string, fields?: Record<string, string[]>) =>
  TRPCClientError.from({ error: { message, code: -32600, data: { domainCode: 'INVALID', fields } } });
const formWith =
  (...names: string[]) =>
  (name: string) =>
    names.includes(name) ? name : undefined;
const split = (error: unknown, ...names: string[]) => {
  const { fields, root } = splitRefusal(error, formWith(...names));
  return { fields: Object.fromEntries(fields), root };
};

test('a message lands on the field that the form has', () => {
  expect(split(refusal('Some fields need another look.', { reason: ['Say why.'] }), 'reason')).toEqual({
    fields: { reason: 'Say why.' },
    root: 'Some fields need another look.',
  });
});

test('a message about what the form does not ask is told in words above the buttons', () => {
  const error = refusal('Some fields need another look.', {
    assume: ['Give a fraction.'],
    strategyId: ['Choose one.'],
  });
  expect(split(error, 'strategyId')).toEqual({
    fields: { strategyId: 'Choose one.' },
    root: 'Some fields need another look. Assume: Give a fraction.',
  });
});

test('a nested name is told in words, not put under a field that only looks like it', () => {
  expect(split(refusal('Not so.', { 'rows.0.softTier': ['Too high.'] }), 'rows').root).toBe(
    'Not so. Rows 0 soft tier: Too high.',
  );
});

test('what the refusal says already is not said twice', () => {
  expect(split(refusal('Name the person first.', { personId: ['Name the person first.'] }))).toEqual({
    fields: {},
    root: 'Name the person first.',
  });
});

test('several messages of an unknown name are all told, the same one once', () => {
  expect(split(refusal('Not so.', { edits: ['Too high.', 'Too low.', 'Too high.'] })).root).toBe(
    'Not so. Edits: Too high. Too low.',
  );
});

test('a name of the server reaches the field that asks it under another name', () => {
  const { fields } = splitRefusal(refusal('Not so.', { durationMs: ['Give seconds.'] }), (name) =>
    name === 'durationMs' ? 'seconds' : undefined,
  );
  expect([...fields]).toEqual([['seconds', 'Give seconds.']]);
});

test('a refusal without fields and trouble on the line leave every field alone', () => {
  expect(split(refusal('Somebody signed before you.'), 'reason')).toEqual({
    fields: {},
    root: 'Somebody signed before you.',
  });
  expect(split(new TypeError('Failed to fetch'), 'reason').fields).toEqual({});
});
