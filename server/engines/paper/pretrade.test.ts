import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Decimal } from '../../kernel/decimal';
import type { Intent } from './decide';
import {
  askable,
  type Heard,
  PACE_MS,
  provesReducing,
  type Standing,
  silentWaitMs,
  stepAfter,
  wordOf,
} from './pretrade';
import { heardFrom } from './pretrade-wire';
import type { AskMemory, LastWord } from './state';

const d = (value: number) => new Decimal(value);
const START = new Date('2026-11-23T09:00:00.000Z');
const later = (ms: number) => new Date(START.getTime() + ms);
const standing: Standing = { held: d(0), price: d(100), equity: d(1_000_000), standing: '30000 r1 ACTIVE' };
const buy = (quantity: number): Intent => ({ side: 'buy', quantity: d(quantity), price: d(100), isReduceOnly: false });
const sell = (quantity: number): Intent => ({ side: 'sell', quantity: d(quantity), price: d(100), isReduceOnly: true });
const room = { position: '50000', cash: '200000', strategyGross: '30000', volume: null };
const answered = (wish: Partial<Extract<Heard, { kind: 'answered' }>> = {}) => ({
  kind: 'answered' as const,
  decision: 'allow' as const,
  flags: [],
  reasons: [],
  room,
  orderValue: '10000',
  ...wish,
});
const denied = (code: string, left: Partial<LastWord['room']> = {}, flags: string[] = []) =>
  answered({ decision: 'deny', flags, reasons: [{ code, message: `${code}.` }], room: { ...room, ...left } });
const heard = (
  answer: Exclude<Heard, { kind: 'silent' }>,
  quantity: number,
  before: LastWord | null = null,
  now = START,
): AskMemory => ({
  askedAt: now.toISOString(),
  word: wordOf(answer, { order: { quantity: String(quantity) }, standing, before, now }),
});

test('risk is added on an allow and on nothing else', () => {
  const anything: fc.Arbitrary<Heard> = fc.oneof(
    fc.constantFrom<Heard>({ kind: 'silent', why: 'late' }, { kind: 'refused', why: '403' }, denied('POSITION')),
    fc.constant<Heard>(denied('TIME_OUT', {}, ['degraded'])),
    fc.constant<Heard>(answered()),
  );
  fc.assert(
    fc.property(anything, (one) => {
      const isAllowed = one.kind === 'answered' && one.decision === 'allow';
      expect(stepAfter(one, false) === 'send').toBe(isAllowed);
      expect(stepAfter(one, false)).not.toBe('send-unanswered');
    }),
  );
});

test('an exit that the own book proves passes where the check says nothing, and a denial is obeyed all the same', () => {
  expect(stepAfter({ kind: 'silent', why: 'no answer within 250 ms' }, true)).toBe('send-unanswered');
  expect(stepAfter({ kind: 'refused', why: '403' }, true)).toBe('send-unanswered');
  expect(stepAfter(denied('HALTED'), true)).toBe('drop');
  expect(stepAfter(denied('UNAVAILABLE', {}, ['degraded']), true)).toBe('drop');
});

test('an exit is proven against what is held with the exits on their way, and never crosses zero', () => {
  const held = { held: d(10), onTheWay: d(4) };
  expect(provesReducing({ side: 'sell', quantity: d(6) }, held)).toBe(true);
  expect(provesReducing({ side: 'sell', quantity: d(7) }, held)).toBe(false);
  expect(provesReducing({ side: 'buy', quantity: d(1) }, held)).toBe(false);
  expect(provesReducing({ side: 'buy', quantity: d(5) }, { held: d(-5), onTheWay: d(0) })).toBe(true);
  expect(provesReducing({ side: 'sell', quantity: d(1) }, { held: d(0), onTheWay: d(0) })).toBe(false);
});

test('the first order is small, later ones are as large as the check says an order may be, with a margin', () => {
  expect(askable(buy(900), undefined, standing, START)?.toNumber()).toBe(49);
  expect(askable(buy(900), heard(answered(), 49), standing, later(PACE_MS))?.toNumber()).toBe(99);
  const volume = answered({ room: { ...room, volume: '20.5' } });
  expect(askable(buy(90), heard(volume, 49), standing, later(PACE_MS))?.toNumber()).toBe(20);
});

test('one order per side and pace, an exit too', () => {
  expect(askable(buy(10), heard(answered(), 10), standing, later(PACE_MS - 1))).toBeNull();
  expect(askable(sell(10), heard(answered(), 10), { ...standing, held: d(5) }, later(PACE_MS - 1))).toBeNull();
});

