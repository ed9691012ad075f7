import { expect, it } from 'vitest';
import { Decimal } from '../../kernel/decimal';
import type { AccountRow } from '../samples';
import { heldMarks } from './held-marks';

const now = new Date('2026-11-19T15:04:30Z');
const sample = (
  secondsAgo: number,
  prices: Record<string, number>,
  over: Partial<AccountRow> = {},
  suspect = false,
) => ({
  suspect,
  row: {
    ...{ account: 'a', sequence: 1, kind: 'live', equity: new Decimal(1), cash: null, flows: [], strategies: [] },
    asOf: new Date(now.getTime() - secondsAgo * 1_000),
    positions: Object.entries(prices).map(([instrument, price]) => ({
      ...{ strategy: 's', instrument, quantity: new Decimal(1), price: new Decimal(price) },
      ...{ multiplier: new Decimal(1), fx: new Decimal(1) },
    })),
    ...over,
  } as AccountRow,
});
const texts = (samples: Parameters<typeof heldMarks>[0], marked = new Map<string, number>()) =>
  heldMarks(samples, marked, now).marks.map((m) => `${m.instrument} ${m.minute.slice(14, 16)} ${Number(m.price)}`);

it('keeps the first price of each minute and instrument of the last 5 minutes', () => {
  const samples = [sample(301, { X: 1 }), sample(70, { X: 2, Y: 3 }), sample(65, { X: 4 }), sample(5, { X: 5, Y: 0 })];
  expect(texts(samples)).toEqual(['X 03 2', 'Y 03 3', 'X 04 5']);
});

it('two accounts give their own instruments in the same minute', () => {
  expect(texts([sample(3, { X: 1 }), sample(2, { X: 2, Y: 3 }, { account: 'b' })])).toEqual(['X 04 1', 'Y 04 3']);
});

it('a suspect sample, history and a minute that was marked give none; one ahead of the clock counts as now', () => {
  expect(texts([sample(3, { X: 1 }, {}, true), sample(2, { X: 2 }, { kind: 'history' })])).toEqual([]);
  const { minutes } = heldMarks([sample(3, { X: 1 })], new Map(), now);
  expect(texts([sample(1, { X: 2 })], minutes)).toEqual([]);
  const [ahead] = heldMarks([sample(-40, { X: 1 })], new Map(), now).marks;
  expect(ahead).toMatchObject({ at: now.toISOString(), minute: '2026-11-19T15:04:00.000Z' });
});
