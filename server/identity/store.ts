import 'server-only';
import { and, asc, count, eq, inArray, isNull, sql as query } from 'drizzle-orm';
import { type Db, db, type Tx } from '@/db/client';
import { grantProposals, people, roleGrants } from '@/db/schema';
import type { Grant, Role } from '../kernel/actor';

type From = Db | Tx;
export type Person = typeof people.$inferSelect;
export type NewPerson = typeof people.$inferInsert;
export type RoleGrant = typeof roleGrants.$inferSelect;
export type GrantProposal = typeof grantProposals.$inferSelect;

export const normalEmail = (email: string): string => email.trim().normalize('NFC').toLowerCase();

export async function findPersonByEmail(email: string, from: From = db): Promise<Person | null> {
  const [row] = await from
    .select()
    .from(people)
    .where(eq(people.email, normalEmail(email)));
  return row ?? null;
}

export async function findPerson(id: string, from: From = db): Promise<Person | null> {
  const [row] = await from.select().from(people).where(eq(people.id, id));
  return row ?? null;
}

/** Names of people by id, as they are now. */
export async function namesOf(ids: string[], from: From = db): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map();
  const known = [...new Set(ids)].filter((id) => /^[0-9a-f-]{36}$/.test(id));
  const rows = await from.select({ id: people.id, name: people.name }).from(people).where(inArray(people.id, known));
  return new Map(rows.map(({ id, name }) => [id, name]));
}

/** The same, held until the transaction ends. */
export async function lockPerson(tx: Tx, id: string): Promise<Person | null> {
  const [row] = await tx.select().from(people).where(eq(people.id, id)).for('update');
  return row ?? null;
}

export async function isWithoutPeople(from: From = db): Promise<boolean> {
  const [row] = await from.select({ n: count() }).from(people);
  return row?.n === 0;
}

/** Serialises first runs: the second waits and then finds a person. */
export async function lockPeople(tx: Tx): Promise<void> {
  await tx.execute(query`lock table people in share row exclusive mode`);
}

export async function insertPerson(tx: Tx, person: NewPerson): Promise<void> {
  await tx.insert(people).values({ ...person, email: normalEmail(person.email) });
}

export async function updatePerson(tx: Tx, id: string, change: Partial<NewPerson>): Promise<void> {
  await tx.update(people).set(change).where(eq(people.id, id));
}

/**
 * Burns a TOTP step: true for exactly one of any number of parallel calls with the same step, and never again for it
 * or an earlier one.
 */
export async function burnTotpStep(personId: string, step: number, from: From = db): Promise<boolean> {
  const rows = await from
    .update(people)
    .set({ totpLastStep: step })
    .where(and(eq(people.id, personId), query`${people.totpLastStep} < ${step}`))
    .returning({ id: people.id });
  return rows.length === 1;
}

export async function grantsOf(personId: string, from: From = db): Promise<Grant[]> {
  const rows = await from
    .select({ role: roleGrants.role, portfolioId: roleGrants.portfolioId })
    .from(roleGrants)
    .where(and(eq(roleGrants.personId, personId), isNull(roleGrants.revokedAt)));
  return rows.map((row) => ({ role: row.role as Role, portfolioId: row.portfolioId }));
}

export async function insertGrant(tx: Tx, grant: typeof roleGrants.$inferInsert): Promise<void> {
  await tx.insert(roleGrants).values(grant);
}

export async function findGrant(tx: Tx, id: string): Promise<RoleGrant | null> {
  const [row] = await tx.select().from(roleGrants).where(eq(roleGrants.id, id)).for('update');
  return row ?? null;
}

export async function closeGrant(tx: Tx, id: string, by: string, at: Date): Promise<boolean> {
  const rows = await tx
    .update(roleGrants)
    .set({ revokedAt: at, revokedBy: by })
    .where(and(eq(roleGrants.id, id), isNull(roleGrants.revokedAt)))
    .returning({ id: roleGrants.id });
  return rows.length === 1;
}

export type PersonSummary = {
  id: string;
  name: string;
  email: string;
  phone: string | null;
  enrolledAt: Date | null;
  disabledAt: Date | null;
  createdAt: Date;
  grants: { id: string; role: Role; portfolioId: string | null; grantedAt: Date }[];
};

/** Everyone, enabled first, with the roles they hold now. */
export async function listPeople(from: From = db): Promise<PersonSummary[]> {
  const [persons, grants] = await Promise.all([
    from.select().from(people).orderBy(query`${people.disabledAt} is not null`, asc(people.name), asc(people.id)),
    from.select().from(roleGrants).where(isNull(roleGrants.revokedAt)).orderBy(asc(roleGrants.grantedAt)),
  ]);
  return persons.map(({ id, name, email, phone, enrolledAt, disabledAt, createdAt }) => ({
    id,
    name,
    email,
    phone,
    enrolledAt,
    disabledAt,
    createdAt,
    grants: grants
      .filter((grant) => grant.personId === id)
      .map((grant) => ({
        id: grant.id,
        role: grant.role as Role,
        portfolioId: grant.portfolioId,
        grantedAt: grant.grantedAt,
      })),
  }));
}

/** Enabled people who hold one of these roles in this portfolio, or (null) in the whole firm. Roles are read now, not remembered. */
export async function enabledPeopleWith(
  roles: Role[],
  portfolioId: string | null,
  from: From = db,
): Promise<{ id: string; name: string; email: string; phone: string | null; role: Role }[]> {
  const rows = await from
    .select({
      id: people.id,
      name: people.name,
      email: people.email,
      phone: people.phone,
      role: roleGrants.role,
      portfolioId: roleGrants.portfolioId,
    })
    .from(people)
    .innerJoin(roleGrants, eq(roleGrants.personId, people.id))
    .where(and(isNull(people.disabledAt), isNull(roleGrants.revokedAt), inArray(roleGrants.role, roles)));
  return rows
    .filter((row) => row.portfolioId === null || row.portfolioId === portfolioId)
    .map(({ portfolioId: _, ...row }) => ({ ...row, role: row.role as Role }));
}

/** How many different people were ever given one of these roles and enrolled: whether four eyes were ever possible. */
export async function everEnrolledWith(roles: Role[], from: From): Promise<number> {
  const rows = await from
    .selectDistinct({ id: people.id })
    .from(people)
    .innerJoin(roleGrants, eq(roleGrants.personId, people.id))
    .where(and(inArray(roleGrants.role, roles), query`${people.enrolledAt} is not null`));
  return rows.length;
}

export async function insertProposal(tx: Tx, proposal: typeof grantProposals.$inferInsert): Promise<void> {
  await tx.insert(grantProposals).values(proposal);
}

export async function lockProposal(tx: Tx, id: string): Promise<GrantProposal | null> {
  const [row] = await tx.select().from(grantProposals).where(eq(grantProposals.id, id)).for('update');
  return row ?? null;
}

export async function updateProposal(tx: Tx, id: string, change: Partial<typeof grantProposals.$inferInsert>) {
  await tx.update(grantProposals).set(change).where(eq(grantProposals.id, id));
}

export async function openProposals(from: From = db): Promise<GrantProposal[]> {
  return from
    .select()
    .from(grantProposals)
    .where(isNull(grantProposals.decidedAt))
    .orderBy(asc(grantProposals.proposedAt));
}
