import 'server-only';
import { z } from 'zod';
import { approveKey, createKey, keyHash, revokeKey, rotateKey } from '../identity/api-key-actions';
import { keysWithHash } from '../identity/api-keys-list';
import { KEY_SCOPE_NAMES } from '../identity/key-scopes';
import { procedure, router } from '../trpc/init';

const StepUpToken = z.string().min(20).max(100);
const Scope = z.enum(KEY_SCOPE_NAMES);
const Wish = z.object({
  name: z.string().trim().min(1, 'Name what will use it.').max(80),
  scopes: z.array(Scope).min(1, 'Choose at least one thing this key may do.'),
  portfolioId: z.uuid().nullable(),
  engineId: z.uuid().nullish(),
  expiresAt: z.date(),
});
const Made = z.object({ id: z.string(), key: z.string() });

export const apiKeysRouter = router({
  list: procedure('key.manage')
    .output(
      z.array(
        z.object({
          id: z.string(),
          name: z.string(),
          prefix: z.string(),
          scopes: z.array(z.string()),
          portfolioId: z.string().nullable(),
          engineId: z.string().nullable(),
          engineName: z.string().nullable(),
          createdBy: z.string(),
          createdByName: z.string(),
          createdAt: z.date(),
          expiresAt: z.date(),
          lastUsedAt: z.date().nullable(),
          lastUsedFrom: z.string().nullable(),
          revokedAt: z.date().nullable(),
          approvedAt: z.date().nullable(),
          replacesId: z.string().nullable(),
          contentHash: z.string(),
          state: z.enum(['active', 'expires-soon', 'expired', 'revoked', 'awaiting-approval']),
        }),
      ),
    )
    .query(({ ctx }) => keysWithHash(ctx.actor)),
  /** Hash of a key as it is about to be made, for the step-up of `create` and `rotate`. */
  contentHash: procedure('key.manage')
    .input(Wish)
    .output(z.string())
    .query(({ input }) => keyHash(input)),
  create: procedure('key.manage')
    .input(Wish.extend({ stepUp: StepUpToken }))
    .output(Made.extend({ isApproved: z.boolean() }))
    .mutation(({ ctx, input }) => createKey(ctx.actor, input)),
  approve: procedure('key.manage')
    .input(z.object({ id: z.uuid(), stepUp: StepUpToken }))
    .output(z.void())
    .mutation(({ ctx, input }) => approveKey(ctx.actor, input)),
  rotate: procedure('key.manage')
    .input(z.object({ id: z.uuid(), expiresAt: z.date(), stepUp: StepUpToken }))
    .output(Made.extend({ oldEndsAt: z.date() }))
    .mutation(({ ctx, input }) => rotateKey(ctx.actor, input)),
  revoke: procedure('key.manage')
    .input(z.object({ id: z.uuid() }))
    .output(z.void())
    .mutation(({ ctx, input }) => revokeKey(ctx.actor, input)),
});
