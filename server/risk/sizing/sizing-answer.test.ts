import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type OrderBook, withPromise } from '../../capital/order-book';
import type { OrderFacts } from '../../capital/order-facts';
import { Decimal, ZERO } from '../../kernel/decimal';
import { answerSizing, type SizingInputs, unitOf } from './sizing-answer';
import { SizeForStrategy } from './sizing-request';

const d = (value: number | string) => new Decimal(value);
const now = new Date('2026-11-19T15:00:00Z');
const NONE: OrderBook = new Map();

const held = (quantity: number, over: Record<string, unknown> = {}) => ({
  strategyId: 's1',
  instrument: 'SPX',
  quantity: d(quantity),
  gross: d(Math.abs(quantity) * 100),
  price: d(100),
  unit: d(1),
  ...over,
});
const facts = (over: Partial<OrderFacts> = {}): OrderFacts => ({
  at: now,
  strategyId: 's1',
  tradingState: 'ACTIVE',
  stateReason: '',
  approvedRelease: 'r',
  engine: null,
  data: { isFresh: true, sentence: '' },
  equity: d(1_000_000),
  cash: d(900_000),
  cashFloor: d('0.1'),
  positionLimit: d('0.05'),
  capital: d(500_000),
  positions: [],
  episodes: [],
  pending: [],
  seen: [],
  last: null,
  averageDailyVolume: null,
  volumesEndedOn: null,
  registeredUnit: null,
  recentMessages: 0,
  exitAuthority: 'none',
  ...over,
});
const inputs = (over: Partial<SizingInputs> = {}, of: Partial<OrderFacts> = {}): SizingInputs => ({
  id: 'i',
  currency: 'USD',
  strategy: { id: 's1', name: 'Trend' },
  release: { version: '1', launchNumber: 'L-0001', allocation: '0.5', tranche: 100, sent: d(500_000), scale: d(1) },
  wish: { instrument: 'SPX', side: 'long', assume: {}, reserve: false },
  facts: facts(of),
  book: NONE,
  dataAsOf: now,
  edge: { trades: 400, winRate: d('0.6'), meanWin: d(120), meanLoss: d(-100), source: 'approved backtest' },
  volatility: { kind: 'value', fraction: d('0.01'), observations: 30, source: '2026-11-18' },
  price: { value: d(100), at: now, source: 'newest snapshot' },
  unit: { value: d(1), source: 'registered' },
  lot: { value: d(1), isRegistered: true },
  entry: null,
  ...over,
});
const sizeOf = (view: ReturnType<typeof answerSizing>) => d(view.size ?? 0);

