import type { FollowUp } from './follow-up';

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
