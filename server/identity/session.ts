import 'server-only';
import { decode, encode } from 'next-auth/jwt';
import { decoded } from '../kernel/decoded';
import { DomainError } from '../kernel/errors';
import { cookieAttributes, SESSION_HOURS, sessionCookieName } from './session-cookie';
import { type LiveSession, lookAt, type SessionClaim } from './sessions';

export const MAX_AGE_SECONDS = SESSION_HOURS * 3600;

export const authSecret = (): string => {
  const text = process.env.AUTH_SECRET;
  if (!text) throw new DomainError('UNAVAILABLE', 'AUTH_SECRET is not set. Set it and start again.');
  return text;
};

/** The claim in a request's cookie, decrypted but not yet looked up; null without one of ours. */
export async function claimOf(headers: Headers): Promise<SessionClaim | null> {
  const name = `${sessionCookieName()}=`;
  const found = (headers.get('cookie') ?? '').split(/;\s*/).find((cookie) => cookie.startsWith(name));
  if (!found) return null;
  const text = decoded(found.slice(name.length));
  const token = text === null ? null : await decode({ token: text, secret: authSecret() }).catch(() => null);
  if (typeof token?.sid !== 'string' || typeof token.tok !== 'string') return null;
  return { sessionId: token.sid, token: token.tok };
}

/**
 * Who makes this request, by the rows as they stand now: person, roles, session, whether it is locked. Null when signed
 * out, revoked, expired or disabled. Asked at every request; nothing is cached.
 */
export async function sessionOf(request: { headers: Headers }): Promise<LiveSession | null> {
  const claim = await claimOf(request.headers);
  return claim && lookAt(claim, new Date());
}

/** The same for a route of people: throws UNAUTHENTICATED, and SESSION_LOCKED unless `whileLocked`. */
export async function requireSession(
  request: { headers: Headers },
  options: { whileLocked?: boolean } = {},
): Promise<LiveSession> {
  const live = await sessionOf(request);
  if (!live) throw new DomainError('UNAUTHENTICATED', 'You are signed out. Sign in again; nothing was changed.');
  if (live.session.locked && !options.whileLocked)
    throw new DomainError(
      'SESSION_LOCKED',
      'This session is locked after 30 min without input. Confirm your second factor.',
    );
  return live;
}

/** `Set-Cookie` for a claim: encrypted, HttpOnly, SameSite=Lax, and `__Host-` in production. */
export async function sessionCookie(claim: SessionClaim): Promise<string> {
  const value = await encode({
    token: { sid: claim.sessionId, tok: claim.token },
    secret: authSecret(),
    maxAge: MAX_AGE_SECONDS,
  });
  return `${sessionCookieName()}=${value}; ${cookieAttributes(MAX_AGE_SECONDS)}`;
}

/** `Set-Cookie` that removes the session cookie. */
export const clearedSessionCookie = (): string => `${sessionCookieName()}=; ${cookieAttributes(0)}`;
