import { expect, test } from 'vitest';
import { retryDelayMs, settle } from './delivery';
import type { ReplyMessage } from './messages';
import type { EngineAnswer } from './port';

const createdAt = new Date('2026-11-20T08:00:00Z');
const command = { type: 'halt' as const, attempts: 1, createdAt, epoch: 8, epochResent: false };
const at = { now: new Date('2026-11-20T08:00:10Z'), jitter: 0 };
const answered = (result: ReplyMessage['result'], epoch = 9): EngineAnswer => ({
  kind: 'answered',
  tookMs: 3,
  reply: { to: 'reply', echo: 'n', id: 'c', result, epoch, report: {} as never },
});

test('no answer is unknown and is asked after; no connection stays pending', () => {
  expect(settle(command, { kind: 'unknown', why: 'No answer in 5 s.' }, at)).toMatchObject({
    state: 'unknown',
    nextInMs: 1000,
  });
  expect(settle(command, { kind: 'not-sent', why: 'No connection.' }, at)).toMatchObject({ state: 'pending' });
});

test('done is confirmed, accepted is asked after, failed says why', () => {
  expect(settle(command, answered('done'), at)).toMatchObject({ state: 'confirmed', nextInMs: null });
  expect(settle(command, answered('accepted'), at)).toMatchObject({ state: 'accepted', nextInMs: 1000 });
  expect(settle(command, answered('failed'), at)).toMatchObject({ state: 'failed' });
});

test('a stop refused as stale goes once more above the epoch of the engine', () => {
  expect(settle(command, answered('stale-epoch'), at)).toMatchObject({ state: 'pending', epoch: 10, nextInMs: 0 });
  expect(settle({ ...command, epochResent: true }, answered('stale-epoch'), at)).toMatchObject({ state: 'failed' });
  expect(settle({ ...command, type: 'set_capital' }, answered('stale-epoch'), at)).toMatchObject({ state: 'failed' });
});

test('retries slow down to one a minute and end after a day', () => {
  expect([1, 2, 3, 9].map((n) => retryDelayMs(n, 0))).toEqual([1000, 2000, 4000, 60000]);
  expect(retryDelayMs(1, 1)).toBe(750);
  const late = { now: new Date('2026-11-21T09:00:00Z'), jitter: 0 };
  expect(settle(command, { kind: 'unknown', why: 'No answer.' }, late)).toMatchObject({
    state: 'failed',
    nextInMs: null,
  });
});
