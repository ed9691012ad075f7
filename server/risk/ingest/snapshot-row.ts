import { z } from 'zod';
import { Decimal, parseDecimal, sumOf } from '../../kernel/decimal';
import { isStorable, NOT_STORABLE } from '../../kernel/storable-text';
import { cashMeasure, grossOf, marginOf, shortGross } from '../measures';
import type { AccountRow } from '../samples';

/** As many rows as one request may carry. */
export const ROWS_AT_MOST = 5_000;

/** How a decimal is stored: what it must stay under, and its places. */
export type Precision = { largest: Decimal; places: number };
/** Far under what a column holds, so that sums over flows, positions, accounts and years of rows stay within it. */
const MOST_MONEY_STATED = new Decimal('1e16');
export const MONEY: Precision = { largest: MOST_MONEY_STATED, places: 8 };
export const QUANTITY: Precision = { largest: new Decimal('1e19'), places: 18 };

const decimal = ({ largest, places }: Precision) =>
  z.union([z.string().max(60), z.number()]).transform((raw, context) => {
    const value = parseDecimal(raw);
    if (value === null) context.addIssue({ code: 'custom', message: 'is no finite decimal number' });
    else if (value.abs().gte(largest)) context.addIssue({ code: 'custom', message: `is larger than ${largest}` });
    // Kept at the precision it is stored with, so that a restart reads what was decided on.
    return value === null ? new Decimal(0) : value.toDecimalPlaces(places, Decimal.ROUND_HALF_EVEN);
  });
const money = decimal(MONEY);
const quantity = decimal(QUANTITY);
const name = z.string().trim().min(1).max(100).refine(isStorable, NOT_STORABLE);
const one = new Decimal(1);

const Trades = z.union([
  z.object({ closed: z.number().int().nonnegative(), wins: z.number().int().nonnegative() }),
  // A bare count says nothing of wins: the win rate stays unknown.
  z
    .number()
    .int()
    .nonnegative()
    .transform(() => null),
]);

/**
 * One row of a snapshot batch. Decimals are text or numbers, times ISO 8601 with an offset. `flows` are deposits (+) and
 * withdrawals (-) since the row before; `strategies` are cumulative since each strategy began. On margin `margin` states the
 * initial margin and the proceeds of short sales (left out: what is held short is worth); `cash` then is what of both counts
 * as free.
 */
export const SnapshotRow = z
  .object({
    account: name,
    asOf: z.iso.datetime({ offset: true }).transform((text) => new Date(text)),
    sequence: z.number().int().nonnegative().max(Number.MAX_SAFE_INTEGER),
    kind: z.enum(['live', 'history']).default('live'),
    equity: money,
    cash: money.nullable().default(null),
    flows: z
      .array(z.union([money, z.object({ amount: money }).transform((flow) => flow.amount)]))
      .max(1_000)
      .refine((flows) => sumOf(flows.map((flow) => flow.abs())).lt(MOST_MONEY_STATED), 'come to more than 1e16')
      .default([]),
    positions: z
      .array(
        z
          .object({
            strategy: name,
            instrument: name,
            quantity,
            price: quantity,
            multiplier: quantity.default(one),
            fx: quantity.default(one),
            value: money.optional(),
          })
          .refine((held) => grossOf(held).lt(MOST_MONEY_STATED), 'is worth more than 1e16 by quantity, price and unit'),
      )
      .max(5_000)
      .default([]),
    strategies: z
      .array(
        z.object({
          id: name,
          realised: money,
          unrealised: money,
          fees: money.default(new Decimal(0)),
          trades: Trades.nullable().default(null),
        }),
      )
      .max(1_000)
      .default([]),
    margin: z.object({ initial: money, shortProceeds: money.optional() }).optional(),
  })
  .transform(({ margin, ...row }) => {
    const { cash, equity, positions } = row;
    if (!margin || !cash) return row;
    const shortProceeds = margin.shortProceeds ?? shortGross(positions);
    const free = cashMeasure({ cash, equity, initialMargin: margin.initial, shortProceeds });
    return { ...row, cash: free, isFreeOfProceeds: true };
  });
export type SnapshotRow = Omit<z.infer<typeof SnapshotRow>, 'isFreeOfProceeds'> & { isFreeOfProceeds?: boolean };

/** The envelope of a batch; rows are parsed one by one, so that a bad one loses nothing else. */
export const SnapshotBatch = z.object({
  portfolioId: z.uuid().optional(),
  rows: z.custom<unknown[]>((rows) => Array.isArray(rows) && rows.length > 0),
});
export type SnapshotBatch = z.infer<typeof SnapshotBatch>;

/** What rows are read with: the product's id of a strategy by its engine's name, and initial margin by instrument. */
export type RowNames = { idOf: ReadonlyMap<string, string>; marginRates: ReadonlyMap<string, Decimal> };

export const rowNames = (loaded: {
  strategies: readonly { id: string; ref: string }[];
  marginRates: ReadonlyMap<string, Decimal>;
}): RowNames => ({ idOf: new Map(loaded.strategies.map((s) => [s.ref, s.id])), marginRates: loaded.marginRates });

/** A row as the evaluator takes it; strategies by the product's id where the engine's name is known. */
export function accountRowOf(row: SnapshotRow, account: string, { idOf, marginRates }: RowNames): AccountRow {
  const { sequence, asOf, kind, equity, cash, flows } = row;
  const positions = row.positions.map(({ strategy, instrument, quantity, price, multiplier, fx }) => ({
    strategy: idOf.get(strategy) ?? strategy,
    instrument,
    quantity,
    price,
    multiplier,
    fx,
  }));
  const strategies = row.strategies.map(({ id, realised, unrealised, fees, trades }) => ({
    strategy: idOf.get(id) ?? id,
    realised,
    unrealised,
    fees,
    trades,
  }));
  const read: AccountRow = { account, sequence, asOf, kind, equity, cash, flows, positions, strategies };
  if (row.isFreeOfProceeds) return { ...read, isFreeOfProceeds: true };
  const initialMargin = marginOf(row.positions, marginRates);
  return initialMargin ? { ...read, initialMargin } : read;
}
