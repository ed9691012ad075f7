import { z } from 'zod';

const isTimeZone = (text: string): boolean => {
  try {
    new Intl.DateTimeFormat('en', { timeZone: text });
    return true;
  } catch {
    return false;
  }
};

/** What is asked of a new portfolio. Zone and session start fix its session day for good: history hangs on them. */
export const NewPortfolio = z.object({
  name: z.string().trim().min(2, 'Give it a name of at least 2 characters.').max(80),
  baseCurrency: z
    .string()
    .trim()
    .toUpperCase()
    .regex(/^[A-Z]{3,5}$/, 'A currency code such as USD or EUR.'),
  timeZone: z.string().refine(isTimeZone, 'An IANA time zone such as America/New_York.'),
  calendarId: z.string().min(1, 'Choose a trading calendar.'),
  sessionStart: z
    .string()
    .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'A time such as 00:00 or 17:00.')
    .default('00:00'),
  snapshotIntervalSeconds: z.coerce.number().int().min(1, 'At least 1 s.').max(3600, 'At most an hour.').default(5),
  accountCode: z.string().trim().min(1, 'Name its first account, as the engine names it.').max(64),
});
export type NewPortfolio = z.infer<typeof NewPortfolio>;

export const PortfolioView = z.object({
  id: z.string(),
  name: z.string(),
  baseCurrency: z.string(),
  timeZone: z.string(),
  calendarId: z.string(),
  sessionStart: z.string(),
  snapshotIntervalMs: z.number(),
  createdAt: z.date(),
  /** Codes of the open accounts, and those that were closed, with when. */
  accounts: z.array(z.string()),
  closedAccounts: z.array(z.object({ code: z.string(), closedAt: z.date() })),
});
export type PortfolioView = z.infer<typeof PortfolioView>;
