import { z } from 'zod';

const FIRST = Date.UTC(2000, 0, 1);
const END = Date.UTC(2100, 0, 1);

/** An instant that a machine states, ISO 8601 with its offset, of this century: other years are damaged clocks. */
export const plausibleInstant = z.iso
  .datetime({ offset: true })
  .transform((text) => new Date(text))
  .refine((at) => at.getTime() >= FIRST && at.getTime() < END, 'lies outside of 2000 to 2099; check its year');
