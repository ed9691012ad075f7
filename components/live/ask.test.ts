import { QueryClient, QueryObserver } from '@tanstack/react-query';
import { expect, test } from 'vitest';
import { askAgain } from './ask';

const riskKey = [['risk', 'limits'], { type: 'query' }];

/** A page that shows one query of `risk`, whose answers come when they are given. */
function page() {
  const cache = new QueryClient();
  const answers: ((value: string) => void)[] = [];
  const queryFn = () => new Promise<string>((resolve) => answers.push(resolve));
  const stop = new QueryObserver(cache, { queryKey: riskKey, queryFn }).subscribe(() => {});
  return { cache, answers, stop };
}
const turn = () => new Promise((next) => setImmediate(next));

test('a query that rests is asked once, and nothing is left', async () => {
  const { cache, answers, stop } = page();
  answers[0]?.('first');
  await turn();
  const asked = askAgain(cache)(new Set(['risk']));
  await turn();
  answers[1]?.('second');
  expect(await asked).toEqual([]);
  expect(cache.getQueryData(riskKey)).toBe('second');
  stop();
});

test('a query under way is not cut off and not asked twice at once; its topic is given back', async () => {
  const { cache, answers, stop } = page();
  const asked = askAgain(cache)(new Set(['risk']));
  await turn();
  expect(answers).toHaveLength(1);
  answers[0]?.('from before the change');
  expect(await asked).toEqual(['risk']);
  stop();
});

test('queries of other topics are left alone', async () => {
  const { cache, answers, stop } = page();
  answers[0]?.('first');
  await turn();
  expect(await askAgain(cache)(new Set(['alerts']))).toEqual([]);
  expect(answers).toHaveLength(1);
  stop();
});
