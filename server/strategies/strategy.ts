import { z } from 'zod';

/** What is asked of a new strategy. Who registers it owns it, unless another person is named. */
export const NewStrategy = z.object({
  portfolioId: z.uuid('Choose a portfolio.'),
  name: z.string().trim().min(2, 'Give it a name of at least 2 characters.').max(80),
  description: z.string().trim().max(2000).default(''),
  engineId: z.uuid().nullable().default(null),
  engineRef: z
    .string()
    .trim()
    .min(1, 'Give the id by which the engine names it.')
    .max(80)
    .regex(/^[\w.:-]+$/, 'Letters, digits, dot, colon, underscore and minus, as the engine writes it.'),
});
export type NewStrategy = z.infer<typeof NewStrategy>;

/** What can be said anew of a registered strategy; its portfolio and its id at the engine stay. */
export const StrategyChange = z.object({
  strategyId: z.uuid(),
  name: NewStrategy.shape.name,
  description: z.string().trim().max(2000),
  engineId: z.uuid().nullable(),
});
export type StrategyChange = z.infer<typeof StrategyChange>;

export const StrategyView = z.object({
  id: z.uuid(),
  portfolioId: z.uuid(),
  portfolioName: z.string(),
  name: z.string(),
  description: z.string(),
  ownerId: z.uuid(),
  ownerName: z.string(),
  engineId: z.uuid().nullable(),
  engineName: z.string().nullable(),
  engineRef: z.string(),
  createdAt: z.date(),
  releases: z.number(),
  newestVersion: z.string().nullable(),
  newestReleaseId: z.uuid().nullable(),
});
export type StrategyView = z.infer<typeof StrategyView>;
