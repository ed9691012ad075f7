import 'server-only';
import { recordEvent } from '../audit/record';
import { DomainError } from '../kernel/errors';
import { newId } from '../kernel/ids';
import { inTransaction } from '../kernel/transaction';
import { asActor } from './auth-enrolment';
import { issueTicket, personOfTicket, ticketExpired } from './auth-sign-in';
import { hashPassword, passwordFault } from './password';
import { findPerson, insertGrant, insertPerson, isWithoutPeople, lockPeople, normalEmail, updatePerson } from './store';
import { redeemTicket } from './ticket-store';

/** Whether this installation still waits for its first admin. */
export const firstRunNeeded = (): Promise<boolean> => isWithoutPeople();

/** A password that may be used, or INVALID with the reason at its field. */
export function assertPassword(password: string, person: { email: string; name: string }): void {
  const fault = passwordFault(password, [person.email, person.email.split('@')[0]!, person.name]);
  if (fault) {
    throw new DomainError('INVALID', `This password cannot be used. ${fault}`, {
      data: { fields: { password: [fault] } },
    });
  }
}

/**
 * Makes the first admin of an empty installation and gives the ticket to enrol with. Of two parallel first runs one
 * wins; the other is told to sign in.
 */
export async function createFirstAdmin(input: {
  name: string;
  email: string;
  password: string;
}): Promise<{ ticket: string }> {
  assertPassword(input.password, input);
  const id = newId();
  const passwordHash = await hashPassword(input.password);
  await inTransaction(async (tx, now) => {
    await lockPeople(tx);
    if (!(await isWithoutPeople(tx))) {
      throw new DomainError('ALREADY_SET_UP', 'This installation has its first admin already. Sign in instead.');
    }
    const email = normalEmail(input.email);
    await insertPerson(tx, { id, email, name: input.name, passwordHash, createdAt: now });
    const grantedBy = `person:${id}`;
    await insertGrant(tx, { id: newId(), personId: id, role: 'admin', portfolioId: null, grantedBy, grantedAt: now });
    const person = await findPerson(id, tx);
    recordEvent(tx, {
      type: 'identity.first-admin-created',
      actor: asActor(person!),
      subject: { kind: 'person', id },
      data: { email, role: 'admin' },
    });
  });
  return { ticket: await issueTicket(id, 'enrol', ['password']) };
}

/** Who an invitation is for, so that the page can greet them; throws TICKET_EXPIRED. */
export async function readInvitation(input: { ticket: string }): Promise<{ name: string; email: string }> {
  const { person } = await personOfTicket(input.ticket, 'invite');
  return { name: person.name, email: person.email };
}

/** An invited person chooses a password and goes on to enrol a second factor. */
export async function acceptInvitation(input: { ticket: string; password: string }): Promise<{ ticket: string }> {
  const { ticket, person } = await personOfTicket(input.ticket, 'invite');
  assertPassword(input.password, person);
  const passwordHash = await hashPassword(input.password);
  await inTransaction(async (tx) => {
    if (!(await redeemTicket(ticket.hash, 'invite', new Date(), tx))) throw ticketExpired();
    await updatePerson(tx, person.id, { passwordHash });
    recordEvent(tx, {
      type: 'identity.invitation-accepted',
      actor: asActor(person),
      subject: { kind: 'person', id: person.id },
    });
  });
  return { ticket: await issueTicket(person.id, 'enrol', ['password']) };
}
