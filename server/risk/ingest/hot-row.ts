import { Decimal, ONE, parseDecimal, ZERO } from '../../kernel/decimal';
import { plainDecimal } from '../../kernel/decimal-words';
import { isStorable } from '../../kernel/storable-text';
import { MONEY, type Precision, QUANTITY, type SnapshotRow } from './snapshot-row';

type Raw = Record<string, unknown>;
type Position = SnapshotRow['positions'][number];
type Line = SnapshotRow['strategies'][number];

/** Decimals that repeat from row to row (quantities, multipliers, rates, fees), made once in a batch. */
export type DecimalMemo = Map<string | number, Decimal>;
/**
 * What one row shares with the next: `names` that were looked at and are fine, and at each place of a list what was read
 * there last, since a feed says the same of a position row after row but for its price.
 */
export type RowMemo = {
  money: DecimalMemo;
  quantity: DecimalMemo;
  names: Set<string>;
  positions: { raw: Raw; read: Position }[];
  strategies: { raw: Raw; read: Line }[];
};
/** A multiplier or rate of 1 that is stated is the one that stands for none: products with it are left out. */
export const rowMemo = (): RowMemo => ({
  names: new Set(),
  positions: [],
  strategies: [],
  money: new Map(),
  quantity: new Map<string | number, Decimal>([
    ['1', ONE],
    [1, ONE],
  ]),
});

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{3})?Z$/;

/**
 * The row of an unknown value, where it is plainly well-formed: what `SnapshotRow` gives for it, an order of magnitude
 * sooner. Undefined for everything else, a row that is fine but unusual as well as a bad one: the schema decides then.
 */
export function hotRow(candidate: unknown, memo: RowMemo): SnapshotRow | undefined {
  // A margin account is for the schema, which says what of its cash counts.
  if (!isObject(candidate) || candidate.margin !== undefined) return undefined;
  const { account, sequence, kind = 'live' } = candidate;
  if (!isName(account, memo) || !isCount(sequence) || (kind !== 'live' && kind !== 'history')) return undefined;
  const asOf = instantOf(candidate.asOf);
  const equity = decimalOf(candidate.equity, MONEY);
  const cash = candidate.cash === undefined || candidate.cash === null ? null : decimalOf(candidate.cash, MONEY);
  const flows = listOf(candidate.flows, 1_000, memo, flowOf);
  const positions = listOf(candidate.positions, 5_000, memo, positionOf);
  const strategies = listOf(candidate.strategies, 1_000, memo, lineOf);
  // The schema adds up several flows.
  if (flows && flows.length > 1) return undefined;
  if (!asOf || !equity || cash === undefined || !flows || !positions || !strategies) return undefined;
  return { account, asOf, sequence, kind, equity, cash, flows, positions, strategies };
}

const flowOf = (raw: unknown): Decimal | undefined => decimalOf(raw, MONEY);

function positionOf(raw: unknown, memo: RowMemo, place: number): Position | undefined {
  // A stated value is rare enough for the schema.
  if (!isObject(raw) || raw.value !== undefined) return undefined;
  const price = decimalOf(raw.price, QUANTITY);
  if (!price) return undefined;
  const before = memo.positions[place];
  const read = before && isSameHolding(before.raw, raw) ? { ...before.read, price } : holdingOf(raw, price, memo);
  if (!read) return undefined;
  const { quantity, multiplier, fx } = read;
  // Each is under ten to its exponent and one: what may be worth too much is multiplied out by the schema.
  if (quantity.e + price.e + multiplier.e + fx.e > 11) return undefined;
  memo.positions[place] = { raw, read };
  return read;
}

/** A zero and a negative one are two: the content of a row keeps the sign. */
const isSameHolding = (a: Raw, b: Raw): boolean =>
  a.instrument === b.instrument &&
  a.strategy === b.strategy &&
  Object.is(a.quantity, b.quantity) &&
  Object.is(a.multiplier, b.multiplier) &&
  Object.is(a.fx, b.fx);

function holdingOf({ strategy, instrument, ...raw }: Raw, price: Decimal, memo: RowMemo): Position | undefined {
  if (!isName(strategy, memo) || !isName(instrument, memo)) return undefined;
  const quantity = decimalOf(raw.quantity, QUANTITY, memo.quantity);
  const multiplier = raw.multiplier === undefined ? ONE : decimalOf(raw.multiplier, QUANTITY, memo.quantity);
  const fx = raw.fx === undefined ? ONE : decimalOf(raw.fx, QUANTITY, memo.quantity);
  if (!quantity || !multiplier || !fx) return undefined;
  return { strategy, instrument, quantity, price, multiplier, fx };
}

