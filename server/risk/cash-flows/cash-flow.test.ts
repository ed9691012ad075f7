import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Decimal } from '../../kernel/decimal';
import { evaluateAll } from '../ingest/fold';
import { EMPTY_STATE } from '../state';
import { contextWith, rowAt, secondsAfter, T0 } from '../testing/fixtures';
import { flowFault, SAME_FLOW_MS, sameFlow, withFlowsByHand } from './cash-flow';

const flow = (amount: number | string, seconds: number, isSeen = false) => ({
  accountId: 'main',
  amount: new Decimal(amount),
  effectiveAt: secondsAfter(T0, seconds),
  isSeen,
});
const fold = (rows: Parameters<typeof evaluateAll>[1]) => evaluateAll(EMPTY_STATE, rows, contextWith()).state;

test('a flow by hand leaves the same state as one that the snapshot stated: drawdown, loss and mark are neutral', () => {
  const move = fc.integer({ min: -200, max: 200 });
  fc.assert(
    fc.property(
      fc.array(move, { minLength: 4, maxLength: 30 }),
      fc.nat(),
      fc.integer({ min: -30_000, max: 30_000 }),
      (moves, index, amount) => {
        const from = 1 + (index % (moves.length - 1));
        let equity = 100_000;
        const bare = moves.map((by, i) => {
          equity += by + (i === from ? amount : 0);
          return rowAt(secondsAfter(T0, i * 10), equity, i);
        });
        const stated = bare.map((row, i) => (i === from ? { ...row, flows: [new Decimal(amount)] } : row));
        const byHand = withFlowsByHand(bare, [flow(amount, from * 10 - 5)]);
        expect(byHand).toEqual(stated);
        expect(fold(byHand)).toEqual(fold(stated));
      },
    ),
    { numRuns: 40 },
  );
});

test('it counts with the first row of its account from its instant on, once, and not where the state has it', () => {
  const rows = [0, 1, 2].flatMap((i) => [
    rowAt(secondsAfter(T0, i * 10), 100_000, i),
    { ...rowAt(secondsAfter(T0, i * 10), 50_000, i), account: 'second' },
  ]);
  const flowsOf = (...given: ReturnType<typeof flow>[]) =>
    withFlowsByHand(rows, given).flatMap((row) => row.flows.map((f) => [row.account, row.sequence, f.toNumber()]));
  expect(flowsOf(flow(500, 10))).toEqual([['main', 1, 500]]);
  expect(flowsOf(flow(500, 11), flow(-20, 12))).toEqual([
    ['main', 2, 500],
    ['main', 2, -20],
  ]);
  expect(flowsOf(flow(500, -100, true), flow(500, 21))).toEqual([]);
  expect(flowsOf(flow(500, -100)), 'before the fold, and its row came late').toEqual([['main', 0, 500]]);
});

test('a flow of the same amount within a day is the same one', () => {
  const at = (ms: number) => ({
    amount: new Decimal('500.00'),
    at: new Date(T0.getTime() + ms),
    source: 'snapshot' as const,
  });
  expect(sameFlow(flow(500, 0), [at(SAME_FLOW_MS)])?.at).toEqual(at(SAME_FLOW_MS).at);
  expect(sameFlow(flow(500, 0), [at(SAME_FLOW_MS + 1)])).toBeNull();
  expect(sameFlow(flow(-500, 0), [at(0)])).toBeNull();
});

test('a flow lies between snapshots of its account, in its currency, and not long ago', () => {
  const now = secondsAfter(T0, 3_600);
  const place = { currency: 'USD', rows: { first: T0, last: secondsAfter(T0, 3_000) } };
  const fault = (amount: number, seconds: number, currency = 'USD', rows: typeof place.rows | null = place.rows) =>
    flowFault({ ...flow(amount, seconds), currency }, { currency: 'USD', rows }, now)?.field ?? null;
  expect(fault(500, 60)).toBeNull();
  expect([fault(0, 60), fault(500, 60, 'EUR')]).toEqual(['amount', 'currency']);
  expect([fault(500, 0), fault(500, 3_001), fault(500, 3_601), fault(500, 60, 'USD', null)]).toEqual(
    Array.from({ length: 4 }, () => 'effectiveAt'),
  );
  expect(fault(500, -8 * 86_400)).toBe('effectiveAt');
});
