import 'server-only';
import { z } from 'zod';
import { agreeToPolicy, proposePolicy, rejectPolicy } from '../policies/actions';
import { POLICY_KINDS } from '../policies/kinds';
import { PoliciesPage } from '../policies/view';
import { policiesPage } from '../policies/view-store';
import { procedure, router } from '../trpc/init';

const Reason = z.string().trim().min(3, 'Say why.').max(2_000);
const Values = z.record(z.string().max(80), z.string().max(40));

export const policiesRouter = router({
  page: procedure('read')
    .output(PoliciesPage)
    .query(({ ctx }) => policiesPage(ctx.actor)),
  propose: procedure('policy.edit')
    .input(z.object({ kind: z.enum(POLICY_KINDS), values: Values, reason: Reason }))
    .output(z.object({ warnings: z.array(z.string()) }))
    .mutation(({ ctx, input }) => proposePolicy(ctx.actor, input)),
  agree: procedure('policy.edit')
    .input(z.object({ policyId: z.uuid(), stepUp: z.string() }))
    .output(z.object({ outcome: z.enum(['in-force', 'waiting']), warnings: z.array(z.string()) }))
    .mutation(({ ctx, input }) => agreeToPolicy(ctx.actor, input)),
  reject: procedure('policy.edit')
    .input(z.object({ policyId: z.uuid(), reason: Reason }))
    .output(z.void())
    .mutation(({ ctx, input }) => rejectPolicy(ctx.actor, input)),
});
