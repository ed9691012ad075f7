import { readMigrationFiles } from 'drizzle-orm/migrator';
import { drizzle } from 'drizzle-orm/postgres-js';
import { migrate } from 'drizzle-orm/postgres-js/migrator';
import postgres from 'postgres';
import { RefusedStart } from './refused-start';

const MIGRATIONS = { migrationsFolder: './db/migrations' };
const MINIMUM_VERSION = 150_000;
/** Any number will do, as long as every version of this product takes the same. */
const MIGRATOR_LOCK = 7_272_741;
const APP_ROLE = 'going_live_app';

export type Migrated = {
  applied: number;
  /** False when the application runs as a role that may change events, such as the owner of the tables. */
  isChainProtected: boolean;
};

/**
 * Brings the database to this version's schema, one migrator at a time, and lets the role of `appUrl` use it.
 *
 * Connects as the owner (`ownerUrl`); creates the group role `going_live_app` when it may. Throws `RefusedStart` when the
 * server is older than PostgreSQL 15, cannot be reached, or holds migrations this version does not know.
 */
export async function migrateDatabase(urls: { ownerUrl: string; appUrl: string }): Promise<Migrated> {
  const lock = connectionTo(urls.ownerUrl);
  const owner = connectionTo(urls.ownerUrl);
  try {
    await refuseOldServer(owner);
    // Held by a transaction of its own rather than by a session: behind PgBouncer a session lock would stay held.
    const applied = await lock.begin(async (held) => {
      await held`select pg_advisory_xact_lock(${MIGRATOR_LOCK})`;
      return applyPending(owner, decodeURIComponent(new URL(urls.appUrl).username));
    });
    return { applied, isChainProtected: await cannotChangeEvents(urls.appUrl) };
  } finally {
    await Promise.all([owner.end({ timeout: 2 }), lock.end({ timeout: 2 })]);
  }
}

/** Does nothing on a current database, so that an instance which has the application's address only may start too. */
async function applyPending(owner: postgres.Sql, appUser: string): Promise<number> {
  const pending = readMigrationFiles(MIGRATIONS).length - (await refuseForeignHistory(owner));
  if (pending === 0) return 0;
  await refuseWithoutRight(owner, pending);
  await createAppRole(owner);
  await migrate(drizzle(owner), MIGRATIONS);
  await grantToAppRole(owner);
  const [me] = await owner<{ name: string }[]>`select current_user as name`;
  if (me?.name !== appUser) await joinAppRole(owner, appUser);
  return pending;
}

async function cannotChangeEvents(appUrl: string): Promise<boolean> {
  const app = connectionTo(appUrl);
  try {
    const [row] = await app<{ may: boolean }[]>`select has_table_privilege('public.events', 'UPDATE') as may`;
    return row?.may === false;
  } finally {
    await app.end({ timeout: 2 });
  }
}

async function refuseWithoutRight(owner: postgres.Sql, pending: number): Promise<void> {
  const [row] = await owner<{ may: boolean }[]>`
    select has_database_privilege(current_database(), 'CREATE') and has_schema_privilege('public', 'CREATE') as may`;
  if (row?.may) return;
  throw new RefusedStart(
    `The database needs ${pending} migrations that its user may not make: set DATABASE_OWNER_URL to the owner's address.`,
  );
}

const connectionTo = (url: string) =>
  postgres(url, {
    max: 1,
    connect_timeout: 5,
    onnotice: () => {},
    connection: { application_name: 'going-live-migrate' },
  });

async function refuseOldServer(sql: postgres.Sql): Promise<void> {
  const [row] = await sql<{ number: string; name: string }[]>`
    select current_setting('server_version_num') as number, current_setting('server_version') as name`;
  const refusal = versionRefusal(Number(row?.number), row?.name ?? 'of unknown version');
  if (refusal) throw new RefusedStart(refusal);
}

/** Why a server of this version (150018 is 15.18) is of no use, or null. */
export function versionRefusal(versionNumber: number, name: string): string | null {
  if (versionNumber >= MINIMUM_VERSION) return null;
  return `PostgreSQL ${name} is too old: Going Live needs PostgreSQL 15 or newer.`;
}

/** How many migrations the database has; throws when one of them is not this version's own. */
async function refuseForeignHistory(sql: postgres.Sql): Promise<number> {
  const [known] = await sql<{ present: boolean }[]>`
    select to_regclass('drizzle.__drizzle_migrations') is not null as present`;
  if (!known?.present) return 0;
  const rows = await sql<{ hash: string }[]>`select hash from drizzle.__drizzle_migrations order by created_at`;
  const files = readMigrationFiles(MIGRATIONS);
  const foreign = rows.findIndex((row, index) => row.hash !== files[index]?.hash);
  if (foreign === -1) return rows.length;
  throw new RefusedStart(
    `The database holds a migration (number ${foreign + 1}) that this version does not know: start the version that made it, or use another database.`,
  );
}

/** A group without login, so that whatever name the application signs in with gets exactly these rights. */
async function createAppRole(sql: postgres.Sql): Promise<void> {
  const [role] = await sql`select 1 from pg_roles where rolname = ${APP_ROLE}`;
  if (role) return;
  const [me] = await sql<{ mayCreate: boolean }[]>`
    select rolsuper or rolcreaterole as "mayCreate" from pg_roles where rolname = current_user`;
  if (!me?.mayCreate) {
    throw new RefusedStart(
      `The role ${APP_ROLE} is missing and the database user may not create it: run "create role ${APP_ROLE}" as an administrator.`,
    );
  }
  await sql.unsafe(`create role ${APP_ROLE} nologin`);
}

/** Again after each migration: a new table has no rights yet, a new function is not sealed, and health reads how far the migrations are. */
async function grantToAppRole(sql: postgres.Sql): Promise<void> {
  await sql`select app.apply_grants(${APP_ROLE})`;
  await sql`select app.seal_functions()`;
  await sql.unsafe(`grant usage on schema drizzle to ${APP_ROLE}`);
  await sql.unsafe(`grant select on all tables in schema drizzle to ${APP_ROLE}`);
}

async function joinAppRole(sql: postgres.Sql, appUser: string): Promise<void> {
  if (appUser === APP_ROLE) return;
  const [member] = await sql<{ yes: boolean }[]>`
    select pg_has_role(rolname, ${APP_ROLE}, 'member') as yes from pg_roles where rolname = ${appUser}`;
  if (member?.yes) return;
  try {
    await sql`grant ${sql(APP_ROLE)} to ${sql(appUser)}`;
  } catch {
    throw new RefusedStart(
      `The user of DATABASE_URL is not in ${APP_ROLE}: run "grant ${APP_ROLE} to ${appUser}" as an administrator.`,
    );
  }
}
