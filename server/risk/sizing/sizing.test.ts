import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Decimal } from '../../kernel/decimal';
import { availableFor, type Edge, edgeFor, SIZING_POLICY, type SizingInput, sizePosition } from './sizing';

const d = (value: number | string) => new Decimal(value);
const edge = (over: Partial<Edge> = {}): Edge => ({
  trades: 200,
  winRate: d('0.60'),
  meanWin: d(120),
  meanLoss: d(-100),
  source: 'backtest',
  ...over,
});
const input = (over: Partial<SizingInput> = {}): SizingInput => ({
  capital: d(100_000),
  edge: edge(),
  volatility: { kind: 'value', fraction: d('0.01'), observations: 30, source: 'SPX' },
  available: d(100_000),
  ...over,
});
const refusal = (over: Partial<SizingInput>) => {
  const sizing = sizePosition(input(over));
  return sizing.kind === 'cannot-size' ? sizing.code : sizing.kind;
};

describe('the trace', () => {
  it('caps quarter-Kelly at 5 % of capital and names the constraint', () => {
    const sizing = sizePosition(input());
    expect(sizing).toMatchObject({ kind: 'sized', binding: 'cap' });
    expect(sizing.kind === 'sized' && sizing.size.toString()).toBe('5000');
    expect(sizing.trace.map((t) => t.step)).toEqual([
      'capital',
      'full-kelly',
      'kelly',
      'cap',
      'volatility',
      'available',
    ]);
  });
  it('scales by target over realised volatility', () => {
    const sizing = sizePosition(
      input({ volatility: { kind: 'value', fraction: d('0.04'), observations: 30, source: 'x' } }),
    );
    expect(sizing.kind === 'sized' && [sizing.size.toString(), sizing.binding]).toEqual(['2500', 'volatility']);
  });
  it('takes Kelly when it is the smallest, and what is available last', () => {
    const small = edge({ winRate: d('0.46'), meanWin: d(120) });
    expect(sizePosition(input({ edge: small }))).toMatchObject({ binding: 'kelly' });
    expect(sizePosition(input({ available: d(700) }))).toMatchObject({ binding: 'available' });
    const none = sizePosition(input({ available: d(-5) }));
    expect(none.kind === 'sized' && none.size.toString()).toBe('0');
  });
  it('rounds down to the lot, never up', () => {
    const sizing = sizePosition(input({ instrument: { price: d(150), unit: d(2), lot: d(5) } }));
    expect(sizing.kind === 'sized' && [sizing.quantity?.toString(), sizing.size.toString(), sizing.binding]).toEqual([
      '15',
      '4500',
      'cap',
    ]);
    const tiny = sizePosition(input({ instrument: { price: d(6_000), unit: d(1), lot: d(1) } }));
    expect(tiny.kind === 'sized' && [tiny.quantity?.toString(), tiny.binding]).toEqual(['0', 'lot']);
  });
});

describe('cannot size', () => {
  it('Kelly and volatility divisions by zero: no full size on frozen data', () => {
    expect(refusal({ volatility: { kind: 'value', fraction: d(0), observations: 30, source: 'x' } })).toBe(
      'VOLATILITY_ZERO',
    );
    expect(refusal({ edge: edge({ meanLoss: null }) })).toBe('NO_LOSING_TRADE');
    expect(refusal({ edge: edge({ meanLoss: d(0) }) })).toBe('NO_LOSING_TRADE');
  });
  it('a win rate given as 55 instead of 0.55 is refused', () => {
    expect(refusal({ edge: edge({ winRate: d(55) }) })).toBe('WIN_RATE_OUT_OF_RANGE');
    expect(refusal({ edge: edge({ winRate: d('NaN') }) })).toBe('WIN_RATE_OUT_OF_RANGE');
  });
  it('a volatility given as 2.41 instead of 0.0241 is refused', () => {
    const percent = { kind: 'value' as const, fraction: d('2.41'), observations: 30, source: 'x' };
    expect(refusal({ volatility: percent })).toBe('VOLATILITY_OUT_OF_RANGE');
  });
  it('says what is missing: trades, volatility, capital, edge, price', () => {
    expect(refusal({ edge: edge({ trades: 22 }) })).toBe('TOO_FEW_TRADES');
    expect(refusal({ volatility: { kind: 'unknown', reason: '12 of 30 daily returns' } })).toBe('VOLATILITY_UNKNOWN');
    expect(refusal({ volatility: { kind: 'value', fraction: d('NaN'), observations: 30, source: 'x' } })).toBe(
      'VOLATILITY_UNKNOWN',
    );
    expect(refusal({ capital: d(0) })).toBe('NO_CAPITAL');
    expect(refusal({ edge: null })).toBe('NO_EDGE_DATA');
    expect(refusal({ instrument: { price: d(0), unit: d(1), lot: d(1) } })).toBe('PRICE_UNKNOWN');
    expect(refusal({ instrument: { price: null, unit: null, lot: d(1) } })).toBe('PRICE_UNKNOWN');
    expect(refusal({ instrument: { price: d(100), unit: null, lot: d(1) } })).toBe('UNIT_UNKNOWN');
    expect(refusal({ instrument: { price: d(100), unit: d(0), lot: d(1) } })).toBe('UNIT_UNKNOWN');
  });
  it('a negative edge is no edge: 0', () => {
    const sizing = sizePosition(input({ edge: edge({ winRate: d('0.3') }) }));
    expect(sizing).toMatchObject({ kind: 'no-edge' });
    expect(sizing.kind === 'no-edge' && sizing.size.toString()).toBe('0');
    expect(sizePosition(input({ edge: edge({ meanWin: d(0) }) })).kind).toBe('no-edge');
  });
});

