import { expect, test } from 'vitest';
import { isStuck, type OpeningCommand, openingOf, troubleKey } from './opening';

const NOW = new Date('2026-11-20T15:00:00Z');
const command = (over: Partial<OpeningCommand> = {}): OpeningCommand => ({
  id: 'c',
  engineId: 'e',
  engineName: 'eu-1',
  portfolioId: 'p',
  type: 'resume',
  state: 'unknown',
  attempts: 2,
  error: 'No answer within 5 s.',
  createdAt: new Date(NOW.getTime() - 90_000),
  ...over,
});

test('an engine that does not answer is waited for a minute, then late, and never taken for open', () => {
  const at = (ageMs: number) => openingOf(command({ createdAt: new Date(NOW.getTime() - ageMs) }), NOW);
  expect(at(59_999).standing).toBe('waiting');
  expect(at(60_000).standing).toBe('late');
  expect(at(60_000).sentence).toContain('unknown. No answer within 5 s. Asked again with the same key.');
});

test('a refusal is stuck at once, with the reason of the engine', () => {
  const refused = openingOf(command({ state: 'failed', error: 'venue is closed', createdAt: NOW }), NOW);
  expect(refused).toMatchObject({
    standing: 'failed',
    sentence: 'eu-1 was told to trade again and did not: venue is closed',
  });
  expect(isStuck(refused)).toBe(true);
  expect(openingOf(command({ state: 'failed', error: null }), NOW).sentence).toContain('it gave no reason');
});

test('what was confirmed or replaced is not waited for', () => {
  for (const state of ['confirmed', 'superseded'] as const)
    expect(isStuck(openingOf(command({ state }), NOW))).toBe(false);
});

test('trouble is told once, and anew when it comes back after being sent again', () => {
  const first = openingOf(command({ state: 'failed' }), NOW);
  expect(troubleKey(openingOf(command({ state: 'failed', attempts: 9 }), NOW))).toBe(troubleKey(first));
  expect(troubleKey(openingOf(command({ state: 'failed', createdAt: NOW }), NOW))).not.toBe(troubleKey(first));
});
