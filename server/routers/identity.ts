import 'server-only';
import type {
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
} from '@simplewebauthn/server';
import { z } from 'zod';
import {
  addPasskey,
  beginPasskey,
  beginTotpChange,
  changePassword,
  confirmTotpChange,
  dropPasskey,
  myFactors,
  renewRecoveryCodes,
} from '../identity/account-actions';
import {
  beginEnrolment,
  beginPasskeyEnrolment,
  confirmEnrolment,
  confirmPasskeyEnrolment,
} from '../identity/auth-enrolment';
import { acceptInvitation, createFirstAdmin, firstRunNeeded, readInvitation } from '../identity/auth-first-run';
import { passkeySignIn, passwordStep, secondFactor } from '../identity/auth-sign-in';
import { authenticationOptions } from '../identity/passkeys';
import {
  mySessions,
  revokeMyOtherSessions,
  revokeMySession,
  signOut,
  stepUp,
  touch,
  unlock,
} from '../identity/session-actions';
import { meOf } from '../identity/session-profile';
import {
  AuthenticationResponse,
  Code,
  Email,
  GrantShape,
  Password,
  PersonName,
  Proof,
  RegistrationResponse,
  RoleName,
  Ticket,
} from '../identity/shapes';
import { factorProcedure, passwordProcedure, procedure, publicProcedure, router } from '../trpc/init';

const TicketGiven = z.object({ ticket: z.string() });
const Enrolled = z.object({ ticket: z.string(), recoveryCodes: z.array(z.string()) });
const StepUpToken = z.string().min(20).max(100);
const Nothing = z.void();

const RequestOptions = z.custom<PublicKeyCredentialRequestOptionsJSON>();
const CreationOptions = z.custom<PublicKeyCredentialCreationOptionsJSON>();

/**
 * How a browser signs in.
 *
 * 1. `passwordStep` gives `{ next, ticket }`. `next: 'second-factor'` -> step 2; `next: 'enrol'` -> step 3.
 * 2. `secondFactor({ ticket, kind: 'totp' | 'recovery', code })` gives `{ ticket }` -> step 4. A passkey is both factors:
 *    `passkeySignInOptions` -> `startAuthentication({ optionsJSON })` -> `passkeySignIn({ response })` gives `{ ticket }`.
 * 3. Enrolment, forced at the first sign-in: `beginEnrolment({ ticket })` gives secret and otpauth URI (the same again on
 *    a reload), `confirmEnrolment({ ticket, code })` gives `{ ticket, recoveryCodes }`; the codes are shown once, then
 *    step 4 within a minute of the ticket: call it at once and show the codes after it. Or with a passkey: `beginPasskeyEnrolment`
 *    -> `startRegistration` -> `confirmPasskeyEnrolment`.
 * 4. `signIn('credentials', { ticket, redirect: false })` of next-auth/react opens the session and sets the cookie.
 *
 * First run: `firstRun` says whether it is needed; `createFirstAdmin` gives an enrolment ticket -> step 3. An invited person
 * comes with `/setup?invite=<ticket>`: `invitation`, `acceptInvitation({ ticket, password })` -> step 3.
 * Signing out: `signOut`. Errors carry `data.domainCode`; SIGN_IN_REFUSED and CODE_REFUSED carry `details.triesLeft`,
 * INVALID carries `details.fields` or `fields`.
 */