function lineOf(raw: unknown, memo: RowMemo, place: number): Line | undefined {
  if (!isObject(raw)) return undefined;
  const unrealised = decimalOf(raw.unrealised, MONEY);
  const trades = raw.trades === undefined ? null : tradesOf(raw.trades);
  if (!unrealised || trades === undefined) return undefined;
  const before = memo.strategies[place];
  const read =
    before && isSameLine(before.raw, raw)
      ? { ...before.read, unrealised, trades }
      : statedOf(raw, unrealised, trades, memo);
  if (read) memo.strategies[place] = { raw, read };
  return read;
}

const isSameLine = (a: Raw, b: Raw): boolean =>
  a.id === b.id && Object.is(a.realised, b.realised) && Object.is(a.fees, b.fees);

function statedOf(raw: Raw, unrealised: Decimal, trades: Line['trades'], memo: RowMemo): Line | undefined {
  const { id } = raw;
  if (!isName(id, memo)) return undefined;
  const realised = decimalOf(raw.realised, MONEY, memo.money);
  const fees = raw.fees === undefined ? ZERO : decimalOf(raw.fees, MONEY, memo.money);
  return realised && fees && { id, realised, unrealised, fees, trades };
}

function tradesOf(raw: unknown): { closed: number; wins: number } | null | undefined {
  if (raw === null) return null;
  if (!isObject(raw)) return isCount(raw) ? null : undefined;
  return isCount(raw.closed) && isCount(raw.wins) ? { closed: raw.closed, wins: raw.wins } : undefined;
}

/** As many as are allowed, each understood; an absent list is an empty one. */
function listOf<T>(
  raw: unknown,
  most: number,
  memo: RowMemo,
  read: (value: unknown, memo: RowMemo, place: number) => T | undefined,
): T[] | undefined {
  if (raw === undefined) return [];
  if (!Array.isArray(raw) || raw.length > most) return undefined;
  const list: T[] = new Array(raw.length);
  for (let place = 0; place < raw.length; place += 1) {
    const found = read(raw[place], memo, place);
    if (found === undefined) return undefined;
    list[place] = found;
  }
  return list;
}

function decimalOf(raw: unknown, { largest, places }: Precision, memo?: DecimalMemo): Decimal | undefined {
  if (typeof raw === 'string' ? raw.length > 60 : typeof raw !== 'number' || Object.is(raw, -0)) return undefined;
  const known = memo?.get(raw as string | number);
  if (known) return known;
  const value = (typeof raw === 'string' ? plainDecimal(raw) : undefined) ?? parseDecimal(raw as string | number);
  // The largest is a power of ten: what is under it has fewer digits.
  if (value === null || value.e >= largest.e) return undefined;
  const kept = value.decimalPlaces() <= places ? value : value.toDecimalPlaces(places, Decimal.ROUND_HALF_EVEN);
  memo?.set(raw as string | number, kept);
  return kept;
}

/** Milliseconds or seconds and `Z`; a day or hour that no calendar has is left to the schema. */
function instantOf(raw: unknown): Date | undefined {
  if (typeof raw !== 'string' || !INSTANT.test(raw)) return undefined;
  const [month, day] = [digits(raw, 5, 7), digits(raw, 8, 10)];
  const [hour, minute, second] = [digits(raw, 11, 13), digits(raw, 14, 16), digits(raw, 17, 19)];
  // Every month has 28 days; what the library says of the others, it says by rolling over.
  if (month < 1 || month > 12 || day < 1 || hour > 23 || minute > 59 || second > 59) return undefined;
  const year = digits(raw, 0, 4);
  const at = new Date(Date.UTC(year, month - 1, day, hour, minute, second, raw.length > 20 ? digits(raw, 20, 23) : 0));
  return year >= 100 && (day <= 28 || at.getUTCDate() === day) ? at : undefined;
}

function digits(text: string, from: number, to: number): number {
  let value = 0;
  for (let i = from; i < to; i += 1) value = value * 10 + text.charCodeAt(i) - 48;
  return value;
}

const isObject = (value: unknown): value is Raw => typeof value === 'object' && value !== null && !Array.isArray(value);
const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
function isName(value: unknown, { names }: RowMemo): value is string {
  if (typeof value !== 'string') return false;
  if (names.has(value)) return true;
  const isFine = value.length > 0 && value.length <= 100 && value.trim() === value && isStorable(value);
  if (isFine) names.add(value);
  return isFine;
}
