import 'server-only';
import { z } from 'zod';
import { visiblePortfolios } from '../identity/authorize';
import { createPortfolio } from '../portfolios/actions';
import { NewPortfolio, PortfolioView } from '../portfolios/portfolio';
import { listCalendars, listPortfolios } from '../portfolios/store';
import { procedure, router } from '../trpc/init';

export const portfoliosRouter = router({
  list: procedure('read')
    .output(z.array(PortfolioView))
    .query(({ ctx }) => listPortfolios(visiblePortfolios(ctx.actor))),
  calendars: procedure('read')
    .output(z.array(z.object({ id: z.string(), timeZone: z.string() })))
    .query(() => listCalendars()),
  create: procedure('portfolio.manage')
    .input(NewPortfolio)
    .output(z.string())
    .mutation(({ ctx, input }) => createPortfolio(ctx.actor, input)),
});
