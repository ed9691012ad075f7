import { Decimal, ONE, sumOf, ZERO } from '../../kernel/decimal';
import { numberText } from '../../kernel/format';
import { grossOf, type Position } from '../measures';

/** One position with where it should end: a target, never a delta, so that sending it twice changes nothing more. */
export type Target = { strategy: string; instrument: string; from: Decimal; to: Decimal };

/** The lot an instrument is registered with; null where nobody registered one. */
export type LotSize = (instrument: string) => Decimal | null;

/** The smallest step that was taken for a lot, since none is registered. */
export type AssumedLot = { instrument: string; lot: Decimal };

/** What a proposed action would do, frozen when it is proposed. Amounts in account currency. */
export type Proposal =
  | {
      kind: 'reduce-positions';
      share: Decimal;
      targets: Target[];
      oneLot: string[];
      capitalFactor: Decimal;
      assumedLots?: AssumedLot[];
    }
  | { kind: 'reduce-position'; instrument: string; targets: Target[]; excess: Decimal; assumedLots?: AssumedLot[] }
  | {
      kind: 'raise-cash';
      shortfall: Decimal;
      /** The cash there is with it; absent in one proposed by an earlier version. */
      to?: Decimal;
      /** What had been paid in, net, when it was proposed; absent in one proposed by an earlier version. */
      flow?: Decimal;
    }
  | { kind: 'cut-capital'; strategy: string; share: Decimal; pair: [string, string]; because: string };

export const CUT_SHARE = new Decimal('0.20');

/** Floors a magnitude to whole lots; a lot of 0 or less means no lots. */
export function floorToLot(quantity: Decimal, lot: Decimal): Decimal {
  if (lot.lte(0)) return quantity;
  return quantity.div(lot).floor().mul(lot);
}

/**
 * The lot of what is held: the registered one. Where none is, whole units for whole quantities and else the decimals the
 * quantities have, since a fraction that is held could be bought; a larger guess would cut nothing or sell everything.
 */
function lotsFor(held: readonly Holding[], lotOf: LotSize) {
  const assumed: AssumedLot[] = [];
  const lots = new Map<string, Decimal>();
  for (const instrument of new Set(held.map((p) => p.instrument))) {
    const own = held.filter((p) => p.instrument === instrument).map((p) => p.quantity.decimalPlaces());
    const registered = lotOf(instrument);
    const lot = registered ?? new Decimal(10).pow(-Math.max(...own));
    lots.set(instrument, lot);
    if (!registered) assumed.push({ instrument, lot });
  }
  const said = assumed.length > 0 ? { assumedLots: assumed } : {};
  return { lotIn: (instrument: string) => lots.get(instrument) ?? ONE, said };
}

type Holding = Pick<Position, 'strategy' | 'instrument' | 'quantity'>;

/**
 * What each strategy holds of each instrument, in the order met: an engine is given one target for it, however many
 * accounts it lies in. Nothing is left out but what adds up to none.
 */
function holdingsOf(positions: readonly Position[]): Holding[] {
  const held = new Map<string, Holding>();
  for (const { strategy, instrument, quantity } of positions) {
    const key = `${strategy}|${instrument}`;
    held.set(key, { strategy, instrument, quantity: (held.get(key)?.quantity ?? ZERO).plus(quantity) });
  }
  return [...held.values()].filter((h) => !h.quantity.isZero());
}

const towardZero = (position: Holding, magnitude: Decimal): Target => ({
  strategy: position.strategy,
  instrument: position.instrument,
  from: position.quantity,
  to: position.quantity.isNegative() ? magnitude.neg() : magnitude,
});

/**
 * The 20 % cut: every position to floor-to-lot of 80 % of its size, quantities frozen now. Positions of one lot cannot be
 * cut by a part and are listed. Capital shrinks with it, else the strategy would buy it back.
 */
export function cutPositions(positions: readonly Position[], lotOf: LotSize, share = CUT_SHARE): Proposal {
  const keep = new Decimal(1).minus(share);
  const held = holdingsOf(positions);
  const { lotIn, said } = lotsFor(held, lotOf);
  const oneLot = held.filter((p) => p.quantity.abs().lte(lotIn(p.instrument)));
  const targets = held
    .filter((p) => !oneLot.includes(p))
    .map((p) => towardZero(p, floorToLot(p.quantity.abs().mul(keep), lotIn(p.instrument))));
  const left = oneLot.map((p) => p.instrument);
  return { kind: 'reduce-positions', share, targets, oneLot: left, capitalFactor: keep, ...said };
}

/** Down to the limit: each strategy's share of the instrument shrinks by the same factor, floored to the lot. */
export function cutToLimit(
  positions: readonly Position[],
  instrument: string,
  limit: Decimal,
  equity: Decimal,
  lotOf: LotSize,
): Proposal {
  const own = positions.filter((p) => p.instrument === instrument);
  const held = holdingsOf(own);
  const { lotIn, said } = lotsFor(held, lotOf);
  const gross = sumOf(own.map(grossOf));
  const allowed = Decimal.max(0, equity.mul(limit));
  const factor = gross.lte(allowed) || gross.isZero() ? new Decimal(1) : allowed.div(gross);
  return {
    kind: 'reduce-position',
    instrument,
    targets: held.map((p) => towardZero(p, floorToLot(p.quantity.abs().mul(factor), lotIn(instrument)))),
    excess: Decimal.max(ZERO, gross.minus(allowed)),
    ...said,
  };
}

/** The shortfall to the cash floor in money, with the net `flow` until now; the engine or a person chooses what to sell. */
export function raiseCash(cash: Decimal, floor: Decimal, equity: Decimal, flow: Decimal): Proposal {
  const shortfall = Decimal.max(ZERO, equity.mul(floor).minus(cash));
  return { kind: 'raise-cash', shortfall, to: cash.plus(shortfall), flow };
}

/** Names the pair and cuts the side with the smaller Sharpe by 20 %; on a tie the younger. Null Sharpe counts smallest. */
export function diversify(
  a: { strategy: string; name: string; sharpe: number | null; since: Date },
  b: { strategy: string; name: string; sharpe: number | null; since: Date },
): Proposal {
  const edge = (side: { sharpe: number | null }) => side.sharpe ?? Number.NEGATIVE_INFINITY;
  const tie = edge(a) === edge(b);
  const cut = tie ? (a.since > b.since ? a : b) : edge(a) < edge(b) ? a : b;
  const keep = cut === a ? b : a;
  const say = (value: number | null) => (value === null ? 'unknown' : numberText(value));
  const because = tie
    ? `Both have the same edge (${say(cut.sharpe)}); ${cut.name} is the younger.`
    : `It has the smaller edge: ${say(cut.sharpe)} against ${say(keep.sharpe)} of ${keep.name}.`;
  return { kind: 'cut-capital', strategy: cut.strategy, share: CUT_SHARE, pair: [a.strategy, b.strategy], because };
}
