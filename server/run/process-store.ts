import 'server-only';
import { eq, sql } from 'drizzle-orm';
import { db } from '@/db/client';
import { processes } from '@/db/schema';

export type ProcessIdentity = { id: string; kind: string; host: string; pid: number; version: string };

/** Says that this process is alive; the row appears with its first beat. */
export async function beat(identity: ProcessIdentity): Promise<void> {
  const now = sql`app.protocol_now()`;
  await db
    .insert(processes)
    .values({ ...identity, startedAt: now, heartbeatAt: now })
    .onConflictDoUpdate({ target: processes.id, set: { heartbeatAt: now, stoppedAt: null } });
}

export async function sayStopped(id: string): Promise<void> {
  await db.update(processes).set({ stoppedAt: sql`app.protocol_now()` }).where(eq(processes.id, id));
}

/** Rows of processes that have been silent for a day are of no use to anybody. */
export async function forgetSilentProcesses(): Promise<number> {
  const rows = await db
    .delete(processes)
    .where(sql`${processes.heartbeatAt} < app.protocol_now() - interval '1 day'`)
    .returning({ id: processes.id });
  return rows.length;
}
