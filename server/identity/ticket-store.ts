import 'server-only';
import { and, eq, gt, isNull, lt } from 'drizzle-orm';
import { type Db, db, type Tx } from '@/db/client';
import { signInTickets } from '@/db/schema';

type From = Db | Tx;
export type Ticket = typeof signInTickets.$inferSelect;
export type TicketPurpose = Ticket['purpose'];

export async function insertTicket(ticket: typeof signInTickets.$inferInsert, from: From = db): Promise<void> {
  await from.insert(signInTickets).values(ticket);
}

const alive = (hash: string, purpose: TicketPurpose, at: Date) =>
  and(
    eq(signInTickets.hash, hash),
    eq(signInTickets.purpose, purpose),
    isNull(signInTickets.usedAt),
    gt(signInTickets.expiresAt, at),
  );

/** A ticket that may still be used, without using it. */
export async function findTicket(
  hash: string,
  purpose: TicketPurpose,
  at: Date,
  from: From = db,
): Promise<Ticket | null> {
  const [row] = await from
    .select()
    .from(signInTickets)
    .where(alive(hash, purpose, at));
  return row ?? null;
}

/** Uses a ticket: one of any number of parallel calls gets it. */
export async function redeemTicket(
  hash: string,
  purpose: TicketPurpose,
  at: Date,
  from: From = db,
): Promise<Ticket | null> {
  const [row] = await from
    .update(signInTickets)
    .set({ usedAt: at })
    .where(alive(hash, purpose, at))
    .returning();
  return row ?? null;
}

/** Puts the secret that is being enrolled beside its ticket. */
export async function setTicketSecret(hash: string, secretBox: string): Promise<void> {
  await db.update(signInTickets).set({ secretBox }).where(eq(signInTickets.hash, hash));
}

/** Forgets tickets that ran out before `at`. */
export async function forgetTickets(at: Date): Promise<number> {
  const rows = await db
    .delete(signInTickets)
    .where(lt(signInTickets.expiresAt, at))
    .returning({ h: signInTickets.hash });
  return rows.length;
}
