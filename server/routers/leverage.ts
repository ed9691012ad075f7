import 'server-only';
import { z } from 'zod';
import { approveLeverage, proposeLeverage, withdrawLeverage } from '../risk/decisions/leverage-actions';
import { LeverageView, leverageView } from '../risk/views/leverage-view-store';
import { procedure, router } from '../trpc/init';

const InPortfolio = z.object({ portfolioId: z.uuid() });
const Reason = z.string().trim().min(3, 'Say why: others will read it.').max(500);

export const leverageRouter = router({
  view: procedure('read')
    .input(InPortfolio)
    .output(LeverageView)
    .query(({ ctx, input }) => leverageView(ctx.actor, input.portfolioId)),
  propose: procedure('limit.loosen')
    .input(
      InPortfolio.extend({
        maximum: z.string().regex(/^\d{1,3}(\.\d{1,12})?$/, 'A fraction such as 1.5 for 150 %.'),
        expiresAt: z.date(),
        reason: Reason,
      }),
    )
    .output(z.object({ id: z.string() }))
    .mutation(({ ctx, input }) => proposeLeverage(ctx.actor, input)),
  approve: procedure('limit.loosen')
    .input(z.object({ leverageId: z.uuid(), stepUp: z.string().max(200) }))
    .output(z.object({ inForce: z.boolean(), text: z.string() }))
    .mutation(({ ctx, input }) => approveLeverage(ctx.actor, input)),
  // A quant takes an own proposal back; which leave it takes otherwise depends on its state.
  withdraw: procedure('limit.tighten')
    .input(z.object({ leverageId: z.uuid(), reason: Reason }))
    .output(z.void())
    .mutation(({ ctx, input }) => withdrawLeverage(ctx.actor, input)),
});
