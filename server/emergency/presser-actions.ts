import 'server-only';
import { claimOf, sessionOf } from '../identity/session';
import { sessionState } from '../identity/session-state';
import { tokenHash } from '../identity/tokens';
import type { PersonActor } from '../kernel/actor';
import { DomainError } from '../kernel/errors';
import { loadSnapshot } from './snapshot';
import { within } from './snapshot-actions';

const PATIENCE_MS = 700;

/**
 * Who presses: by their session's row, or by the local snapshot of sessions and roles when the database does not answer in
 * time. A locked session may start an emergency. Throws UNAUTHENTICATED, or NO_SNAPSHOT without either.
 */
export async function presserOf(request: {
  headers: Headers;
}): Promise<{ actor: PersonActor; isDatabaseDown: boolean }> {
  const signedOut = new DomainError('UNAUTHENTICATED', 'You are signed out. Sign in again; nothing was started.');
  const claim = await claimOf(request.headers);
  if (!claim) throw signedOut;
  const looked = await within(
    PATIENCE_MS,
    sessionOf(request).then((live) => ({ live })),
  );
  if (looked?.live) return { actor: looked.live.actor, isDatabaseDown: false };
  if (looked) throw signedOut;
  const now = new Date();
  const known = loadSnapshot(now).sessions.find(({ id }) => id === claim.sessionId);
  const row = known && {
    ...known,
    rotatedAt: known.rotatedAt ? new Date(known.rotatedAt) : null,
    lastInputAt: new Date(known.lastInputAt),
    expiresAt: new Date(known.expiresAt),
    revokedAt: null,
  };
  if (!row || sessionState(row, tokenHash(claim.token), now) === 'ended') throw signedOut;
  const { personId, name, id, grants } = row;
  return { actor: { kind: 'person', personId, name, sessionId: id, grants }, isDatabaseDown: true };
}
