import { z } from 'zod';

/** Something to be done so that it does not happen again; `gates` keeps the incident open until it is done. */
export const FollowUp = z.object({
  id: z.string(),
  text: z.string(),
  gates: z.boolean(),
  doneAt: z.string().nullable(),
  doneBy: z.string().nullable(),
});
export type FollowUp = z.infer<typeof FollowUp>;
