import { recordEvent } from '@/server/audit/record';
import { hashPassword } from '@/server/identity/password';
import { seal } from '@/server/identity/secret-box';
import { openSession } from '@/server/identity/sessions';
import { issueStepUp } from '@/server/identity/step-up';
import { findPersonByEmail, insertGrant, insertPerson } from '@/server/identity/store';
import { job, type PersonActor, type Role } from '@/server/kernel/actor';
import { newId } from '@/server/kernel/ids';
import { inTransaction } from '@/server/kernel/transaction';
import { DEMO_PASSWORD, DEMO_PEOPLE, type DemoPerson } from './people';

/** A demo person at work: what the actions of the domains are called with. */
export type Actor = PersonActor & { sessionId: string };
export type Cast = Record<Role, Actor>;

/** Enrols the seven people and signs each in, so that the story below is told by them and not by the seed. */
export async function enrolPeople(totpSecrets: Record<string, string>): Promise<Cast> {
  const passwordHash = await hashPassword(DEMO_PASSWORD);
  const cast = await Promise.all(
    DEMO_PEOPLE.map(async (person) => [person.role, await enrol(person, passwordHash, totpSecrets[person.email]!)]),
  );
  return Object.fromEntries(cast) as Cast;
}

async function enrol({ name, email, role }: DemoPerson, passwordHash: string, totpSecret: string): Promise<Actor> {
  const id = newId();
  await inTransaction(async (tx, now) => {
    const totpSecretBox = seal(totpSecret, { table: 'people', id, column: 'totp_secret_box' });
    await insertPerson(tx, {
      id,
      email,
      name,
      passwordHash,
      totpSecretBox,
      isDemo: true,
      enrolledAt: now,
      createdAt: now,
    });
    const grantedBy = 'job:demo-seed';
    await insertGrant(tx, { id: newId(), personId: id, role, portfolioId: null, grantedBy, grantedAt: now });
    recordEvent(tx, {
      type: 'identity.demo-person-enrolled',
      actor: job('demo-seed'),
      subject: { kind: 'person', id },
      data: { email, role },
    });
  });
  return signIn(id, name, role);
}

async function signIn(personId: string, name: string, role: Role): Promise<Actor> {
  const claim = await openSession(personId, ['password', 'totp'], { ip: '127.0.0.1', userAgent: 'demo seed' });
  if (!claim) throw new Error(`${name} could not be signed in`);
  return { kind: 'person', personId, name, sessionId: claim.sessionId, grants: [{ role, portfolioId: null }] };
}

/** The same people, enrolled before, each in a new session. */
export async function signInPeople(): Promise<Cast> {
  const cast = await Promise.all(
    DEMO_PEOPLE.map(async ({ email, role }) => {
      const person = await findPersonByEmail(email);
      if (!person) throw new Error(`${email} is not enrolled`);
      return [role, await signIn(person.id, person.name, role)];
    }),
  );
  return Object.fromEntries(cast) as Cast;
}

/** The token of a second factor given for one operation on one content, as the sign panel gets it. */
export async function stepUp(actor: Actor, operation: string, contentHash: string): Promise<string> {
  return (await issueStepUp(actor, { operation, contentHash, factor: 'totp' }, new Date())).token;
}