describe('properties', () => {
  const share = fc.integer({ min: 1, max: 999 }).map((n) => d(n).div(1000));
  const amount = fc.integer({ min: 1, max: 1_000_000 });
  it('size is at least 0 and never above any cap', () => {
    fc.assert(
      fc.property(
        amount,
        share,
        amount,
        amount,
        share,
        fc.integer({ min: -1000, max: 1_000_000 }),
        amount,
        (capital, p, win, loss, vol, available, price) => {
          const sizing = sizePosition(
            input({
              capital: d(capital),
              edge: edge({ winRate: p, meanWin: d(win), meanLoss: d(loss) }),
              volatility: { kind: 'value', fraction: vol, observations: 30, source: 'x' },
              available: d(available),
              instrument: { price: d(price).div(7), unit: d(1), lot: d(1) },
            }),
          );
          if (sizing.kind !== 'sized') return;
          expect(sizing.size.gte(0)).toBe(true);
          expect(sizing.size.lte(d(capital).mul(SIZING_POLICY.maxPositionFraction))).toBe(true);
          expect(sizing.size.lte(Decimal.max(0, available))).toBe(true);
          expect(sizing.size.lte(d(capital).mul(sizing.fullKelly).mul('0.25'))).toBe(true);
        },
      ),
    );
  });
  it('more volatility never enlarges it', () => {
    fc.assert(
      fc.property(share, share, (a, b) => {
        const [calm, wild] = a.lte(b) ? [a, b] : [b, a];
        const size = (fraction: Decimal) => {
          const sizing = sizePosition(
            input({ volatility: { kind: 'value', fraction, observations: 30, source: 'x' } }),
          );
          return sizing.kind === 'sized' ? sizing.size : d(0);
        };
        expect(size(wild).lte(size(calm))).toBe(true);
      }),
    );
  });
});

describe('what is available', () => {
  const base = {
    cash: d(30_000),
    equity: d(100_000),
    cashFloor: d('0.1'),
    reservations: d(2_000),
    working: d(3_000),
    strategyCapital: d(50_000),
    strategyGrossElsewhere: d(20_000),
    strategyReservations: d(0),
    positionHeadroom: d(99_000),
    ownUse: d(0),
  };
  it('keeps the cash reserve and subtracts reserved and working amounts', () => {
    expect(availableFor(base)).toMatchObject({ binding: 'cash' });
    expect(availableFor(base).amount.toString()).toBe('15000');
  });
  it('adds what this position already uses, and is never below 0', () => {
    expect(availableFor({ ...base, ownUse: d(1_000) }).amount.toString()).toBe('16000');
    expect(availableFor({ ...base, cash: d(0) }).amount.toString()).toBe('0');
  });
});

it('takes the smaller edge of backtest and live once there are 100 live trades', () => {
  const backtest = edge();
  const worse = edge({ winRate: d('0.5'), source: 'live' });
  expect(edgeFor(backtest, { ...worse, trades: 40 })?.source).toBe('backtest');
  expect(edgeFor(backtest, worse)?.source).toBe('live');
  expect(edgeFor(backtest, edge({ winRate: d('0.7'), source: 'live' }))?.source).toBe('backtest');
  expect(edgeFor(edge({ trades: 20 }), worse)?.source).toBe('live');
  expect(edgeFor(edge({ trades: 20 }), { ...worse, trades: 40 })?.trades).toBe(20);
});

it('a hundred live trades without a win are no edge, whatever the backtest says', () => {
  const lost = edge({ trades: 100, winRate: d(0), meanWin: d(0), meanLoss: d(-80), source: 'live' });
  expect(edgeFor(edge(), lost)?.source).toBe('live');
  expect(sizePosition(input({ edge: edgeFor(edge(), lost) }))).toMatchObject({ kind: 'no-edge' });
});
