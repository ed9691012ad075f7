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

/** Why an incident may not be closed yet, or null: a review is written and what gates closure is done. */
export function closingBlocker(incident: {
  state: string;
  review: string;
  followUps: readonly FollowUp[];
}): string | null {
  if (incident.state === 'open') return 'Its emergency is still open: resume trading first.';
  if (incident.review.trim().length < 20)
    return 'The review is not written: say what happened, its effect and why it was possible.';
  const open = incident.followUps.filter((item) => item.gates && item.doneAt === null).length;
  return open > 0
    ? `${open} follow-up${open === 1 ? '' : 's'} that gate${open === 1 ? 's' : ''} closure ${open === 1 ? 'is' : 'are'} open.`
    : null;
}
