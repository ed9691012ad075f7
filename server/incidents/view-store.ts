import 'server-only';
import { z } from 'zod';
import { visiblePortfolios } from '../identity/authorize';
import type { PersonActor } from '../kernel/actor';
import { notFound } from '../kernel/errors';
import { FollowUp } from './follow-up';
import { findIncident, type IncidentRow, listIncidents } from './store';

export const IncidentView = z.object({
  id: z.string(),
  number: z.string(),
  title: z.string(),
  severity: z.string(),
  state: z.enum(['open', 'in-review', 'closed']),
  emergencyId: z.string().nullable(),
  openedAt: z.date(),
  closedAt: z.date().nullable(),
  review: z.string(),
  followUps: z.array(FollowUp),
});
export type IncidentView = z.infer<typeof IncidentView>;

const viewOf = (row: IncidentRow): IncidentView => ({
  id: row.id,
  number: row.number,
  title: row.title,
  severity: row.severity,
  state: row.state,
  emergencyId: row.emergencyId,
  openedAt: row.openedAt,
  closedAt: row.closedAt,
  review: row.review,
  followUps: z.array(FollowUp).parse(row.followUps),
});

export const incidentList = async (actor: PersonActor): Promise<IncidentView[]> =>
  (await listIncidents(visiblePortfolios(actor))).map(viewOf);

/** NOT_FOUND for who may not see its portfolio, as if it were not there. */
export async function incidentView(actor: PersonActor, id: string): Promise<IncidentView> {
  const row = await findIncident(id);
  const visible = visiblePortfolios(actor);
  if (!row || (visible !== null && row.portfolioId !== null && !visible.includes(row.portfolioId)))
    throw notFound('The incident');
  return viewOf(row);
}