it('names which of cash, capital and position was the least, with every number of it', () => {
  const cash = answerSizing(inputs({}, { cash: d(110_000) }));
  expect(cash).toMatchObject({ binding: 'available', availableBinding: 'cash', size: '10000.00', quantity: '100' });
  const room = answerSizing(inputs({}, { positions: [held(400, { strategyId: 's2' })] }));
  expect(room).toMatchObject({ availableBinding: 'position', size: '10000.00' });
  const other = [held(1, { instrument: 'X', gross: d(492_000) })];
  expect(answerSizing(inputs({}, { positions: other }))).toMatchObject({
    availableBinding: 'capital',
    size: '8000.00',
  });
});
it('what is promised to others is not sized again', () => {
  const book = withPromise(NONE, {
    strategyId: 's2',
    instrument: 'SPX',
    amount: d(45_000),
    quantity: d(450),
    isReducing: false,
  });
  expect(answerSizing(inputs({ book })).size).toBe('5000.00');
});
it('a position is never sized beyond the capital because it is held already', () => {
  const full = answerSizing(inputs({}, { positions: [held(250), held(1, { instrument: 'X', gross: d(475_000) })] }));
  expect(full).toMatchObject({ size: '25000.00' });
  expect(full.inputs.available.amount).toBe('25000.00');
});
it('a short is signed by its quantity and sized by its gross', () => {
  const wish = { instrument: 'SPX', side: 'short' as const, assume: {}, reserve: false };
  expect(answerSizing(inputs({ wish }))).toMatchObject({ size: '25000.00', quantity: '-250' });
});
it('says what stands in the way before it looks at any figure', () => {
  expect(answerSizing(inputs({}, { tradingState: 'HALTED', stateReason: 'E-0001' }))).toMatchObject({
    kind: 'cannot-size',
    code: 'TRADING_HALTED',
    size: null,
    trace: [],
  });
  expect(answerSizing(inputs({ release: null })).code).toBe('NO_CAPITAL');
  expect(answerSizing(inputs({}, { cash: null })).code).toBe('AVAILABLE_UNKNOWN');
  expect(answerSizing(inputs({ price: null })).code).toBe('PRICE_UNKNOWN');
  expect(answerSizing(inputs({ unit: null }))).toMatchObject({
    code: 'UNIT_UNKNOWN',
    size: null,
    inputs: { unit: null },
  });
});
it('a unit is worth the most of what the register and the positions say, and nothing is assumed where neither does', () => {
  const of = (registered: number | null, positions = [held(1, { unit: d(50) })]) =>
    unitOf(
      { registeredUnit: registered === null ? null : d(registered), positions },
      'SPX',
      registered === null ? null : 'registered',
    );
  expect(of(null, [])).toBeNull();
  expect(of(null)).toEqual({ value: d(50), source: 'newest snapshot' });
  expect(of(50)).toEqual({ value: d(50), source: 'registered' });
  expect(of(10)).toEqual({ value: d(50), source: 'newest snapshot' });
  expect(of(60)).toEqual({ value: d(60), source: 'registered' });
});
it('per cent where a fraction is meant is refused, with how it is written', () => {
  const parse = (assume: unknown) =>
    SizeForStrategy.safeParse({ strategyId: '0192a000-0000-7000-8000-00000000dead', instrument: 'X', assume });
  expect(parse({ winRate: '0.54', volatility: 0.0241 }).success).toBe(true);
  const refused = parse({ winRate: 54 });
  expect(refused.error?.issues[0]?.message).toBe('54 is not a fraction between 0 and 1. 54 % is written 0.54.');
  for (const wrong of ['54 %', '54%', 1.01, -0.1, 'x', '']) expect(parse({ winRate: wrong }).success).toBe(false);
});

it('the size is at least 0 and never above any cap, whatever is held, promised and known', () => {
  const amount = fc.integer({ min: 0, max: 2_000_000 });
  const quantity = fc.integer({ min: -900, max: 900 });
  fc.assert(
    fc.property(
      amount,
      amount,
      amount,
      quantity,
      quantity,
      amount,
      fc.integer({ min: 1, max: 900 }),
      (equity, cash, capital, own, theirs, promised, lot) => {
        const book = withPromise(NONE, {
          strategyId: 's2',
          instrument: 'Y',
          amount: d(promised),
          quantity: d(1),
          isReducing: false,
        });
        const positions = [held(own), held(theirs, { strategyId: 's2' })];
        const view = answerSizing(
          inputs(
            { book, lot: { value: d(lot), isRegistered: true } },
            { equity: d(equity), cash: d(cash), capital: d(capital), positions },
          ),
        );
        const size = sizeOf(view);
        const use = Math.abs(own) * 100;
        expect(size.gte(0)).toBe(true);
        expect(size.lte(d(capital).mul('0.05'))).toBe(true);
        expect(size.lte(Decimal.max(0, d(cash).minus(d(equity).mul('0.1')).minus(promised).plus(use)))).toBe(true);
        expect(
          size.lte(
            Decimal.max(
              0,
              d(equity)
                .mul('0.05')
                .minus(Math.abs(theirs) * 100),
            ),
          ),
        ).toBe(true);
        expect(
          d(view.quantity ?? 0)
            .mod(lot)
            .isZero(),
        ).toBe(true);
      },
    ),
  );
});
it('more volatility never enlarges it, nor does a smaller edge', () => {
  const share = fc.integer({ min: 1, max: 999 }).map((n) => d(n).div(1000));
  fc.assert(
    fc.property(share, share, share, share, (a, b, p, q) => {
      const [calm, wild] = a.lte(b) ? [a, b] : [b, a];
      const [less, more] = p.lte(q) ? [p, q] : [q, p];
      const size = (fraction: Decimal, winRate: Decimal) =>
        sizeOf(
          answerSizing(
            inputs({
              volatility: { kind: 'value', fraction, observations: 30, source: 'x' },
              edge: { trades: 400, winRate, meanWin: d(120), meanLoss: d(-100), source: 'x' },
            }),
          ),
        );
      expect(size(wild, more).lte(size(calm, more))).toBe(true);
      expect(size(calm, less).lte(size(calm, more))).toBe(true);
      expect(size(wild, less).gte(ZERO)).toBe(true);
    }),
  );
});
