import 'server-only';
import { z } from 'zod';
import { permitExit } from '../risk/decisions/exit-permit-actions';
import { DeniedOrders, deniedOrders } from '../risk/orders/order-denied-view-store';
import { sizeForStrategy } from '../risk/sizing/sizing-actions';
import { SizeForStrategy, type SizingView } from '../risk/sizing/sizing-request';
import { listSizings, openReservations, type SizingRow, sizingChoices } from '../risk/sizing/sizing-store';
import { procedure, router } from '../trpc/init';

const InPortfolio = z.object({ portfolioId: z.uuid() });

export const sizingRouter = router({
  choices: procedure('read')
    .input(InPortfolio)
    .output(z.custom<Awaited<ReturnType<typeof sizingChoices>>>())
    .query(({ ctx, input }) => sizingChoices(ctx.actor, input.portfolioId)),
  history: procedure('read')
    .input(InPortfolio)
    .output(z.array(z.custom<SizingRow>()))
    .query(({ ctx, input }) => listSizings(ctx.actor, input.portfolioId)),
  reservations: procedure('read')
    .input(InPortfolio)
    .output(z.custom<Awaited<ReturnType<typeof openReservations>>>())
    .query(({ ctx, input }) => openReservations(ctx.actor, input.portfolioId)),
  denials: procedure('read')
    .input(InPortfolio.extend({ code: z.string().max(60).nullable() }))
    .output(DeniedOrders)
    .query(({ ctx, input }) => deniedOrders(ctx.actor, input)),
  run: procedure('sizing.run')
    .input(SizeForStrategy)
    .output(z.custom<SizingView>())
    .mutation(({ ctx, input: { strategyId, ...wish } }) => sizeForStrategy(ctx.actor, { strategyId }, wish)),
  permitExit: procedure('position.exit')
    .input(
      z.object({
        strategyId: z.uuid(),
        instrument: z.string().trim().min(1, 'Name the instrument.').max(100),
        reason: z.string().trim().min(3, 'Say why: others will read it.').max(500),
      }),
    )
    .output(z.object({ id: z.uuid(), expiresAt: z.date() }))
    .mutation(({ ctx, input }) => permitExit(ctx.actor, input)),
});
