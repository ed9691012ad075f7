import { z } from 'zod';

const FIRST = Date.UTC(2000, 0, 1);
const END = Date.UTC(2100, 0, 1);

/** Whether an instant is of this century: other years are damaged clocks, and the first of them no database can read. */
export const isPlausible = (at: Date | string): boolean => {
  const ms = new Date(at).getTime();
  return ms >= FIRST && ms < END;
};

export const OUT_OF_TIME = 'lies outside of 2000 to 2099; check its year';

/** An instant that a machine states, ISO 8601 with its offset. */
export const plausibleInstant = z.iso
  .datetime({ offset: true })
  .transform((text) => new Date(text))
  .refine(isPlausible, OUT_OF_TIME);
