import 'server-only';
import { z } from 'zod';
import { addFollowUp, closeIncident, saveReview, settleFollowUp } from '../incidents/actions';
import { IncidentView, incidentList, incidentView } from '../incidents/view-store';
import { procedure, router } from '../trpc/init';

const One = z.object({ incidentId: z.uuid() });

export const incidentsRouter = router({
  list: procedure('read')
    .output(z.array(IncidentView))
    .query(({ ctx }) => incidentList(ctx.actor)),
  byId: procedure('read')
    .input(One)
    .output(IncidentView)
    .query(({ ctx, input }) => incidentView(ctx.actor, input.incidentId)),
  saveReview: procedure('incident.open')
    .input(One.extend({ text: z.string().trim().max(20_000) }))
    .output(z.void())
    .mutation(({ ctx, input }) => saveReview(ctx.actor, input)),
  addFollowUp: procedure('incident.open')
    .input(One.extend({ text: z.string().trim().min(3, 'Say what is to be done.').max(500), gates: z.boolean() }))
    .output(z.void())
    .mutation(({ ctx, input }) => addFollowUp(ctx.actor, input)),
  settleFollowUp: procedure('incident.open')
    .input(One.extend({ followUpId: z.uuid() }))
    .output(z.void())
    .mutation(({ ctx, input }) => settleFollowUp(ctx.actor, input)),
  close: procedure('incident.close')
    .input(One)
    .output(z.void())
    .mutation(({ ctx, input }) => closeIncident(ctx.actor, input)),
});
