import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contentHash } from '../../audit/canonical';
import { parseRows } from './batch-rows';
import { hotRow, rowMemo } from './hot-row';
import { contentOf, rowTexts } from './row-content';
import { SnapshotRow } from './snapshot-row';

const decimal = fc.oneof(
  fc.integer({ min: -1e9, max: 1e9 }),
  fc.double({ min: -1e12, max: 1e12, noNaN: true }),
  fc.double({ min: -1e6, max: 1e6, noNaN: true }).map((n) => n.toFixed(10)),
  fc.constantFrom(
    '1',
    '-0',
    '0.0000000001',
    '1e3',
    ' 1',
    '',
    'NaN',
    '1e20',
    '99999999999999999999.123456789',
    null,
    true,
  ),
);
const name = fc.oneof(
  fc.string({ maxLength: 12 }),
  fc.constantFrom('core', ' core ', 'a"b\\c', 'x\u0000y', '\ud800', 'ü€'),
);
const instant = fc.oneof(
  fc
    .date({ min: new Date('2020-01-01'), max: new Date('2030-01-01'), noInvalidDate: true })
    .map((d) => d.toISOString()),
  fc.constantFrom(
    '2026-02-30T00:00:00Z',
    '2026-02-28T24:00:00Z',
    '2026-01-01T00:00:00Z',
    '2026-01-01T00:00:00.1Z',
    '2026-01-01',
    5,
  ),
);
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined, freq: 4 });
const row = fc.record({
  account: name,
  asOf: instant,
  sequence: fc.oneof(fc.nat(), fc.constantFrom(-1, 1.5, '1', 2 ** 53)),
  kind: maybe(fc.constantFrom('live', 'history', 'other')),
  equity: decimal,
  cash: maybe(fc.option(decimal)),
  flows: maybe(
    fc.array(
      fc.oneof(
        decimal,
        decimal.map((amount) => ({ amount })),
      ),
      { maxLength: 2 },
    ),
  ),
  positions: maybe(
    fc.array(
      fc.record({
        strategy: name,
        instrument: name,
        quantity: decimal,
        price: decimal,
        multiplier: maybe(decimal),
        fx: maybe(decimal),
        value: maybe(decimal),
      }),
      { maxLength: 2 },
    ),
  ),
  strategies: maybe(
    fc.array(
      fc.record({
        id: name,
        realised: decimal,
        unrealised: decimal,
        fees: maybe(decimal),
        trades: maybe(fc.oneof(fc.nat(), fc.constant(null), fc.record({ closed: fc.nat(), wins: fc.integer() }))),
      }),
      { maxLength: 2 },
    ),
  ),
  extra: fc.constant('ignored'),
});

describe('a row that is read without the schema', () => {
  it('is what the schema gives, and never one that the schema refuses', () => {
    fc.assert(
      fc.property(fc.oneof(row, fc.anything()), (candidate) => {
        const quick = hotRow(candidate, rowMemo());
        if (quick) expect(quick).toEqual(SnapshotRow.parse(candidate));
      }),
      { numRuns: 250 },
    );
  });

  it('an ordinary row is read so, with what it leaves out', () => {
    const plain = { account: 'main', asOf: '2026-11-19T05:00:00.000Z', sequence: 7, equity: '1000.50' };
    const full = {
      ...plain,
      asOf: '2026-11-19T05:00:00Z',
      cash: 12.5,
      flows: ['-5'],
      positions: [{ strategy: 'core', instrument: 'SPX', quantity: '-3', price: '400.12' }],
      strategies: [{ id: 'core', realised: '1', unrealised: '2', trades: { closed: 4, wins: 2 } }],
    };
    for (const candidate of [plain, full]) {
      expect(hotRow(candidate, rowMemo())).toEqual(SnapshotRow.parse(candidate));
      expect(hotRow(candidate, rowMemo())).toBeDefined();
    }
  });

  it('has the same hash as ever, whatever its names and numbers are', () => {
    fc.assert(
      fc.property(row, (candidate) => {
        const read = SnapshotRow.safeParse(candidate);
        if (!read.success) return;
        const content = contentOf(read.data);
        expect(content.hash).toBe(contentHash(read.data));
        expect(JSON.parse(content.positions)).toEqual(JSON.parse(JSON.stringify(read.data.positions)));
        expect(JSON.parse(content.strategies)).toEqual(JSON.parse(JSON.stringify(read.data.strategies)));
        expect(JSON.parse(content.flows)).toEqual(JSON.parse(JSON.stringify(read.data.flows)));
      }),
      { numRuns: 150 },
    );
  });
});

