import { z } from 'zod';

const TradingState = z.enum(['ACTIVE', 'REDUCING', 'HALTED']);

/** What the strip on every page says of one portfolio. Null is unknown, and is said. */
export const StripData = z.object({
  state: TradingState,
  /** Name of the scope that decides, where it is wider than the portfolio. */
  scope: z.string().nullish(),
  /** Why it is not active, in the server's words. */
  why: z.string().nullable(),
  since: z.date().nullable(),
  href: z.string().nullable(),
  strategies: z.object({ total: z.number(), takingOrders: z.number() }),
  /** Strategies that are stricter than the portfolio. */
  exceptions: z.array(
    z.object({
      key: z.string(),
      state: z.enum(['REDUCING', 'HALTED']),
      text: z.string(),
      since: z.date(),
      href: z.string().nullable(),
      reference: z.string().nullable(),
    }),
  ),
  dayPnl: z.string().nullable(),
  dayPnlFraction: z.string().nullable(),
  currency: z.string(),
  asOf: z.date().nullable(),
  maxAgeMs: z.number(),
  counts: z.object({ launches: z.number(), breaches: z.number(), alerts: z.number() }),
  emergency: z.object({ number: z.string(), href: z.string() }).nullable(),
  /** Domain time of the answer. */
  now: z.date(),
});

export type StripData = z.infer<typeof StripData>;
