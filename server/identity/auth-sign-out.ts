import 'server-only';
import { recordEvent } from '../audit/record';
import { inTransaction } from '../kernel/transaction';
import { revokeSession } from './session-store';
import { lookAt, type SessionClaim } from './sessions';

/** Ends the session of a claim, if the claim still proves it: from now on the cookie is worth nothing anywhere. */
export async function endSession(claim: SessionClaim): Promise<void> {
  const now = new Date();
  const live = await lookAt(claim, now);
  if (!live) return;
  await inTransaction(async (tx) => {
    await revokeSession(tx, live.session.id, live.actor.personId, 'signed out', now);
    recordEvent(tx, {
      type: 'identity.signed-out',
      actor: live.actor,
      subject: { kind: 'person', id: live.actor.personId },
      data: { sessionId: live.session.id },
    });
  });
}
