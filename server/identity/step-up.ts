import 'server-only';
import type { AuthenticationResponseJSON } from '@simplewebauthn/server';
import { recordEvent } from '../audit/record';
import type { Actor, PersonActor } from '../kernel/actor';
import { DomainError } from '../kernel/errors';
import { inTransaction, type Tx } from '../kernel/transaction';
import { checkTotp } from './factors';
import { verifyAuthentication } from './passkeys';
import { insertStepUp, spendStepUp } from './step-up-store';
import { findPerson } from './store';
import { newToken, tokenHash } from './tokens';

export const STEP_UP_MS = 2 * 60_000;

/** What a person shows to prove it is they. */
export type FactorProof = { kind: 'totp'; code: string } | { kind: 'passkey'; response: AuthenticationResponseJSON };

/** Checks the second factor of the person of a session; throws with words for them. */
export async function proveFactor(actor: PersonActor, proof: FactorProof, now: Date): Promise<'totp' | 'passkey'> {
  if (proof.kind === 'passkey') {
    const { personId } = await verifyAuthentication('step-up', proof.response);
    if (personId !== actor.personId)
      throw new DomainError('PASSKEY_REFUSED', 'That passkey belongs to another person.', { kind: 'invalid' });
    return 'passkey';
  }
  const person = await findPerson(actor.personId);
  if (!person) throw new DomainError('UNAUTHENTICATED', 'You are signed out. Sign in again.');
  await checkTotp(person, proof.code, now);
  return 'totp';
}

/**
 * Turns a second factor into a token for one operation on one exact content: single use, two minutes, this session.
 * `contentHash` is the hash of what the person was shown, as the server computed it for the panel.
 */
export async function beginStepUp(
  actor: PersonActor,
  input: { operation: string; contentHash: string; proof: FactorProof },
): Promise<{ token: string; expiresAt: Date }> {
  const startedAt = new Date();
  const sessionId = sessionOfActor(actor);
  const factor = await proveFactor(actor, input.proof, startedAt);
  return issueStepUp({ ...actor, sessionId }, { ...input, factor }, startedAt);
}

/** Stores a step-up whose factor has been checked; for the demo's and tests' own people as well. */
export async function issueStepUp(
  actor: PersonActor,
  input: { operation: string; contentHash: string; factor: string },
  startedAt: Date,
): Promise<{ token: string; expiresAt: Date }> {
  const token = newToken();
  const expiresAt = new Date(startedAt.getTime() + STEP_UP_MS);
  await inTransaction(async (tx) => {
    await insertStepUp(tx, {
      hash: tokenHash(token),
      personId: actor.personId,
      sessionId: sessionOfActor(actor),
      operation: input.operation,
      contentHash: input.contentHash,
      factor: input.factor,
      createdAt: startedAt,
      expiresAt,
    });
    recordEvent(tx, {
      type: 'identity.stepped-up',
      actor,
      subject: { kind: 'person', id: actor.personId },
      data: { operation: input.operation, contentHash: input.contentHash, factor: input.factor },
    });
  });
  return { token, expiresAt };
}

/**
 * Uses a step-up token inside the transaction it permits. Throws STEP_UP_REQUIRED when it is missing, used, run out, or
 * made by another person or session, for another operation or for other content than `contentHash`, which the caller
 * computes from the rows it holds: so any edit since the panel was shown voids it. Gives the factor for the event.
 */
export async function consumeStepUp(
  tx: Tx,
  actor: Actor,
  wanted: { token: string | null | undefined; operation: string; contentHash: string },
): Promise<{ factor: string }> {
  if (actor.kind !== 'person') throw new DomainError('FORBIDDEN', 'Only a person can sign, with a second factor.');
  const used = wanted.token
    ? await spendStepUp(
        tx,
        {
          hash: tokenHash(wanted.token),
          personId: actor.personId,
          sessionId: sessionOfActor(actor),
          operation: wanted.operation,
          contentHash: wanted.contentHash,
        },
        new Date(),
      )
    : null;
  if (used) return { factor: used.factor };
  throw new DomainError(
    'STEP_UP_REQUIRED',
    'This needs your second factor, given for exactly what is shown now. If it changed or two minutes passed, look again and sign again.',
    { data: { operation: wanted.operation, contentHash: wanted.contentHash } },
  );
}

function sessionOfActor(actor: PersonActor): string {
  if (actor.sessionId) return actor.sessionId;
  throw new DomainError('UNAUTHENTICATED', 'You are signed out. Sign in again; nothing was changed.');
}