test('after a denial nothing is asked until its wait is over, and each further one waits longer', () => {
  let memory = heard(denied('OPEN_BREACH'), 50);
  const waits: number[] = [];
  for (let i = 0; i < 8; i += 1) {
    const at = new Date(memory.word!.askAgainAt);
    const asked = new Date(memory.word!.at);
    waits.push((at.getTime() - asked.getTime()) / 1000);
    expect(
      askable(buy(50), memory, standing, new Date(Math.max(at.getTime() - 1, asked.getTime() + PACE_MS - 1))),
    ).toBeNull();
    expect(askable(buy(50), memory, standing, at)).not.toBeNull();
    memory = heard(denied('OPEN_BREACH'), 50, memory.word, at);
  }
  expect(waits).toEqual([15, 30, 60, 120, 240, 300, 300, 300]);
  expect(wordOf(answered(), { order: { quantity: '1' }, standing, before: memory.word, now: START }).denials).toBe(0);
});

test.each([
  ['other capital, release or state', { standing: '20000 r1 ACTIVE' }],
  ['less is held', { held: d(90) }],
  ['the price moved', { price: d(101) }],
])('a change is asked about before the wait is over: %s', (_, change) => {
  const before = { ...standing, held: d(100) };
  const long = { ...heard(denied('CASH'), 50).word!, held: '100', askAgainAt: later(300_000).toISOString() };
  const memory = { askedAt: START.toISOString(), word: { ...long, reasons: [{ code: 'OPEN_BREACH', message: '' }] } };
  expect(askable(buy(50), memory, before, later(PACE_MS))).toBeNull();
  expect(askable(buy(50), memory, { ...before, ...change }, later(PACE_MS))).not.toBeNull();
});

test('a denial for size is answered with what it said is left, once, and not for less than a tenth', () => {
  const word = {
    ...heard(denied('POSITION', { position: '2020' }), 50).word!,
    askAgainAt: later(60_000).toISOString(),
  };
  const memory = { askedAt: START.toISOString(), word };
  expect(askable(buy(50), memory, standing, later(PACE_MS))?.toNumber()).toBe(20);
  const nothing = { ...memory, word: { ...word, room: { ...word.room, position: '300' } } };
  expect(askable(buy(50), nothing, standing, later(PACE_MS))).toBeNull();
  const mixed = { ...memory, word: { ...word, reasons: [...word.reasons, { code: 'DATA_STALE', message: '' }] } };
  expect(askable(buy(50), mixed, standing, later(PACE_MS))).toBeNull();
  const again = { ...memory, word: { ...word, quantity: '20' } };
  expect(askable(buy(50), again, standing, later(PACE_MS))).toBeNull();
});

test('what an allow left is kept to for a minute, so that a full strategy does not ask in vain', () => {
  const memory = heard(answered({ room: { ...room, strategyGross: '0.00' } }), 50);
  expect(askable(buy(50), memory, standing, later(PACE_MS))).toBeNull();
  expect(askable(buy(50), memory, standing, later(60_000))).not.toBeNull();
});

test('a denial for want of facts is tried again sooner than one for a reason', () => {
  const at = (memory: AskMemory) => Date.parse(memory.word!.askAgainAt) - START.getTime();
  expect(at(heard(denied('TIME_OUT', {}, ['degraded']), 50))).toBe(1_000);
  expect(at(heard(denied('POSITION'), 50))).toBe(15_000);
  expect([1, 2, 3, 6, 60].map((tries) => silentWaitMs(tries))).toEqual([1_000, 2_000, 4_000, 30_000, 30_000]);
  expect(silentWaitMs(1, 12_000)).toBe(12_000);
});

const body = (wish: Record<string, unknown> = {}) => ({
  decision: 'allow',
  clientOrderId: 'o-1',
  flags: [],
  reasons: [],
  headroom: { position: '1', cash: '1', strategyGross: '1', orderValue: '1', volume: null, messages: 9 },
  reservation: null,
  ...wish,
});

test('only an answer that is understood whole and names the order is one', () => {
  const from = (status: number, text: unknown, retryAfter: string | null = null) =>
    heardFrom('o-1', { status, body: text, retryAfter });
  expect(from(200, body())).toMatchObject({ kind: 'answered', decision: 'allow', orderValue: '1' });
  expect(from(200, body({ clientOrderId: 'o-2' })).kind).toBe('silent');
  expect(from(200, body({ decision: 'ALLOW' })).kind).toBe('silent');
  expect(from(200, { decision: 'allow' }).kind).toBe('silent');
  expect(from(503, { title: 'UNAVAILABLE' })).toMatchObject({ kind: 'silent', why: '503 UNAVAILABLE' });
  expect(from(429, {}, '3')).toMatchObject({ kind: 'silent', waitMs: 3_000 });
  expect(from(302, null).kind).toBe('silent');
  expect(from(403, { detail: 'The API key lacks the scope orders:check.' })).toEqual({
    kind: 'refused',
    why: '403 The API key lacks the scope orders:check.',
  });
});
