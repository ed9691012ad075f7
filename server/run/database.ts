import { join } from 'node:path';
import postgres from 'postgres';
import { openCluster } from './embedded-postgres.mjs';
import { atDatabase, withoutPassword } from './pg-url';
import { databaseSentence, RefusedStart } from './refused-start';
import type { LocalSecrets } from './secrets';
import type { Settings } from './settings';

export type OpenDatabase = {
  /** As the application: reads events, never writes them. */
  appUrl: string;
  /** As the owner: migrates. */
  ownerUrl: string;
  where: string;
  /** Throws everything away and begins anew; an outside database is never touched so. */
  recreate: () => Promise<void>;
  /** Lets go; the embedded server stops when nobody else uses it. */
  close: () => Promise<void>;
};

const OWNER = 'going_live_owner';
const APP = 'going_live_app';
const DATABASE = 'going_live';
/** Shared by every process that uses the embedded server, so that the last one stops it. */
const USERS_LOCK = 7_272_742;

/** The database of DATABASE_URL, or the embedded one below the data folder. Throws `RefusedStart` when it is of no use. */
export async function openDatabase(
  settings: Pick<Settings, 'databaseUrl' | 'databaseOwnerUrl'>,
  secrets: LocalSecrets,
  dataFolder: string,
): Promise<OpenDatabase> {
  const { databaseUrl, databaseOwnerUrl } = settings;
  if (!databaseUrl) return openEmbedded(secrets, dataFolder);
  for (const url of new Set([databaseUrl, databaseOwnerUrl ?? databaseUrl])) await requireAnswer(url);
  return {
    appUrl: databaseUrl,
    ownerUrl: databaseOwnerUrl ?? databaseUrl,
    where: withoutPassword(databaseUrl),
    recreate: () => Promise.reject(new RefusedStart('Only the embedded database of a demo is ever recreated.')),
    close: async () => {},
  };
}

async function requireAnswer(url: string): Promise<void> {
  const sql = postgres(url, { max: 1, connect_timeout: 5, onnotice: () => {} });
  try {
    await sql`select 1`;
  } catch (error) {
    throw new RefusedStart(databaseSentence(error, withoutPassword(url)));
  } finally {
    await sql.end({ timeout: 1 });
  }
}

async function openEmbedded(secrets: LocalSecrets, dataFolder: string): Promise<OpenDatabase> {
  const cluster = await openCluster({ folder: dataFolder, password: secrets.clusterPassword }).catch((error: Error) => {
    throw new RefusedStart(`The embedded database in ${dataFolder} cannot be used: ${error.message}`);
  });
  const admin = postgres(cluster.url, { max: 1, idle_timeout: 0, onnotice: () => {} });
  try {
    await admin`select pg_advisory_lock_shared(${USERS_LOCK})`;
    await createRolesAndDatabase(admin, secrets);
  } catch (error) {
    await admin.end({ timeout: 1 });
    if (!cluster.wasRunning) await cluster.stop();
    throw new RefusedStart(databaseSentence(error, `in ${join(dataFolder, 'pg')}`));
  }
  return {
    appUrl: atDatabase(cluster.url, DATABASE, { name: APP, password: secrets.appPassword }),
    ownerUrl: atDatabase(cluster.url, DATABASE, { name: OWNER, password: secrets.ownerPassword }),
    where: `embedded, port ${cluster.port}`,
    recreate: async () => {
      await admin.unsafe(`drop database ${DATABASE} with (force)`);
      await createRolesAndDatabase(admin, secrets);
    },
    close: async () => {
      const isLast = await releaseIsLast(admin);
      await admin.end({ timeout: 1 });
      if (isLast) await cluster.stop();
    },
  };
}

/** Gives our share of the lock back; true when nobody else holds one. */
async function releaseIsLast(admin: postgres.Sql): Promise<boolean> {
  try {
    await admin`select pg_advisory_unlock_shared(${USERS_LOCK})`;
    const [row] = await admin<{ free: boolean }[]>`select pg_try_advisory_lock(${USERS_LOCK}) as free`;
    return row?.free === true;
  } catch {
    return false;
  }
}

async function createRolesAndDatabase(admin: postgres.Sql, secrets: LocalSecrets): Promise<void> {
  const roles = [
    { name: OWNER, password: secrets.ownerPassword },
    { name: APP, password: secrets.appPassword },
  ];
  const present = await admin<{ rolname: string }[]>`select rolname from pg_roles where rolname in (${OWNER}, ${APP})`;
  for (const { name, password } of roles) {
    if (present.some(({ rolname }) => rolname === name)) continue;
    await admin.unsafe(`create role ${name} login password '${password.replaceAll("'", "''")}'`);
  }
  const [database] = await admin`select 1 from pg_database where datname = ${DATABASE}`;
  if (!database) await admin.unsafe(`create database ${DATABASE} owner ${OWNER}`);
}
