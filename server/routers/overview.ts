import 'server-only';
import { z } from 'zod';
import { StripData } from '@/components/shell/strip-data';
import { PROBES } from '../jobs/probe-registry';
import { myLaunchActions } from '../overview/my-launch-action-store';
import { dayPnlView } from '../risk/ingest/series-store';
import { myRiskActions } from '../risk/views/my-action-store';
import { freshnessView, stripView, summaryView } from '../risk/views/overview-store';
import { DayPnlView, FreshnessView, MyActionView, SummaryView } from '../risk/views/view';
import { procedure, router } from '../trpc/init';

const InPortfolio = z.object({ portfolioId: z.uuid() });

export const overviewRouter = router({
  strip: procedure('read')
    .input(InPortfolio)
    .output(StripData)
    .query(({ ctx, input }) => stripView(ctx.actor, input.portfolioId)),
  summary: procedure('read')
    .input(InPortfolio)
    .output(SummaryView)
    .query(({ ctx, input }) => summaryView(ctx.actor, input.portfolioId)),
  dayPnl: procedure('read')
    .input(InPortfolio)
    .output(DayPnlView)
    .query(({ ctx, input }) => dayPnlView(ctx.actor, input.portfolioId)),
  freshness: procedure('read')
    .input(InPortfolio)
    .output(FreshnessView)
    .query(({ ctx, input }) => freshnessView(ctx.actor, input.portfolioId)),
  myRiskActions: procedure('read')
    .input(InPortfolio)
    .output(MyActionView)
    .query(({ ctx, input }) => myRiskActions(ctx.actor, input.portfolioId)),
  myLaunchActions: procedure('read')
    .input(InPortfolio)
    .output(MyActionView)
    .query(({ ctx, input }) => myLaunchActions(PROBES, ctx.actor, input.portfolioId)),
});
