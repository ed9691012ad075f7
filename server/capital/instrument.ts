import { z } from 'zod';
import { ONE } from '../kernel/decimal';
import { machineName, positiveDecimal } from './order';

export const INSTRUMENTS_AT_MOST = 500;
export const CLOSES_AT_MOST = 2_000;

/** The highest rate of initial margin that is believed: a per cent where a fraction is meant is refused. */
const MARGIN_AT_MOST = 5;

const day = z.iso.date();

/** How an instrument trades, and its daily closes as far as the sender knows them; `volume` in units. */
export const InstrumentRow = z.object({
  instrument: machineName,
  lot: positiveDecimal.default(ONE),
  multiplier: positiveDecimal.default(ONE),
  /** Rate to the base currency of the portfolio. */
  fx: positiveDecimal.default(ONE),
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
