import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Decimal, ZERO } from '../kernel/decimal';
import { NewOrder } from './order';
import { type OrderBook, promisedIn, withoutPromise, withPromise } from './order-book';
import { decideOrder } from './order-decision';
import type { OrderFacts } from './order-facts';

const d = (value: number | string) => new Decimal(value);
const now = new Date('2026-11-19T15:00:00Z');
const ago = (ms: number) => new Date(now.getTime() - ms);
const RELEASE = 'sha256:a';

const order = (over: Record<string, unknown> = {}) =>
  NewOrder.parse({
    strategy: 'trend',
    clientOrderId: 'o-1',
    instrument: 'SPX',
    side: 'buy',
    quantity: 50,
    multiplier: 1,
    type: 'limit',
    limitPrice: 100,
    reference: { price: 100, asOf: now.toISOString() },
    ...over,
  });
const facts = (over: Partial<OrderFacts> = {}): OrderFacts => ({
  at: now,
  strategyId: 's1',
  tradingState: 'ACTIVE',
  stateReason: '',
  approvedRelease: RELEASE,
  engine: { release: RELEASE, silentMs: 4_000 },
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
const held = (quantity: number, over: Record<string, unknown> = {}) => ({
  strategyId: 's1',
  instrument: 'SPX',
  quantity: d(quantity),
  gross: d(Math.abs(quantity) * 100),
  price: d(100),
  unit: d(1),
  ...over,
});
const NONE: OrderBook = new Map();
const codes = (over: Partial<OrderFacts>, asked = order(), book = NONE) =>
  decideOrder(asked, facts(over), book).reasons.map((r) => r.code);

describe('new risk', () => {
  it('passes when everything is known and within', () => {
    expect(decideOrder(order(), facts(), NONE)).toMatchObject({ decision: 'allow', reasons: [], isReducing: false });
  });
  it('exactly at the position limit passes, one step over it does not', () => {
    // 4,995.004995… x 1.001 is just under 5,000 less what is held.
    const most = facts({ positions: [held(449, { strategyId: 's2', gross: d('44995') })] });
    expect(decideOrder(order(), most, NONE).decision).toBe('allow');
    const over = facts({ positions: [held(449, { strategyId: 's2', gross: d('44995.01') })] });
    expect(decideOrder(order(), over, NONE).reasons).toEqual([
      { code: 'POSITION', message: 'Position SPX 5.000001 % exceeds 5.000000 %' },
    ]);
  });
  it('counts shorts in full and nets nothing between strategies', () => {
    const against = [held(-480, { strategyId: 's2' })];
    expect(codes({ positions: against })).toEqual(['POSITION']);
  });
  it('keeps the cash reserve, less what is promised, and the proceeds of shorts add nothing', () => {
    expect(codes({ cash: d(105_005) })).toEqual([]);
    expect(codes({ cash: d(105_004) })).toEqual(['CASH']);
    const short = order({ side: 'sell' });
    expect(codes({ cash: d(105_004) }, short)).toEqual(['CASH']);
    const promised = withPromise(NONE, {
      strategyId: 's9',
      instrument: 'X',
      amount: d(1),
      quantity: d(1),
      isReducing: false,
    });
    expect(codes({ cash: d(105_005) }, order(), promised)).toEqual(['CASH']);
  });
  it('lets gross drift to 102 % of capital and no new order above it', () => {
    expect(codes({ capital: d('4906.86') })).toEqual(['STRATEGY_GROSS']);
    expect(codes({ capital: d('4906.87') })).toEqual([]);
  });
  it('what is unknown is a reason against: equity, cash, capital, release, engine, price', () => {
    expect(codes({ equity: null })).toEqual(['EQUITY_UNKNOWN']);
    expect(codes({ equity: d(-5) })).toEqual(['EQUITY_UNKNOWN']);
    expect(codes({ cash: null })).toEqual(['CASH_UNKNOWN']);
    expect(codes({ capital: null })).toEqual(['STRATEGY_CAPITAL_UNKNOWN']);
    expect(codes({ approvedRelease: null })).toEqual(['NO_RELEASE']);
    expect(codes({ engine: null })).toEqual(['DIGEST_UNKNOWN']);
    expect(codes({ engine: { release: RELEASE, silentMs: 30_001 } })).toEqual(['DIGEST_UNKNOWN']);
    expect(codes({}, order({ reference: null }))).toEqual(['REFERENCE_UNKNOWN']);
    expect(codes({}, order({ reference: { price: 100, asOf: ago(5_001).toISOString() } }))).toEqual([
      'REFERENCE_UNKNOWN',
    ]);
  });
  it('keeps the price within 5 % of a young reference and 10 % of the last five minutes', () => {
    expect(codes({}, order({ limitPrice: 105 }))).toEqual([]);
    expect(codes({}, order({ limitPrice: '105.01' }))).toEqual(['PRICE_COLLAR']);
    expect(codes({}, order({ limitPrice: '94.99' }))).toEqual(['PRICE_COLLAR']);
    expect(codes({ seen: [{ price: d(90), at: ago(200_000) }] })).toEqual(['PRICE_MOVED']);
    expect(codes({ seen: [{ price: d(90), at: ago(300_001) }] })).toEqual([]);
  });
  it('takes the price of the house where it is young, and the stated one only without it', () => {
    const market = order({ type: 'market', limitPrice: null, reference: { price: 100, asOf: now.toISOString() } });
    const price = (at: Date) => decideOrder(market, facts({ seen: [{ price: d(104), at }] }), NONE).price?.toString();
    expect(price(ago(5_000))).toBe('105.04');
    expect(price(ago(5_001))).toBe('101');
  });
  it('a stated reference lies within 10 % of the last price the house knows, however old that is', () => {
    const stated = (price: number) => order({ limitPrice: price, reference: { price, asOf: now.toISOString() } });
    const last = { price: d(100), at: ago(86_400_000) };
    expect([110, 90].map((price) => codes({ last }, stated(price)))).toEqual([[], []]);
    expect(
      codes(
        { last },
        order({ quantity: 10, limitPrice: '110.01', reference: { price: '110.01', asOf: now.toISOString() } }),
      ),
    ).toEqual(['REFERENCE_BOUND']);
    expect(codes({ last }, stated(50))).toEqual(['REFERENCE_BOUND']);
    expect(codes({}, stated(50))).toEqual([]);
    // A price of the house needs no bound: it is what bounds.
    expect(codes({ last, seen: [{ price: d(50), at: ago(1_000) }] }, stated(50))).toEqual([]);
  });
  it('a reference from more than a second to come is refused', () => {
    const from = (ms: number) => order({ reference: { price: 100, asOf: ago(-ms).toISOString() } });
    expect(codes({}, from(1_000))).toEqual([]);
    expect(codes({}, from(1_001))).toEqual(['REFERENCE_FUTURE']);
    expect(codes({ seen: [{ price: d(100), at: now }] }, from(1_001))).toEqual(['REFERENCE_FUTURE']);
  });
  it('a unit under 1 that only the order states is unknown, and what the order would hold is reckoned with 1', () => {
    const small = order({ multiplier: '0.01' });
    expect(codes({}, small)).toEqual(['UNIT_UNKNOWN']);
    expect(codes({}, order({ fx: '0.5' }))).toEqual(['UNIT_UNKNOWN']);
    expect(decideOrder(small, facts(), NONE).asked.toString()).toBe('5005');
    expect(codes({ registeredUnit: d('0.01') }, small)).toEqual([]);
    expect(codes({ positions: [held(1, { strategyId: 's2', unit: d('0.01') })] }, small)).toEqual([]);
  });
  it('a unit that nobody states is unknown, and never taken for 1', () => {
    const bare = order({ multiplier: null });
    expect(codes({}, bare)).toEqual(['UNIT_UNKNOWN']);
    expect(codes({}, order({ multiplier: null, fx: 1 }))).toEqual([]);
    expect(codes({ registeredUnit: d(1) }, bare)).toEqual([]);
    expect(codes({ positions: [held(1, { strategyId: 's2' })] }, bare)).toEqual([]);
  });
  it('keeps the order under 1 % of equity and 5 % of the volume where that is known', () => {
    expect(codes({}, order({ quantity: 100 }))).toEqual([]);
    expect(codes({}, order({ quantity: 101 }))).toEqual(['ORDER_VALUE']);
    expect(codes({ averageDailyVolume: d(1000) })).toEqual([]);
    expect(codes({ averageDailyVolume: d(999) })).toEqual(['VOLUME']);
  });
  it('is stopped by a state, an open breach, a first sample beyond a limit, and the eleventh message', () => {
    expect(codes({ tradingState: 'HALTED' })).toEqual(['HALTED']);
    expect(codes({ tradingState: 'REDUCING' })).toEqual(['REDUCING']);
    expect(codes({ episodes: ['BR-0001: Drawdown 12.3 % exceeds 10.0 %'], pending: ['x'] })).toEqual([
      'OPEN_BREACH',
      'PENDING_BREACH',
    ]);
    expect(codes({ recentMessages: 9 })).toEqual([]);
    expect(codes({ recentMessages: 10 })).toEqual(['MESSAGE_RATE']);
  });
  it('takes the most that one unit of price can be worth, whatever the order says', () => {
    expect(codes({ registeredUnit: d(50) }, order({ multiplier: 1 }))).toEqual(['POSITION', 'ORDER_VALUE']);
  });
  it('a market order is held against the reference and reserved 1 % above it', () => {
    const market = order({ type: 'market', limitPrice: null });
    expect(decideOrder(market, facts(), NONE).amount.toString()).toBe('5055.05');
  });
});

describe('an exit', () => {
  const sell = (quantity: number, over = {}) => order({ side: 'sell', quantity, reference: null, ...over });
  it('passes whatever else is wrong, and is flagged', () => {
    const wrong: Partial<OrderFacts> = {
      positions: [held(100)],
      equity: null,
      cash: null,
      capital: null,
      engine: null,
      approvedRelease: null,
      data: { isFresh: false, sentence: 'old' },
      episodes: ['x'],
      recentMessages: 99,
      tradingState: 'REDUCING',
    };
    expect(decideOrder(sell(100), facts(wrong), NONE)).toMatchObject({
      decision: 'allow',
      flags: ['reduce-only', 'stale-position'],
    });
  });
  it('never crosses zero, counting exits on their way; a short is bought back', () => {
    const book = withPromise(NONE, {
      strategyId: 's1',
      instrument: 'SPX',
      amount: ZERO,
      quantity: d(60),
      isReducing: true,
    });
    const mine = facts({ positions: [held(100)] });
    expect(decideOrder(sell(40), mine, book).flags).toEqual(['reduce-only']);
    expect(decideOrder(sell(41, { reduceOnly: true }), mine, book).reasons.map((r) => r.code)).toEqual([
      'NOT_REDUCING',
      'REFERENCE_UNKNOWN',
    ]);
    expect(decideOrder(order({ quantity: 100 }), facts({ positions: [held(-100)] }), NONE).isReducing).toBe(true);
  });
  it('another strategy holding the instrument proves nothing', () => {
    expect(decideOrder(sell(10), facts({ positions: [held(100, { strategyId: 's2' })] }), NONE).isReducing).toBe(false);
  });
});

describe('properties', () => {
  const ask = fc.record({
    strategy: fc.constantFrom('a', 'b', 'c'),
    instrument: fc.constantFrom('X', 'Y'),
    quantity: fc.integer({ min: 1, max: 120 }),
    price: fc.integer({ min: 1, max: 200 }),
    release: fc.boolean(),
  });
  it('whatever is asked in whatever order, what is promised never exceeds a limit', () => {
    fc.assert(
      fc.property(fc.array(ask, { maxLength: 60 }), fc.integer({ min: 100_000, max: 160_000 }), (asks, cash) => {
        let book = NONE;
        const open: Parameters<typeof withPromise>[1][] = [];
        for (const a of asks) {
          const asked = order({
            strategy: a.strategy,
            instrument: a.instrument,
            quantity: a.quantity,
            limitPrice: a.price,
            reference: { price: a.price, asOf: now.toISOString() },
          });
          const decided = decideOrder(
            asked,
            facts({ strategyId: a.strategy, cash: d(cash), capital: d(60_000) }),
            book,
          );
          if (decided.decision === 'allow') {
            const promise = {
              ...a,
              strategyId: a.strategy,
              amount: decided.amount,
              quantity: d(a.quantity),
              isReducing: false,
            };
            book = withPromise(book, promise);
            open.push(promise);
          }
          const gone = a.release ? open.shift() : undefined;
          if (gone) book = withoutPromise(book, gone);
          const sum = open.reduce((total, p) => total.plus(p.amount), ZERO);
          expect(promisedIn(book).eq(sum)).toBe(true);
          expect(promisedIn(book).lte(Math.max(0, cash - 100_000))).toBe(true);
          for (const instrument of ['X', 'Y']) expect(promisedIn(book, { instrument }).lte(50_000)).toBe(true);
          for (const strategyId of ['a', 'b', 'c']) expect(promisedIn(book, { strategyId }).lte(61_200)).toBe(true);
        }
      }),
    );
  });
  it('a larger order is never allowed where a smaller one was denied', () => {
    const size = fc.integer({ min: 1, max: 2_000 });
    fc.assert(
      fc.property(size, size, fc.integer({ min: 0, max: 400 }), (a, b, position) => {
        const [small, large] = [Math.min(a, b), Math.max(a, b)];
        const given = facts({ positions: [held(position, { strategyId: 's2' })] });
        const may = (quantity: number) => decideOrder(order({ quantity }), given, NONE).decision === 'allow';
        expect(may(large) && !may(small)).toBe(false);
      }),
    );
  });
});
