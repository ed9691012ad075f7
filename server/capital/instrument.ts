import { z } from 'zod';
import { Decimal, ONE } from '../kernel/decimal';
import { type RefusedRow, readRows } from '../kernel/each-row';
import { machineName, positiveDecimal } from './order';

export const INSTRUMENTS_AT_MOST = 500;
export const CLOSES_AT_MOST = 2_000;

/** The highest rate of initial margin that is believed: a per cent where a fraction is meant is refused. */
const MARGIN_AT_MOST = 5;

const day = z.iso
  .date()
  .refine((text) => text >= '1900-01-01' && text < '2100-01-01', 'lies outside of 1900 to 2099; check its year');

/** How an instrument trades, and its daily closes as far as the sender knows them; `volume` in units. */
export const InstrumentRow = z.object({
  instrument: machineName,
  /** Left out, each of these stays as it is, and is 1 where nobody said it. */
  lot: positiveDecimal.optional(),
  multiplier: positiveDecimal.optional(),
  /** Rate to the base currency of the portfolio. */
  fx: positiveDecimal.optional(),
  /** Initial margin as a fraction of gross, for accounts that state none; left out it stays as it is, null ends it. */
  initialMargin: positiveDecimal
    .refine((rate) => rate.lte(MARGIN_AT_MOST), `is a fraction of gross, at most ${MARGIN_AT_MOST}`)
    .nullable()
    .optional(),
  closes: z
    .array(z.object({ day, close: positiveDecimal, volume: positiveDecimal.nullable().default(null) }))
    .max(CLOSES_AT_MOST)
    .default([]),
});
export type InstrumentRow = z.infer<typeof InstrumentRow>;

export const InstrumentBatch = z.object({
  portfolioId: z.uuid().optional(),
  instruments: z.array(InstrumentRow).min(1).max(INSTRUMENTS_AT_MOST),
});
export type InstrumentBatch = z.infer<typeof InstrumentBatch>;
/** The same with its rows as they came: each is read by itself (`readInstruments`). */
export const RawInstrumentBatch = z.object({
  portfolioId: z.uuid().optional(),
  instruments: z.array(z.unknown()).min(1).max(INSTRUMENTS_AT_MOST),
});

export type RefusedInstrument = RefusedRow;

/** The rows that can be read, where each stood, and in words what is wrong with the others. */
export function readInstruments(rows: readonly unknown[]) {
  const { read, ...rest } = readRows(rows, InstrumentRow, 'is no instrument');
  return { instruments: read, ...rest };
}

/** How an instrument stands in the register; fractions and rates as numbers of the core. */
export type Terms = { lot: Decimal; multiplier: Decimal; fx: Decimal; initialMargin: Decimal | null };

/** Terms that stand; a lot that nobody stated is null. */
type Standing = Omit<Terms, 'lot'> & { lot: Decimal | null };

/** A rate of exchange falls by no more than this from one day to the next. */
const FALL_AT_MOST = new Decimal('0.10');

/**
 * Why a key may not register these terms over those that stand; null where it may.
 *
 * A lower unit or margin makes everything smaller that limits measure: it loosens them all, which two people decide and no
 * key. A rate of exchange moves, so a unit may fall by 10 % from one UTC day to the next; where people have corrected the
 * multiplier (`isCorrected`) it falls by its rate alone, and no key takes back what they stated, whatever the rate does.
 * A larger lot leaves more as it is where positions are cut: a key states the first one (null before) and raises none.
 */
export function loosened(
  standing: Standing & { updatedAt: Date; isCorrected?: boolean },
  next: Terms,
  now: Date,
): { code: string; message: string } | null {
  const [unit, lower] = [standing.multiplier.mul(standing.fx), next.multiplier.mul(next.fx)];
  const dayOf = (at: Date) => at.toISOString().slice(0, 10);
  const isDaily = dayOf(standing.updatedAt) < dayOf(now) && lower.gte(unit.mul(ONE.minus(FALL_AT_MOST)));
  if (standing.isCorrected && next.multiplier.lt(standing.multiplier))
    return {
      code: 'UNIT_LOWERED',
      message: `people have corrected its multiplier, which is ${standing.multiplier}, and a key does not lower it to ${next.multiplier}. A Risk officer and a Manager correct it on the page of instruments.`,
    };
  if (lower.lt(unit) && !isDaily)
    return {
      code: 'UNIT_LOWERED',
      message: `a unit of ${unit} is registered and a key does not lower it to ${lower}: it may fall by 10 % from one UTC day to the next. A Risk officer and a Manager lower it on the page of instruments; register what is worth less under a name of its own.`,
    };
  return loosenedBesideUnit(standing, next);
}

/** Why a key may not register this lot and margin over those that stand, whoever stated the unit; null where it may. */
export function loosenedBesideUnit(
  standing: Pick<Standing, 'lot' | 'initialMargin'>,
  next: Pick<Terms, 'lot' | 'initialMargin'>,
): { code: string; message: string } | null {
  if (standing.lot && next.lot.gt(standing.lot))
    return {
      code: 'LOT_RAISED',
      message: `a lot of ${standing.lot} is registered and a key does not raise it to ${next.lot}: a cut leaves a position of one lot or less as it is. A Risk officer and a Manager raise it on the page of instruments.`,
    };
  if (!standing.initialMargin || next.initialMargin?.gte(standing.initialMargin)) return null;
  return {
    code: 'MARGIN_LOWERED',
    message: `an initial margin of ${standing.initialMargin} is registered and a key does not ${next.initialMargin ? `lower it to ${next.initialMargin}` : 'end it'}. A Risk officer and a Manager do, on the page of instruments.`,
  };
}
