import { expect, test } from 'vitest';
import { noticeOf, type Seen, TELEMETRY_EVERY_MS, type Told } from './notice';

const calm: Seen = { words: 'drawdown within', equity: 1_000_000, utilisation: { drawdown: 0.31, cash: null } };
const told: Told = { atMs: 10_000, seen: calm };
const after = (ms: number, seen: Partial<Seen> = {}) => noticeOf(told, { ...calm, ...seen }, told.atMs + ms);

test('the first sample of a portfolio, and the first after a while, is told at once', () => {
  expect(noticeOf(undefined, calm, 0)).toEqual({ kind: 'now' });
  expect(after(TELEMETRY_EVERY_MS)).toEqual({ kind: 'now' });
});

test('values that move a little wait for the next telling, and none is left untold', () => {
  expect(after(100, { equity: 1_000_400 })).toEqual({ kind: 'later', inMs: TELEMETRY_EVERY_MS - 100 });
  expect(after(TELEMETRY_EVERY_MS - 1, { utilisation: { drawdown: 0.32, cash: null } })).toEqual({
    kind: 'later',
    inMs: 1,
  });
});

test('a state, a limit two points fuller, or 0.1 % of equity is told at once', () => {
  expect(after(10, { words: 'drawdown soft' })).toEqual({ kind: 'now' });
  expect(after(10, { utilisation: { drawdown: 0.33, cash: null } })).toEqual({ kind: 'now' });
  expect(after(10, { utilisation: { drawdown: 0.31, cash: 0.5 } })).toEqual({ kind: 'now' });
  expect(after(10, { equity: 998_900 })).toEqual({ kind: 'now' });
});

test('many small moves add up to one that is told', () => {
  expect(after(10, { utilisation: { drawdown: 0.32, cash: null } }).kind).toBe('later');
  expect(after(20, { utilisation: { drawdown: 0.3301, cash: null } }).kind).toBe('now');
});
