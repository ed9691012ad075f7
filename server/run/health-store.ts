import 'server-only';
import { reservedSql } from '@/db/client';

/** What readiness is judged by, in one question to the database; rejects when it does not answer in time. */
export type InstallationFacts = {
  migrations: string[];
  workerAgeSeconds: number | null;
  isChainProtected: boolean;
};

export async function readInstallationFacts(): Promise<InstallationFacts> {
  const [row] = await reservedSql<{ migrations: string[]; worker: number | null; writable: boolean }[]>`
    select
      array(select hash from drizzle.__drizzle_migrations order by created_at) as migrations,
      (select extract(epoch from app.protocol_now() - max(heartbeat_at))::float8
        from processes where kind = 'worker' and stopped_at is null) as worker,
      has_table_privilege(current_user, 'public.events', 'UPDATE') as writable`;
  return {
    migrations: row?.migrations ?? [],
    workerAgeSeconds: row?.worker ?? null,
    isChainProtected: row?.writable === false,
  };
}
