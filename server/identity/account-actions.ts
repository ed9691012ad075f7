import 'server-only';
import type { RegistrationResponseJSON } from '@simplewebauthn/server';
import { recordEvent } from '../audit/record';
import type { PersonActor } from '../kernel/actor';
import { DomainError, notFound } from '../kernel/errors';
import { inTransaction, publish, type Tx } from '../kernel/transaction';
import { adoptTotp, enrolmentStep, storeRecoveryCodes } from './auth-enrolment';
import { assertPassword } from './auth-first-run';
import { issueTicket, personOfTicket, ticketExpired } from './auth-sign-in';
import { authorize } from './authorize';
import { insertPasskey, passkeysOf, recoveryCodesLeft, removePasskey } from './factor-store';
import { checkPassword, triesLeftWords } from './factors';
import { registrationOptions, verifyRegistration } from './passkeys';
import { hashPassword } from './password';
import { newRecoveryCodes } from './recovery-codes';
import { open, seal } from './secret-box';
import { revokeSessionsOf } from './session-store';
import { consumeStepUp } from './step-up';
import { findPerson, lockPerson, type Person, updatePerson } from './store';
import { redeemTicket, setTicketSecret } from './ticket-store';
import { tokenHash } from './tokens';
import { newTotpSecret, totpUri } from './totp';

/** Operations on one's own account; what their step-up is bound to is the account, so its id stands for the content. */
export type AccountOperation =
  | 'account.change-password'
  | 'account.replace-totp'
  | 'account.add-passkey'
  | 'account.remove-passkey'
  | 'account.renew-recovery-codes';

async function ownAccount(actor: PersonActor): Promise<Person> {
  authorize(actor, 'self.manage');
  const person = await findPerson(actor.personId);
  if (!person) throw notFound('Your account');
  return person;
}

const stepUpFor = (tx: Tx, actor: PersonActor, operation: AccountOperation, token: string) =>
  consumeStepUp(tx, actor, { token, operation, contentHash: actor.personId });

function note(tx: Tx, actor: PersonActor, type: string, data: Record<string, unknown> = {}): void {
  recordEvent(tx, { type, actor, subject: { kind: 'person', id: actor.personId }, data });
  publish(tx, 'identity');
}

/** Changes one's password; the old one is asked as well, and every other session ends. */
export async function changePassword(
  actor: PersonActor,
  input: { current: string; next: string; stepUp: string },
): Promise<{ ended: number }> {
  const person = await ownAccount(actor);
  const checked = await checkPassword(person.email, person, input.current, new Date());
  if (!checked.fits) {
    const words = `This is not your password. ${triesLeftWords(checked.triesLeft)}`;
    throw new DomainError('INVALID', words, { data: { fields: { current: [words] } } });
  }
  assertPassword(input.next, person);
  const passwordHash = await hashPassword(input.next);
  return inTransaction(async (tx) => {
    await stepUpFor(tx, actor, 'account.change-password', input.stepUp);
    await updatePerson(tx, person.id, { passwordHash });
    const ended = await revokeSessionsOf(tx, person.id, 'password changed', new Date(), actor.sessionId ?? undefined);
    note(tx, actor, 'identity.password-changed', { ended });
    return { ended };
  });
}

/** A new secret for the authenticator; the old one counts until the new one is confirmed. */
export async function beginTotpChange(
  actor: PersonActor,
  input: { stepUp: string },
): Promise<{ ticket: string; secret: string; uri: string }> {
  const person = await ownAccount(actor);
  await inTransaction(async (tx) => {
    await stepUpFor(tx, actor, 'account.replace-totp', input.stepUp);
    note(tx, actor, 'identity.totp-change-begun');
  });
  const ticket = await issueTicket(person.id, 'enrol', []);
  const secret = newTotpSecret();
  const hash = tokenHash(ticket);
  await setTicketSecret(hash, seal(secret, { table: 'sign_in_tickets', id: hash, column: 'secret_box' }));
  return { ticket, secret, uri: totpUri(secret, person.email) };
}

/** Confirms the new authenticator by one of its codes. */
export async function confirmTotpChange(actor: PersonActor, input: { ticket: string; code: string }): Promise<void> {
  authorize(actor, 'self.manage');
  const now = new Date();
  const { ticket, person } = await personOfTicket(input.ticket, 'enrol');
  if (person.id !== actor.personId || !ticket.secretBox) throw ticketExpired();
  const secret = open(ticket.secretBox, { table: 'sign_in_tickets', id: ticket.hash, column: 'secret_box' });
  const step = await enrolmentStep(person, secret, input.code, now);
  await inTransaction(async (tx) => {
    if (!(await redeemTicket(ticket.hash, 'enrol', new Date(), tx))) throw ticketExpired();
    await adoptTotp(tx, person.id, secret, step);
    note(tx, actor, 'identity.totp-changed');
  });
}

export async function beginPasskey(actor: PersonActor) {
  return registrationOptions(await ownAccount(actor));
}

/** Adds a passkey that answers a challenge made for this person. */
export async function addPasskey(
  actor: PersonActor,
  input: { name: string; response: RegistrationResponseJSON; stepUp: string },
): Promise<void> {
  await ownAccount(actor);
  const passkey = await verifyRegistration(actor.personId, input.response);
  await inTransaction(async (tx, now) => {
    await stepUpFor(tx, actor, 'account.add-passkey', input.stepUp);
    await insertPasskey(tx, { ...passkey, personId: actor.personId, name: input.name, createdAt: now });
    note(tx, actor, 'identity.passkey-added', { name: input.name });
  });
}

/** Removes a passkey, but never the last factor of an account. */
export async function dropPasskey(actor: PersonActor, input: { id: string; stepUp: string }): Promise<void> {
  await ownAccount(actor);
  await inTransaction(async (tx, now) => {
    const person = await lockPerson(tx, actor.personId);
    const left = (await passkeysOf(actor.personId, tx)).filter((passkey) => passkey.id !== input.id);
    if (!person?.totpSecretBox && left.length === 0) {
      throw new DomainError('LAST_FACTOR', 'This is your only second factor. Set up an authenticator first.');
    }
    await stepUpFor(tx, actor, 'account.remove-passkey', input.stepUp);
    if (!(await removePasskey(tx, input.id, actor.personId, now))) throw notFound('That passkey');
    note(tx, actor, 'identity.passkey-removed');
  });
}

/** A new set of recovery codes, shown once; the old set is void. */
export async function renewRecoveryCodes(
  actor: PersonActor,
  input: { stepUp: string },
): Promise<{ recoveryCodes: string[] }> {
  await ownAccount(actor);
  const recoveryCodes = newRecoveryCodes();
  await inTransaction(async (tx, now) => {
    await stepUpFor(tx, actor, 'account.renew-recovery-codes', input.stepUp);
    await storeRecoveryCodes(tx, actor.personId, recoveryCodes, now);
    note(tx, actor, 'identity.recovery-codes-renewed', { count: recoveryCodes.length });
  });
  return { recoveryCodes };
}

/** What one has to sign in with: never the secrets themselves. */
export async function myFactors(actor: PersonActor) {
  const person = await ownAccount(actor);
  const passkeys = await passkeysOf(person.id);
  return {
    hasTotp: person.totpSecretBox !== null,
    recoveryCodesLeft: await recoveryCodesLeft(person.id),
    passkeys: passkeys.map(({ id, name, createdAt, lastUsedAt }) => ({ id, name, createdAt, lastUsedAt })),
  };
}
