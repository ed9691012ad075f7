import 'server-only';
import { z } from 'zod';
import { peopleAndProposals } from '../identity/auth-people';
import {
  disablePerson,
  enablePerson,
  endSessionsOf,
  invitePerson,
  renewInvitation,
  unlockFactors,
} from '../identity/people-actions';
import { approveRole, askForRole, rejectRole, revokeRole } from '../identity/role-actions';
import { Email, GrantShape, PersonName, RoleName } from '../identity/shapes';
import { procedure, router } from '../trpc/init';

const StepUpToken = z.string().min(20).max(100);
const Person = z.object({ personId: z.uuid() });

export const peopleRouter = router({
  list: procedure('read')
    .output(
      z.object({
        people: z.array(
          z.object({
            id: z.string(),
            name: z.string(),
            email: z.string(),
            phone: z.string().nullable(),
            enrolledAt: z.date().nullable(),
            disabledAt: z.date().nullable(),
            createdAt: z.date(),
            grants: z.array(GrantShape.extend({ id: z.string(), grantedAt: z.date() })),
          }),
        ),
        proposals: z.array(
          GrantShape.extend({
            id: z.string(),
            personId: z.string(),
            personName: z.string(),
            proposedByName: z.string(),
            proposedAt: z.date(),
            agreed: z.array(z.object({ name: z.string(), at: z.string() })),
            /** Why the person asking may not agree; null where they may. */
            fault: z.enum(['role', 'own', 'twice']).nullable(),
            contentHash: z.string(),
          }),
        ),
      }),
    )
    .query(({ ctx }) => peopleAndProposals(ctx.actor)),
  invite: procedure('people.invite')
    .input(
      z.object({
        name: PersonName,
        email: Email,
        phone: z
          .string()
          .trim()
          .regex(/^\+[1-9]\d{6,14}$/, 'Write it as +14155550123.')
          .nullable(),
        grants: z.array(GrantShape).min(1, 'Choose at least one role.').max(20),
      }),
    )
    .output(z.object({ personId: z.string(), ticket: z.string(), granted: z.number(), proposed: z.number() }))
    .mutation(({ ctx, input }) => invitePerson(ctx.actor, input)),
  renewInvitation: procedure('people.invite')
    .input(Person)
    .output(z.object({ ticket: z.string() }))
    .mutation(({ ctx, input }) => renewInvitation(ctx.actor, input)),
  askForRole: procedure('people.manage')
    .input(z.object({ personId: z.uuid(), role: RoleName, portfolioId: z.uuid().nullable() }))
    .output(z.object({ outcome: z.enum(['granted', 'proposed']) }))
    .mutation(({ ctx, input }) => askForRole(ctx.actor, input)),
  approveRole: procedure('people.manage')
    .input(z.object({ proposalId: z.uuid(), stepUp: StepUpToken }))
    .output(z.object({ outcome: z.enum(['granted', 'waiting']) }))
    .mutation(({ ctx, input }) => approveRole(ctx.actor, input)),
  rejectRole: procedure('people.manage')
    .input(z.object({ proposalId: z.uuid(), reason: z.string().trim().min(3, 'Say why.').max(500) }))
    .output(z.void())
    .mutation(({ ctx, input }) => rejectRole(ctx.actor, input)),
  revokeRole: procedure('people.manage')
    .input(z.object({ grantId: z.uuid() }))
    .output(z.void())
    .mutation(({ ctx, input }) => revokeRole(ctx.actor, input)),
  disable: procedure('people.manage')
    .input(Person)
    .output(z.object({ ended: z.number() }))
    .mutation(({ ctx, input }) => disablePerson(ctx.actor, input)),
  endSessions: procedure('people.manage')
    .input(Person)
    .output(z.object({ ended: z.number() }))
    .mutation(({ ctx, input }) => endSessionsOf(ctx.actor, input)),
  enable: procedure('people.invite')
    .input(Person)
    .output(z.void())
    .mutation(({ ctx, input }) => enablePerson(ctx.actor, input)),
  unlockFactors: procedure('people.invite')
    .input(Person)
    .output(z.void())
    .mutation(({ ctx, input }) => unlockFactors(ctx.actor, input)),
});
