import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Outcome } from './checks';
import { runSideBySide } from './tally';

const lines: string[] = [];
beforeEach(() => {
  lines.length = 0;
  vi.spyOn(console, 'log').mockImplementation((line: string) => void lines.push(line));
});
afterEach(() => vi.restoreAllMocks());

const outcome = (passed: number, failed = 0, output = ''): Outcome => ({ passed, failed, notes: [], output });

test('parts that run side by side wait for none of the others, and are told in the order given', async () => {
  let release = (_: Outcome) => {};
  const first = new Promise<Outcome>((settle) => (release = settle));
  const tally = await runSideBySide([
    { name: 'first', run: () => first },
    {
      name: 'second',
      // The first ends only once the second has begun: one after the other this would never end.
      run: async () => {
        release(outcome(1));
        return outcome(2);
      },
    },
  ]);
  expect(tally).toEqual({ passed: 3, failed: 0 });
  expect(lines.map((line) => line.trim().split(/\s+/)[0])).toEqual(['first', 'second']);
});

test('a part that breaks is a failure that is shown, and the others count', async () => {
  const broken = () => Promise.reject(new Error('no such tool'));
  const tally = await runSideBySide([
    { name: 'broken', run: broken },
    { name: 'fine', run: async () => outcome(4) },
  ]);
  expect(tally).toEqual({ passed: 4, failed: 1 });
  expect(lines.join()).toContain('no such tool');
});
