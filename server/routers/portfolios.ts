import 'server-only';
import { z } from 'zod';
import { visiblePortfolios } from '../identity/authorize';
import { createPortfolio } from '../portfolios/actions';
import { CalendarException, CalendarView } from '../portfolios/calendar-exception';
import { addAccount, changeCalendar } from '../portfolios/change-actions';
import { NewPortfolio, PortfolioView } from '../portfolios/portfolio';
import { calendarsView, listCalendars, listPortfolios } from '../portfolios/store';
import { closeAccount } from '../risk/accounts/account-close-actions';
import { procedure, router } from '../trpc/init';

const OneAccount = z.object({
  portfolioId: z.uuid(),
  code: z.string().trim().min(1, 'As the engine names it.').max(64),
  reason: z.string().trim().min(3, 'Say why: others will read it.').max(500),
});

export const portfoliosRouter = router({
  list: procedure('read')
    .output(z.array(PortfolioView))
    .query(({ ctx }) => listPortfolios(visiblePortfolios(ctx.actor))),
  calendars: procedure('read')
    .output(z.array(z.object({ id: z.string(), timeZone: z.string() })))
    .query(() => listCalendars()),
  calendarDays: procedure('read')
    .output(z.array(CalendarView))
    .query(() => calendarsView()),
  changeCalendar: procedure('portfolio.change')
    .input(CalendarException)
    .output(z.void())
    .mutation(({ ctx, input }) => changeCalendar(ctx.actor, input)),
  addAccount: procedure('portfolio.change')
    .input(OneAccount)
    .output(z.string())
    .mutation(({ ctx, input }) => addAccount(ctx.actor, input)),
  closeAccount: procedure('portfolio.change')
    .input(OneAccount)
    .output(z.void())
    .mutation(({ ctx, input }) => closeAccount(ctx.actor, input)),
  create: procedure('portfolio.manage')
    .input(NewPortfolio)
    .output(z.string())
    .mutation(({ ctx, input }) => createPortfolio(ctx.actor, input)),
});
