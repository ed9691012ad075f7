import 'server-only';
import type { NextAuthOptions } from 'next-auth';
import CredentialsProvider from 'next-auth/providers/credentials';
import { DomainError } from '../kernel/errors';
import { log } from '../kernel/log';
import { openSessionFromTicket } from './auth-sign-in';
import { endSession } from './auth-sign-out';
import { requestIp } from './origin';
import { authSecret, MAX_AGE_SECONDS } from './session';
import { isProduction, sessionCookieName } from './session-cookie';
import { lookAt, type SessionClaim } from './sessions';

type OpenedUser = { id: string; claim: SessionClaim };

/**
 * next-auth with one provider: a ticket from the second factor is exchanged for a session row. Built when asked for,
 * since cookie names follow APP_URL.
 */
export function authOptions(headers: Headers): NextAuthOptions {
  const options = { httpOnly: true, sameSite: 'lax' as const, path: '/', secure: isProduction() };
  const host = isProduction() ? '__Host-' : '';
  return {
    secret: authSecret(),
    session: { strategy: 'jwt', maxAge: MAX_AGE_SECONDS },
    pages: { signIn: '/login', error: '/login' },
    cookies: {
      sessionToken: { name: sessionCookieName(), options },
      callbackUrl: { name: `${host}going-live.callback-url`, options },
      csrfToken: { name: `${host}going-live.csrf-token`, options },
    },
    providers: [
      CredentialsProvider({
        credentials: { ticket: {} },
        authorize: async (credentials) => {
          const from = { ip: requestIp(headers), userAgent: headers.get('user-agent') ?? '' };
          const claim = await openSessionFromTicket(credentials?.ticket ?? '', from);
          return claim && ({ id: claim.sessionId, claim } satisfies OpenedUser);
        },
      }),
    ],
    callbacks: {
      jwt: ({ token, user }) => {
        const opened = user as OpenedUser | undefined;
        return opened ? { sid: opened.claim.sessionId, tok: opened.claim.token } : token;
      },
      session: async ({ session, token }) => {
        const live = await lookAt({ sessionId: String(token.sid), token: String(token.tok) }, new Date());
        if (!live) throw new DomainError('UNAUTHENTICATED', 'This session has ended.');
        return { expires: session.expires, user: { name: live.actor.name } };
      },
    },
    events: {
      signOut: async ({ token }) => {
        if (token?.sid && token.tok) await endSession({ sessionId: String(token.sid), token: String(token.tok) });
      },
    },
    logger: {
      error: (code, meta) => {
        if (code !== 'JWT_SESSION_ERROR')
          log.error({ code, err: meta instanceof Error ? meta : undefined }, 'next-auth');
      },
      warn: (code) => log.warn({ code }, 'next-auth'),
      debug: () => {},
    },
  };
}
