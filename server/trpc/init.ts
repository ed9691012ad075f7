import 'server-only';
import { initTRPC } from '@trpc/server';
import superjson from 'superjson';
import { neighbourhoodOf } from '../identity/origin';
import { type Action, leaveFor } from '../identity/permissions';
import type { PersonActor } from '../kernel/actor';
import { DomainError } from '../kernel/errors';
import { log } from '../kernel/log';
import { shapeOf, toTrpcError } from './errors';
import { openLanes } from './open-lanes';

/** The session as read from its row for this request; `locked` after 30 minutes without a person's input. */
export type CurrentSession = { id: string; locked: boolean; expiresAt: Date; factors: string[] };
export type Context = {
  actor: PersonActor | null;
  session: CurrentSession | null;
  ip: string;
  userAgent: string;
  /** Of the request and of its answer; absent where a page or a test calls without one. */
  headers?: Headers;
  resHeaders?: Headers;
};

/** `access` is the action a caller needs; `whileLocked` procedures also work for a locked session. */
export type Meta = { access: Action | 'anyone'; whileLocked?: boolean };

const t = initTRPC
  .context<Context>()
  .meta<Meta>()
  .create({
    transformer: superjson,
    errorFormatter: ({ shape, error }) => ({ ...shape, ...shapeOf(shape, error) }),
    sse: { ping: { enabled: true, intervalMs: 15_000 }, client: { reconnectAfterInactivityMs: 20_000 } },
  });

export const router = t.router;
export const createCallerFactory = t.createCallerFactory;

const translate = t.middleware(async ({ next, path }) => {
  const result = await next();
  if (!result.ok) {
    const cause = result.error.cause;
    if (cause instanceof DomainError) {
      if (cause.detail) log.warn({ path, refusal: cause.code, detail: cause.detail }, cause.message);
      throw toTrpcError(cause);
    }
    if (result.error.code === 'INTERNAL_SERVER_ERROR')
      log.error({ path, err: cause ?? result.error }, 'procedure failed');
  }
  return result;
});

const openProcedure = t.procedure.meta({ access: 'anyone' }).use(translate);

/** For those who are not signed in: first run, the beginning of a sign-in. Few at a time; more are refused before any work. */
export const publicProcedure = openProcedure.use(({ next }) => openLanes.others.run(() => next()));

/** The same for second factors and passkeys, and for the links that alerts carry. */
export const factorProcedure = openProcedure.use(({ next }) => openLanes.factors.run(() => next()));
export const linkProcedure = openProcedure.use(({ next }) => openLanes.links.run(() => next()));

/** The same for what hashes a password: not for who is gone before its turn, and with places that no one address takes. */
export const passwordProcedure = openProcedure.use(({ ctx, next, signal }) =>
  openLanes.passwords.run(() => next(), { origin: neighbourhoodOf(ctx.ip), signal }),
);

/**
 * A procedure for people who may `access`, in at least one portfolio; the action or query checks the one that counts.
 * A locked session reads; it changes only what is marked `whileLocked`.
 */
export const procedure = (access: Action, options: { whileLocked?: boolean } = {}) =>
  t.procedure
    .meta({ access, ...options })
    .use(translate)
    .use(({ ctx, type, next }) => {
      const { actor, session } = ctx;
      if (!actor || !session)
        throw new DomainError('UNAUTHENTICATED', 'You are signed out. Sign in again; nothing was changed.');
      if (session.locked && type === 'mutation' && !options.whileLocked) {
        throw new DomainError(
          'SESSION_LOCKED',
          'This session is locked after 30 min without input. Confirm your second factor to go on.',
        );
      }
      if (!leaveFor(actor.grants, access, undefined, true)) {
        throw new DomainError('FORBIDDEN', 'Your role may not do this.', { data: { action: access } });
      }
      return next({ ctx: { ...ctx, actor, session } });
    });
