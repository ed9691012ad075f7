import 'server-only';
import { recordEvent } from '../audit/record';
import type { PersonActor } from '../kernel/actor';
import { newId } from '../kernel/ids';
import { inTransaction } from '../kernel/transaction';
import { SESSION_HOURS } from './session-cookie';
import { sessionState } from './session-state';
import { insertSession, type LookedUpSession, lookUpSession, rotateToken } from './session-store';
import { findPerson, grantsOf } from './store';
import { newToken, tokenHash } from './tokens';

/** What the cookie carries, encrypted: which session, and the token that proves it. */
export type SessionClaim = { sessionId: string; token: string };

export type LiveSession = {
  actor: PersonActor;
  session: { id: string; locked: boolean; expiresAt: Date; factors: string[] };
};

/** Opens a session for a person whose factors have been checked; null for one who was disabled meanwhile. */
export async function openSession(
  personId: string,
  factors: string[],
  from: { ip: string; userAgent: string },
): Promise<SessionClaim | null> {
  const now = new Date();
  const token = newToken();
  const sessionId = newId();
  return inTransaction(async (tx) => {
    const person = await findPerson(personId, tx);
    if (!person || person.disabledAt) return null;
    await insertSession(tx, {
      id: sessionId,
      personId,
      tokenHash: tokenHash(token),
      createdAt: now,
      lastInputAt: now,
      expiresAt: new Date(now.getTime() + SESSION_HOURS * 3_600_000),
      factors,
      userAgent: from.userAgent.slice(0, 300),
      ip: from.ip,
    });
    recordEvent(tx, {
      type: 'identity.signed-in',
      actor: { kind: 'person', personId, name: person.name, sessionId, grants: await grantsOf(personId, tx) },
      subject: { kind: 'person', id: personId },
      data: { sessionId, factors },
    });
    return { sessionId, token };
  });
}

/** The person and session of a claim as their rows stand now, or null: ended, revoked, replaced token, disabled person. */
export async function lookAt(claim: SessionClaim, now: Date): Promise<LiveSession | null> {
  const found = await lookUpSession(claim.sessionId);
  return found && liveSession(found, tokenHash(claim.token), now);
}

function liveSession({ session, person, grants }: LookedUpSession, hash: string, now: Date): LiveSession | null {
  const state = person.isDisabled ? 'ended' : sessionState(session, hash, now);
  if (state === 'ended') return null;
  return {
    actor: { kind: 'person', personId: person.id, name: person.name, sessionId: session.id, grants },
    session: { id: session.id, locked: state === 'locked', expiresAt: session.expiresAt, factors: session.factors },
  };
}

/**
 * A new token for a session, after a second factor. Null when a parallel request has rotated it first: that one's answer
 * carries the new token, and this request's own is in its grace.
 */
export async function rotateSession(claim: SessionClaim): Promise<SessionClaim | null> {
  const token = newToken();
  const tokens = { current: tokenHash(claim.token), next: tokenHash(token) };
  return (await rotateToken(claim.sessionId, tokens, new Date())) ? { sessionId: claim.sessionId, token } : null;
}
