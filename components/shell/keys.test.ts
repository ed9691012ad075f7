import { expect, test } from 'vitest';
import { meaningOf } from './keys';

const at = { afterG: false, isTyping: false, singleKeys: true };
const key = (k: string, more = {}) => ({
  key: k,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  ...more,
});

test('single keys rest while a field has the focus', () => {
  expect(meaningOf(key('t'), { ...at, isTyping: true })).toBeNull();
  expect(meaningOf(key('/'), { ...at, isTyping: true })).toBeNull();
});
test('single keys can be turned off; the palette with a modifier stays', () => {
  expect(meaningOf(key('E'), { ...at, singleKeys: false })).toBeNull();
  expect(meaningOf(key('k', { metaKey: true }), { ...at, singleKeys: false })).toEqual({ kind: 'palette' });
});
test('g then a letter goes to a place, and g then anything else does nothing', () => {
  expect(meaningOf(key('r'), { ...at, afterG: true })).toEqual({ kind: 'go', href: '/risk' });
  expect(meaningOf(key('x'), { ...at, afterG: true })).toBeNull();
});
test('a browser shortcut is never taken', () => {
  expect(meaningOf(key('t', { ctrlKey: true }), at)).toBeNull();
  expect(meaningOf(key('a', { metaKey: true }), at)).toBeNull();
});
test('shift E opens the emergency page', () => {
  expect(meaningOf(key('E', { shiftKey: true }), at)).toEqual({ kind: 'emergency' });
});
