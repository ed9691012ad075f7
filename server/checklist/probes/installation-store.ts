import 'server-only';
import { desc, eq, sql as query } from 'drizzle-orm';
import { db } from '@/db/client';
import { events } from '@/db/schema';

type Connection = { ssl: boolean; version: string | null; cipher: string | null; isLocal: boolean };

/** How this process is connected to its database, as the server sees it. */
export async function ownConnection(): Promise<Connection> {
  const [row] = await db.execute<Connection>(query`
    select s.ssl, s.version, s.cipher,
      (a.client_addr is null or a.client_addr <<= inet '127.0.0.0/8' or a.client_addr = inet '::1') as "isLocal"
    from pg_stat_ssl s join pg_stat_activity a on a.pid = s.pid where s.pid = pg_backend_pid()`);
  if (!row) throw new Error('The database does not say how we are connected.');
  return row;
}

/** When an event of this type was recorded last, or null. */
export async function newestEventAt(type: string): Promise<Date | null> {
  const [row] = await db
    .select({ at: events.occurredAt })
    .from(events)
    .where(eq(events.type, type))
    .orderBy(desc(events.seq))
    .limit(1);
  return row?.at ?? null;
}
