import 'server-only';
import type { RegistrationResponseJSON } from '@simplewebauthn/server';
import { recordEvent } from '../audit/record';
import type { PersonActor } from '../kernel/actor';
import { DomainError } from '../kernel/errors';
import { newId } from '../kernel/ids';
import { inTransaction, type Tx } from '../kernel/transaction';
import { issueTicket, personOfTicket, ticketExpired } from './auth-sign-in';
import { insertPasskey, replaceRecoveryCodes } from './factor-store';
import { throttleKey } from './factors';
import { registrationOptions, verifyRegistration } from './passkeys';
import { newRecoveryCodes, recoveryCodeHash } from './recovery-codes';
import { open, seal } from './secret-box';
import { type Person, updatePerson } from './store';
import { forgetAttempts, takeAttempt } from './throttle-store';
import { redeemTicket, setTicketSecret } from './ticket-store';
import { newTotpSecret, totpStepOf, totpUri } from './totp';

export type Enrolled = {
  /** For `signIn('credentials', { ticket })`. */
  ticket: string;
  /** Shown once. */
  recoveryCodes: string[];
};

const ticketPlace = (hash: string) => ({ table: 'sign_in_tickets', id: hash, column: 'secret_box' });

export const asActor = (person: Person): PersonActor => ({
  kind: 'person',
  personId: person.id,
  name: person.name,
  sessionId: null,
  grants: [],
});

/** The secret to put into an authenticator. Asked again with the same ticket it is the same, so a reload loses nothing. */
export async function beginEnrolment(input: {
  ticket: string;
}): Promise<{ secret: string; uri: string; email: string }> {
  const { ticket, person } = await personOfTicket(input.ticket, 'enrol');
  const secret = ticket.secretBox ? open(ticket.secretBox, ticketPlace(ticket.hash)) : newTotpSecret();
  if (!ticket.secretBox) await setTicketSecret(ticket.hash, seal(secret, ticketPlace(ticket.hash)));
  return { secret, uri: totpUri(secret, person.email), email: person.email };
}

/** Confirms that the authenticator works by one code; from then on it is the person's second factor. */
export async function confirmEnrolment(input: { ticket: string; code: string }): Promise<Enrolled> {
  const now = new Date();
  const { ticket, person } = await personOfTicket(input.ticket, 'enrol');
  if (!ticket.secretBox) throw ticketExpired();
  const secret = open(ticket.secretBox, ticketPlace(ticket.hash));
  const step = await enrolmentStep(person, secret, input.code, now);
  return completeEnrolment(person, ticket.hash, [...ticket.factors, 'totp'], async (tx) => {
    await adoptTotp(tx, person.id, secret, step);
  });
}

/** The step of a right code of a secret that is being enrolled; wrong ones are counted like at sign-in. */
export async function enrolmentStep(person: Person, secret: string, code: string, now: Date): Promise<number> {
  const key = throttleKey('totp', person.id);
  const attempt = await takeAttempt(key, now);
  const step = attempt.allowed ? totpStepOf(secret, code.replaceAll(/\s/g, ''), now) : null;
  if (step !== null) {
    await forgetAttempts(key);
    return step;
  }
  throw new DomainError(
    'CODE_REFUSED',
    attempt.allowed
      ? 'That code does not belong to this key. Check the time of your phone and enter the next code.'
      : 'Too many wrong codes. Wait 15 min and begin again.',
    { kind: attempt.allowed ? 'invalid' : 'too-many' },
  );
}

export async function adoptTotp(tx: Tx, personId: string, secret: string, step: number): Promise<void> {
  const totpSecretBox = seal(secret, { table: 'people', id: personId, column: 'totp_secret_box' });
  await updatePerson(tx, personId, { totpSecretBox, totpLastStep: step });
}

/** A passkey instead of an authenticator, at enrolment. */
export async function beginPasskeyEnrolment(input: { ticket: string }) {
  return registrationOptions((await personOfTicket(input.ticket, 'enrol')).person);
}

export async function confirmPasskeyEnrolment(input: {
  ticket: string;
  name: string;
  response: RegistrationResponseJSON;
}): Promise<Enrolled> {
  const { ticket, person } = await personOfTicket(input.ticket, 'enrol');
  const passkey = await verifyRegistration(person.id, input.response);
  return completeEnrolment(person, ticket.hash, [...ticket.factors, 'passkey'], async (tx, now) => {
    await insertPasskey(tx, { ...passkey, personId: person.id, name: input.name, createdAt: now });
  });
}

async function completeEnrolment(
  person: Person,
  ticketHash: string,
  factors: string[],
  adopt: (tx: Tx, now: Date) => Promise<void>,
): Promise<Enrolled> {
  const recoveryCodes = newRecoveryCodes();
  await inTransaction(async (tx, now) => {
    if (!(await redeemTicket(ticketHash, 'enrol', new Date(), tx))) throw ticketExpired();
    await adopt(tx, now);
    await updatePerson(tx, person.id, { enrolledAt: now });
    await storeRecoveryCodes(tx, person.id, recoveryCodes, now);
    recordEvent(tx, {
      type: 'identity.enrolled',
      actor: asActor(person),
      subject: { kind: 'person', id: person.id },
      data: { factor: factors.at(-1) },
    });
  });
  return { ticket: await issueTicket(person.id, 'session', factors), recoveryCodes };
}

/** Stores a new set by its hashes; the old set is void from then on. */
export async function storeRecoveryCodes(tx: Tx, personId: string, codes: string[], now: Date): Promise<void> {
  const rows = codes.map((code) => ({ id: newId(), hash: recoveryCodeHash(personId, code) }));
  await replaceRecoveryCodes(tx, personId, rows, now);
}
