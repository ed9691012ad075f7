import { z } from 'zod';
import { ONE } from '../kernel/decimal';
import { machineName, positiveDecimal } from './order';

export const INSTRUMENTS_AT_MOST = 500;
export const CLOSES_AT_MOST = 2_000;

const day = z.iso.date();

/** How an instrument trades, and its daily closes as far as the sender knows them; `volume` in units. */
export const InstrumentRow = z.object({
  instrument: machineName,
  lot: positiveDecimal.default(ONE),
  multiplier: positiveDecimal.default(ONE),
  /** Rate to the base currency of the portfolio. */
  fx: positiveDecimal.default(ONE),
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
