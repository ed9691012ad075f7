import { z } from 'zod';

const Words = {
  text: z.string().trim().max(200).optional(),
  actor: z.string().max(100).optional(),
  type: z.string().max(100).optional(),
};

/** Which entries are asked for. */
export const EventFilterShape = z.object({ ...Words, from: z.date().optional(), to: z.date().optional() });

const Instant = z.string().pipe(z.coerce.date('Write an instant as 2026-11-20T00:00:00Z.')).optional();

/** The same in an address. */
export const EventFilterQuery = z.object({ ...Words, from: Instant, to: Instant });
