import 'server-only';
import { z } from 'zod';
import { TAKEN_IN } from '../reports/baseline';
import { approveBaseline, proposeBaseline, rejectBaseline } from '../reports/baseline-actions';
import { BaselinePreview, LaunchBaselines, ReportDetail, ReportList } from '../reports/view';
import { launchBaselines, listReports, previewBaseline, reportDetail } from '../reports/view-store';
import { procedure, router } from '../trpc/init';

const Span = z.object({
  launchId: z.uuid(),
  hours: z
    .number()
    .positive()
    .max(35 * 24, 'A baseline spans 35 days at most.'),
  headroom: z.array(z.string().max(64)).max(20),
});

export const reportsRouter = router({
  list: procedure('read')
    .input(z.object({ portfolioId: z.uuid().nullable() }))
    .output(ReportList)
    .query(({ ctx, input }) => listReports(ctx.actor, input.portfolioId)),
  byId: procedure('read')
    .input(z.object({ id: z.string().max(40) }))
    .output(ReportDetail)
    .query(({ ctx, input }) => reportDetail(ctx.actor, input.id)),
  baselines: procedure('read')
    .input(z.object({ launchId: z.uuid() }))
    .output(LaunchBaselines)
    .query(({ ctx, input }) => launchBaselines(ctx.actor, input.launchId)),
  previewBaseline: procedure('read')
    .input(Span)
    .output(BaselinePreview)
    .query(({ ctx, input }) => previewBaseline(ctx.actor, input)),
  proposeBaseline: procedure('baseline.approve')
    .input(Span.extend({ takenIn: z.enum(TAKEN_IN) }))
    .output(z.object({ id: z.string(), version: z.number() }))
    .mutation(({ ctx, input }) => proposeBaseline(ctx.actor, input)),
  approveBaseline: procedure('baseline.approve')
    .input(z.object({ id: z.uuid(), stepUp: z.string().max(200) }))
    .output(z.object({ approved: z.boolean() }))
    .mutation(({ ctx, input }) => approveBaseline(ctx.actor, input)),
  rejectBaseline: procedure('baseline.approve')
    .input(z.object({ id: z.uuid(), reason: z.string().trim().min(3, 'Say why.').max(500) }))
    .output(z.object({ id: z.string() }))
    .mutation(({ ctx, input }) => rejectBaseline(ctx.actor, input)),
});
