import 'server-only';
import type { AuthenticationResponseJSON } from '@simplewebauthn/server';
import { DomainError } from '../kernel/errors';
import { passkeysOf } from './factor-store';
import { checkPassword, checkRecoveryCode, checkTotp, triesLeftWords } from './factors';
import { verifyAuthentication } from './passkeys';
import { openSession, type SessionClaim } from './sessions';
import { findPerson, findPersonByEmail, normalEmail, type Person } from './store';
import { findTicket, insertTicket, redeemTicket, type TicketPurpose } from './ticket-store';
import { newToken, tokenHash } from './tokens';

const TICKET_MS: Record<TicketPurpose, number> = {
  'second-factor': 10 * 60_000,
  enrol: 20 * 60_000,
  session: 60_000,
  invite: 72 * 3_600_000,
};

/** A single-use ticket for the next step of signing in; only its hash is stored. */
export async function issueTicket(personId: string, purpose: TicketPurpose, factors: string[]): Promise<string> {
  const ticket = newToken();
  const expiresAt = new Date(Date.now() + TICKET_MS[purpose]);
  await insertTicket({ hash: tokenHash(ticket), personId, purpose, factors, expiresAt });
  return ticket;
}

/** The enabled person a live ticket was made for; throws TICKET_EXPIRED. */
export async function personOfTicket(ticket: string, purpose: TicketPurpose) {
  const row = await findTicket(tokenHash(ticket), purpose, new Date());
  const person = row && (await findPerson(row.personId));
  if (!row || !person || person.disabledAt) throw ticketExpired();
  return { ticket: row, person };
}

export const ticketExpired = (): DomainError =>
  new DomainError(
    'TICKET_EXPIRED',
    'This step took too long or was used already. Start again from your e-mail and password.',
    {
      kind: 'invalid',
    },
  );

export type NextStep =
  | { next: 'second-factor'; ticket: string; factors: ('totp' | 'passkey' | 'recovery')[] }
  | { next: 'enrol'; ticket: string };

/**
 * First factor. Unknown, disabled and wrong are answered alike in words and work. Right gives a ticket, never a session:
 * to the second factor, or to enrolment where the person has none yet.
 */
export async function passwordStep(input: { email: string; password: string }): Promise<NextStep> {
  const email = normalEmail(input.email);
  const found = await findPersonByEmail(email);
  const person = found?.disabledAt ? null : found;
  const result = await checkPassword(email, person, input.password, new Date());
  if (!result.fits || !person) {
    const left = result.fits ? 0 : result.triesLeft;
    throw new DomainError('SIGN_IN_REFUSED', `E-mail and password do not match. ${triesLeftWords(left)}`, {
      kind: 'invalid',
      data: { triesLeft: left },
    });
  }
  return nextStep(person);
}

async function nextStep(person: Person): Promise<NextStep> {
  const hasPasskey = (await passkeysOf(person.id)).length > 0;
  if (!person.totpSecretBox && !hasPasskey) {
    return { next: 'enrol', ticket: await issueTicket(person.id, 'enrol', ['password']) };
  }
  const ticket = await issueTicket(person.id, 'second-factor', ['password']);
  const factors = [...(person.totpSecretBox ? (['totp'] as const) : []), ...(hasPasskey ? (['passkey'] as const) : [])];
  return { next: 'second-factor', ticket, factors: [...factors, 'recovery'] };
}

/** Second factor by code; gives the ticket that `signIn('credentials', { ticket })` turns into a session. */
export async function secondFactor(input: {
  ticket: string;
  kind: 'totp' | 'recovery';
  code: string;
}): Promise<{ ticket: string }> {
  const { ticket, person } = await personOfTicket(input.ticket, 'second-factor');
  const check = input.kind === 'totp' ? checkTotp : checkRecoveryCode;
  await check(person, input.code, new Date());
  if (!(await redeemTicket(ticket.hash, 'second-factor', new Date()))) throw ticketExpired();
  return { ticket: await issueTicket(person.id, 'session', [...ticket.factors, input.kind]) };
}

/** Both factors at once: a passkey with user verification. Never throttled, whatever is locked. */
export async function passkeySignIn(response: AuthenticationResponseJSON): Promise<{ ticket: string }> {
  const { personId } = await verifyAuthentication('sign-in', response);
  const person = await findPerson(personId);
  if (!person || person.disabledAt) {
    throw new DomainError('PASSKEY_REFUSED', 'That passkey was not accepted. Ask an admin about your account.', {
      kind: 'invalid',
    });
  }
  return { ticket: await issueTicket(personId, 'session', ['passkey']) };
}

/** Exchanges a session ticket for a session; null when it ran out or was used. */
export async function openSessionFromTicket(
  ticket: string,
  from: { ip: string; userAgent: string },
): Promise<SessionClaim | null> {
  const row = ticket ? await redeemTicket(tokenHash(ticket), 'session', new Date()) : null;
  return row && openSession(row.personId, row.factors, from);
}