export const identityRouter = router({
  firstRun: publicProcedure
    .output(z.object({ needed: z.boolean() }))
    .query(async () => ({ needed: await firstRunNeeded() })),
  createFirstAdmin: passwordProcedure
    .input(z.object({ name: PersonName, email: Email, password: Password }))
    .output(TicketGiven)
    .mutation(({ input }) => createFirstAdmin(input)),
  invitation: publicProcedure
    .input(z.object({ ticket: Ticket }))
    .output(z.object({ name: z.string(), email: z.string() }))
    .query(({ input }) => readInvitation(input)),
  acceptInvitation: passwordProcedure
    .input(z.object({ ticket: Ticket, password: Password }))
    .output(TicketGiven)
    .mutation(({ input }) => acceptInvitation(input)),

  passwordStep: passwordProcedure
    .input(z.object({ email: z.string().trim().min(1, 'Enter your e-mail address.').max(254), password: Password }))
    .output(
      z.discriminatedUnion('next', [
        z.object({
          next: z.literal('second-factor'),
          ticket: z.string(),
          factors: z.array(z.enum(['totp', 'passkey', 'recovery'])),
        }),
        z.object({ next: z.literal('enrol'), ticket: z.string() }),
      ]),
    )
    .mutation(({ input }) => passwordStep(input)),
  secondFactor: factorProcedure
    .input(z.object({ ticket: Ticket, kind: z.enum(['totp', 'recovery']), code: Code }))
    .output(TicketGiven)
    .mutation(({ input }) => secondFactor(input)),
  passkeySignInOptions: publicProcedure.output(RequestOptions).mutation(() => authenticationOptions('sign-in', null)),
  passkeySignIn: factorProcedure
    .input(z.object({ response: AuthenticationResponse }))
    .output(TicketGiven)
    .mutation(({ input }) => passkeySignIn(input.response)),

  beginEnrolment: publicProcedure
    .input(z.object({ ticket: Ticket }))
    .output(z.object({ secret: z.string(), uri: z.string(), email: z.string() }))
    .mutation(({ input }) => beginEnrolment(input)),
  confirmEnrolment: publicProcedure
    .input(z.object({ ticket: Ticket, code: Code }))
    .output(Enrolled)
    .mutation(({ input }) => confirmEnrolment(input)),
  beginPasskeyEnrolment: publicProcedure
    .input(z.object({ ticket: Ticket }))
    .output(CreationOptions)
    .mutation(({ input }) => beginPasskeyEnrolment(input)),
  confirmPasskeyEnrolment: publicProcedure
    .input(z.object({ ticket: Ticket, name: PersonName, response: RegistrationResponse }))
    .output(Enrolled)
    .mutation(({ input }) => confirmPasskeyEnrolment(input)),

  me: procedure('self.manage')
    .output(
      z.object({
        id: z.string(),
        name: z.string(),
        email: z.string(),
        roles: z.array(RoleName),
        grants: z.array(GrantShape),
        session: z.object({ id: z.string(), locked: z.boolean(), expiresAt: z.date(), factors: z.array(z.string()) }),
        hasPasskey: z.boolean(),
        hasTotp: z.boolean(),
        recoveryCodesLeft: z.number(),
      }),
    )
    .query(({ ctx }) => meOf(ctx)),
  touch: procedure('self.manage', { whileLocked: true })
    .output(z.object({ locked: z.boolean() }))
    .mutation(({ ctx }) => touch(ctx)),
  unlock: procedure('self.manage', { whileLocked: true })
    .input(z.object({ proof: Proof }))
    .output(Nothing)
    .mutation(({ ctx, input }) => unlock(ctx, input)),
  signOut: procedure('self.manage', { whileLocked: true })
    .output(Nothing)
    .mutation(({ ctx }) => signOut(ctx)),

  stepUp: procedure('self.manage')
    .input(z.object({ operation: z.string().min(1).max(80), contentHash: z.string().min(1).max(200), proof: Proof }))
    .output(z.object({ token: z.string(), expiresAt: z.date() }))
    .mutation(({ ctx, input }) => stepUp(ctx, input)),
  stepUpPasskeyOptions: procedure('self.manage', { whileLocked: true })
    .output(RequestOptions)
    .mutation(({ ctx }) => authenticationOptions('step-up', ctx.actor.personId)),

  sessions: procedure('self.manage')
    .output(
      z.array(
        z.object({
          id: z.string(),
          isThis: z.boolean(),
          createdAt: z.date(),
          lastInputAt: z.date(),
          expiresAt: z.date(),
          factors: z.array(z.string()),
          userAgent: z.string(),
          ip: z.string(),
        }),
      ),
    )
    .query(({ ctx }) => mySessions(ctx.actor)),
  revokeSession: procedure('self.manage')
    .input(z.object({ sessionId: z.uuid() }))
    .output(Nothing)
    .mutation(({ ctx, input }) => revokeMySession(ctx.actor, input)),
  revokeOtherSessions: procedure('self.manage')
    .output(z.object({ ended: z.number() }))
    .mutation(({ ctx }) => revokeMyOtherSessions(ctx.actor)),

  factors: procedure('self.manage')
    .output(
      z.object({
        hasTotp: z.boolean(),
        recoveryCodesLeft: z.number(),
        passkeys: z.array(
          z.object({ id: z.string(), name: z.string(), createdAt: z.date(), lastUsedAt: z.date().nullable() }),
        ),
      }),
    )
    .query(({ ctx }) => myFactors(ctx.actor)),
  changePassword: procedure('self.manage')
    .input(z.object({ current: Password, next: Password, stepUp: StepUpToken }))
    .output(z.object({ ended: z.number() }))
    .mutation(({ ctx, input }) => changePassword(ctx.actor, input)),
  beginTotpChange: procedure('self.manage')
    .input(z.object({ stepUp: StepUpToken }))
    .output(z.object({ ticket: z.string(), secret: z.string(), uri: z.string() }))
    .mutation(({ ctx, input }) => beginTotpChange(ctx.actor, input)),
  confirmTotpChange: procedure('self.manage')
    .input(z.object({ ticket: Ticket, code: Code }))
    .output(Nothing)
    .mutation(({ ctx, input }) => confirmTotpChange(ctx.actor, input)),
  beginPasskey: procedure('self.manage')
    .output(CreationOptions)
    .mutation(({ ctx }) => beginPasskey(ctx.actor)),
  addPasskey: procedure('self.manage')
    .input(z.object({ name: PersonName, response: RegistrationResponse, stepUp: StepUpToken }))
    .output(Nothing)
    .mutation(({ ctx, input }) => addPasskey(ctx.actor, input)),
  removePasskey: procedure('self.manage')
    .input(z.object({ id: z.string().max(500), stepUp: StepUpToken }))
    .output(Nothing)
    .mutation(({ ctx, input }) => dropPasskey(ctx.actor, input)),
  renewRecoveryCodes: procedure('self.manage')
    .input(z.object({ stepUp: StepUpToken }))
    .output(z.object({ recoveryCodes: z.array(z.string()) }))
    .mutation(({ ctx, input }) => renewRecoveryCodes(ctx.actor, input)),
});