/** Values in several words (1, '1', '1.0'), and some that are refused. */
const few = fc.constantFrom<unknown>('1', 1, '1.0', '2', '-3.5', '0', 0, -0, undefined, 'NaN');
const word = fc.constantFrom('a', 'b', 'c"', '');
const trades = fc.constantFrom(
  undefined,
  null,
  4,
  { closed: 4, wins: 2 },
  { closed: 4, wins: 3 },
  { closed: 5, wins: 2 },
);
type Change = { held?: object; line?: object };
const change: fc.Arbitrary<Change> = fc.oneof(
  ...(['quantity', 'price', 'multiplier', 'fx'] as const).map((key) =>
    few.map((value) => ({ held: { [key]: value } })),
  ),
  ...(['strategy', 'instrument'] as const).map((key) => word.map((value) => ({ held: { [key]: value } }))),
  ...(['realised', 'unrealised', 'fees'] as const).map((key) => few.map((value) => ({ line: { [key]: value } }))),
  word.map((id) => ({ line: { id } })),
  trades.map((value) => ({ line: { trades: value } })),
);
/** Rows of which each is the one before with one thing changed, as a feed sends them. */
const feed = fc.array(fc.record({ place: fc.nat(1), change }), { minLength: 1, maxLength: 8 }).map((changes) => {
  const positions: object[] = [0, 1].map(() => ({
    strategy: 'a',
    instrument: 'x',
    quantity: '2',
    price: '3',
    fx: '1',
  }));
  const strategies: object[] = [0, 1].map(() => ({
    id: 'a',
    realised: '2',
    unrealised: '3',
    fees: '1',
    trades: { closed: 4, wins: 2 },
  }));
  return [{ place: 0, change: {} }, ...changes].map(({ place, change }) => {
    positions[place] = { ...positions[place], ...change.held };
    strategies[place] = { ...strategies[place], ...change.line };
    const lists = { positions: [...positions], strategies: [...strategies] };
    return { account: 'main', asOf: '2026-11-19T05:00:00.000Z', sequence: 1, equity: '10', ...lists };
  });
});

it('rows of one batch are read and written as each would be alone', () => {
  fc.assert(
    fc.property(feed, (rows) => {
      const [memo, texts] = [rowMemo(), rowTexts()];
      for (const candidate of rows) {
        const read = hotRow(candidate, memo);
        expect(read).toEqual(hotRow(candidate, rowMemo()));
        const parsed = read ?? SnapshotRow.safeParse(candidate).data;
        if (parsed) expect(contentOf(parsed, texts)).toEqual(contentOf(parsed));
      }
    }),
    { numRuns: 300 },
  );
});

it('a name that the database cannot keep is told with its row, and loses no other', () => {
  const fine = { account: 'main', asOf: '2026-11-19T05:00:00Z', sequence: 1, equity: '1' };
  const strategies = [{ id: 'a\u0000', realised: 0, unrealised: 0 }];
  const { rows, refused } = parseRows([fine, { ...fine, sequence: 2, strategies }], new Date('2026-11-20T00:00:00Z'));
  expect(rows).toHaveLength(1);
  expect(refused).toEqual([
    { index: 1, code: 'INVALID', message: 'strategies.0.id: holds a character that cannot be stored' },
  ]);
});

it('a row whose sums no column holds is refused in words, and loses no other', () => {
  const line = { account: 'main', asOf: '2026-01-01T00:00:00Z', sequence: 1, equity: '1', cash: '1' };
  const held = { strategy: 's', instrument: 'X', quantity: '1', price: '1' };
  const g = '9000000000000000000';
  const rows = [
    line,
    { ...line, flows: Array(1_000).fill('9e15') },
    { ...line, positions: [{ ...held, quantity: g, price: g }] },
    { ...line, positions: [{ ...held, multiplier: g, fx: '2000' }] },
    { ...line, equity: '99999999999999999999' },
    { ...line, flows: ['1', '-1'], positions: [{ ...held, quantity: '9e7', price: '-9e7' }] },
  ];
  const { rows: read, refused } = parseRows(rows, new Date('2026-01-01T00:00:01Z'));
  expect(read.map(({ index }) => index)).toEqual([0, 5]);
  expect(refused.map(({ index, message }) => [index, message])).toEqual([
    [1, 'flows: come to more than 1e16'],
    [2, 'positions.0: is worth more than 1e16 by quantity, price and unit'],
    [3, 'positions.0: is worth more than 1e16 by quantity, price and unit'],
    [4, 'equity: is larger than 10000000000000000'],
  ]);
});
