import 'server-only';
import type { Grant, PersonActor } from '../kernel/actor';
import { DomainError, notFound } from '../kernel/errors';
import { newId } from '../kernel/ids';
import { inTransaction } from '../kernel/transaction';
import { issueTicket } from './auth-sign-in';
import { authorize } from './authorize';
import { type CountedFactor, throttleKey } from './factors';
import { type Asked, askFor, assertAdminLeft, recordEventOfPerson } from './role-actions';
import { revokeSessionsOf } from './session-store';
import {
  findPerson,
  findPersonByEmail,
  insertPerson,
  lockPeople,
  lockPerson,
  normalEmail,
  updatePerson,
} from './store';
import { forgetAttempts } from './throttle-store';

/** An account is the firm's: who manages one portfolio gives roles there and touches no account. */
const FIRM = { portfolioId: null };

/**
 * Adds a person with the roles asked for and gives the ticket of their invitation (72 h), which opens
 * `/setup?invite=<ticket>`: they choose their own password there.
 */
export async function invitePerson(
  actor: PersonActor,
  input: { name: string; email: string; phone: string | null; grants: Grant[] },
): Promise<{ personId: string; ticket: string; granted: number; proposed: number }> {
  for (const { portfolioId } of input.grants) authorize(actor, 'people.invite', { portfolioId });
  const id = newId();
  const asked = await inTransaction(async (tx, now) => {
    await lockPeople(tx);
    if (await findPersonByEmail(input.email, tx)) {
      const words = 'Someone with this e-mail address is here already.';
      throw new DomainError('INVALID', words, { data: { fields: { email: [words] } } });
    }
    const { name, phone } = input;
    const email = normalEmail(input.email);
    await insertPerson(tx, { id, email, name, phone, passwordHash: '!', createdAt: now });
    recordEventOfPerson(tx, actor, 'people.invited', id, { name, email });
    const results: Asked[] = [];
    for (const grant of input.grants) results.push(await askFor(tx, actor, id, grant, now));
    return results;
  });
  const granted = asked.filter((result) => result === 'granted').length;
  return { personId: id, ticket: await issueTicket(id, 'invite', []), granted, proposed: asked.length - granted };
}

/** A new invitation for someone who has not enrolled yet; older ones stay valid until they run out or one is used. */
export async function renewInvitation(actor: PersonActor, input: { personId: string }): Promise<{ ticket: string }> {
  authorize(actor, 'people.invite', FIRM);
  await inTransaction(async (tx) => {
    const person = await lockPerson(tx, input.personId);
    if (!person) throw notFound('That person');
    if (person.enrolledAt)
      throw new DomainError('ALREADY_ENROLLED', 'This person has signed in before and keeps their own password.');
    recordEventOfPerson(tx, actor, 'people.invitation-renewed', person.id);
  });
  return { ticket: await issueTicket(input.personId, 'invite', []) };
}

/** Shuts a person out: every session ends, and their approvals count no more where they are checked again. */
export async function disablePerson(actor: PersonActor, input: { personId: string }): Promise<{ ended: number }> {
  authorize(actor, 'people.manage', FIRM);
  if (input.personId === actor.personId) {
    throw new DomainError('OWN_ACCOUNT', 'You cannot disable your own account. Ask another admin or a manager.');
  }
  return inTransaction(async (tx, now) => {
    await lockPeople(tx);
    const person = await lockPerson(tx, input.personId);
    if (!person) throw notFound('That person');
    await assertAdminLeft(tx, person.id);
    await updatePerson(tx, person.id, { disabledAt: now });
    const ended = await revokeSessionsOf(tx, person.id, 'disabled', new Date());
    recordEventOfPerson(tx, actor, 'people.disabled', person.id, { ended });
    return { ended };
  });
}

/** Lets a person in again with the roles they have; takes a person who could also grant them. */
export async function enablePerson(actor: PersonActor, input: { personId: string }): Promise<void> {
  authorize(actor, 'people.invite', FIRM);
  await inTransaction(async (tx) => {
    const person = await lockPerson(tx, input.personId);
    if (!person?.disabledAt) throw notFound('A disabled person of that kind');
    await updatePerson(tx, person.id, { disabledAt: null });
    recordEventOfPerson(tx, actor, 'people.enabled', person.id);
  });
}

/** Ends every session of a person whose device was lost; they sign in again with what they still have. */
export async function endSessionsOf(actor: PersonActor, input: { personId: string }): Promise<{ ended: number }> {
  authorize(actor, 'people.manage', FIRM);
  return inTransaction(async (tx) => {
    const person = await lockPerson(tx, input.personId);
    if (!person) throw notFound('That person');
    const ended = await revokeSessionsOf(tx, person.id, 'ended by an admin', new Date());
    recordEventOfPerson(tx, actor, 'people.sessions-ended', person.id, { ended });
    return { ended };
  });
}

/** Lifts a lock after too many wrong answers, also the hard one. */
export async function unlockFactors(actor: PersonActor, input: { personId: string }): Promise<void> {
  authorize(actor, 'people.invite', FIRM);
  const person = await findPerson(input.personId);
  if (!person) throw notFound('That person');
  await inTransaction(async (tx) => recordEventOfPerson(tx, actor, 'people.factors-unlocked', person.id));
  const accounts: [CountedFactor, string][] = [
    ['password', person.email],
    ['totp', person.id],
    ['recovery', person.id],
  ];
  for (const [factor, account] of accounts) await forgetAttempts(throttleKey(factor, account));
}
