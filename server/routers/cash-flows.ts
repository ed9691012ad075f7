import 'server-only';
import { z } from 'zod';
import { approveCashFlow, proposeCashFlow, rejectCashFlow } from '../risk/cash-flows/cash-flow-actions';
import { CashFlowsView, cashFlowsView } from '../risk/cash-flows/cash-flow-view-store';
import { procedure, router } from '../trpc/init';

const InPortfolio = z.object({ portfolioId: z.uuid() });
const Reason = z.string().trim().min(3, 'Say why: others will read it.').max(500);

export const cashFlowsRouter = router({
  view: procedure('read')
    .input(InPortfolio)
    .output(CashFlowsView)
    .query(({ ctx, input }) => cashFlowsView(ctx.actor, input.portfolioId)),
  propose: procedure('cash-flow.record')
    .input(
      InPortfolio.extend({
        accountId: z.uuid(),
        amount: z.string().regex(/^-?\d{1,17}(\.\d{1,8})?$/, 'An amount such as 10000 or -2500.50.'),
        currency: z.string().trim().toUpperCase().max(5),
        effectiveAt: z.date(),
        isAnother: z.boolean(),
        reason: Reason,
      }),
    )
    .output(z.object({ id: z.string(), text: z.string() }))
    .mutation(({ ctx, input }) => proposeCashFlow(ctx.actor, input)),
  approve: procedure('cash-flow.record')
    .input(z.object({ cashFlowId: z.uuid(), stepUp: z.string().max(200) }))
    .output(z.object({ applied: z.boolean(), text: z.string() }))
    .mutation(({ ctx, input }) => approveCashFlow(ctx.actor, input)),
  reject: procedure('cash-flow.record')
    .input(z.object({ cashFlowId: z.uuid(), reason: Reason }))
    .output(z.void())
    .mutation(({ ctx, input }) => rejectCashFlow(ctx.actor, input)),
});
