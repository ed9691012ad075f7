import 'server-only';
import { recordEvent } from '../audit/record';
import type { PersonActor } from '../kernel/actor';
import { notFound } from '../kernel/errors';
import { inTransaction, publish } from '../kernel/transaction';
import { endSession } from './auth-sign-out';
import { authorize } from './authorize';
import { claimOf, clearedSessionCookie, sessionCookie } from './session';
import { LOCK_AFTER_MS } from './session-cookie';
import { liveSessionsOf, noteInput, revokeSession, revokeSessionsOf, unlockSession } from './session-store';
import { rotateSession } from './sessions';
import { beginStepUp, type FactorProof, proveFactor } from './step-up';

/** The request of a browser: where its cookie is read and a new one is set. */
type Exchange = { actor: PersonActor; session: { id: string }; headers?: Headers; resHeaders?: Headers };

/** A second factor was just given: the session gets a new token, and the old one dies after a short grace. */
async function renewCookie({ headers, resHeaders }: Exchange): Promise<void> {
  const claim = headers && (await claimOf(headers));
  const renewed = claim && (await rotateSession(claim));
  if (renewed) resHeaders?.append('set-cookie', await sessionCookie(renewed));
}

/** A step-up token for one operation on one content, and a new session token with it. */
export async function stepUp(
  exchange: Exchange,
  input: { operation: string; contentHash: string; proof: FactorProof },
): Promise<{ token: string; expiresAt: Date }> {
  const stepUpToken = await beginStepUp(exchange.actor, input);
  await renewCookie(exchange);
  return stepUpToken;
}

/** Unlocks a session that saw no input for half an hour, by the second factor. */
export async function unlock(exchange: Exchange, input: { proof: FactorProof }): Promise<void> {
  const { actor, session } = exchange;
  authorize(actor, 'self.manage');
  const at = new Date();
  const factor = await proveFactor(actor, input.proof, at);
  await inTransaction(async (tx) => {
    await unlockSession(tx, session.id, at);
    recordEvent(tx, {
      type: 'identity.session-unlocked',
      actor,
      subject: { kind: 'person', id: actor.personId },
      data: { sessionId: session.id, factor },
    });
  });
  await renewCookie(exchange);
}

/** Notes that a person did something; polling must not call this. A locked session stays locked. */
export async function touch({ session }: Pick<Exchange, 'session'>): Promise<{ locked: boolean }> {
  const at = new Date();
  const noted = await noteInput(session.id, at, new Date(at.getTime() - LOCK_AFTER_MS));
  return { locked: !noted };
}

/** Signs this browser out: the row ends and the cookie is removed. */
export async function signOut({ headers, resHeaders }: Pick<Exchange, 'headers' | 'resHeaders'>): Promise<void> {
  const claim = headers && (await claimOf(headers));
  if (claim) await endSession(claim);
  resHeaders?.append('set-cookie', clearedSessionCookie());
}

export type SessionSummary = {
  id: string;
  isThis: boolean;
  createdAt: Date;
  lastInputAt: Date;
  expiresAt: Date;
  factors: string[];
  userAgent: string;
  ip: string;
};

/** The live sessions of the person who asks. */
export async function mySessions(actor: PersonActor): Promise<SessionSummary[]> {
  const rows = await liveSessionsOf(actor.personId, new Date());
  return rows.map(({ id, createdAt, lastInputAt, expiresAt, factors, userAgent, ip }) => ({
    id,
    isThis: id === actor.sessionId,
    createdAt,
    lastInputAt,
    expiresAt,
    factors,
    userAgent,
    ip,
  }));
}

/** Ends one session of one's own, at the next request it makes on any instance. */
export async function revokeMySession(actor: PersonActor, input: { sessionId: string }): Promise<void> {
  authorize(actor, 'self.manage');
  await inTransaction(async (tx) => {
    const ended = await revokeSession(tx, input.sessionId, actor.personId, 'revoked by its person', new Date());
    if (!ended) throw notFound('That session');
    recordEvent(tx, {
      type: 'identity.session-revoked',
      actor,
      subject: { kind: 'person', id: actor.personId },
      data: { sessionId: input.sessionId },
    });
    publish(tx, 'identity');
  });
}

/** Ends every session of one's own but this one; how many that were. */
export async function revokeMyOtherSessions(actor: PersonActor): Promise<{ ended: number }> {
  authorize(actor, 'self.manage');
  return inTransaction(async (tx) => {
    const but = actor.sessionId ?? undefined;
    const ended = await revokeSessionsOf(tx, actor.personId, 'revoked by its person', new Date(), but);
    recordEvent(tx, {
      type: 'identity.sessions-revoked',
      actor,
      subject: { kind: 'person', id: actor.personId },
      data: { ended },
    });
    publish(tx, 'identity');
    return { ended };
  });
}
