import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import postgres from 'postgres';
import type { TestProject } from 'vitest/node';
import { markDatabase } from '../database-mark';
import { openCluster } from '../embedded-postgres.mjs';
import { migrateDatabase } from '../migrate';
import { atDatabase } from '../pg-url';
import { temporaryFolder } from '../temporary-folder';

export type TestDatabaseServer = {
  adminUrl: string;
  ownerUrl: string;
  appUrl: string;
  template: string;
  prefix: string;
};

declare module 'vitest' {
  export interface ProvidedContext {
    databaseServer: TestDatabaseServer;
  }
}

const GROUP = 'going_live_app';

/**
 * Once per run: a temporary PostgreSQL (or the one of TEST_DATABASE_URL) with an owner, an application user, and a migrated
 * template that each test file copies. Whatever was made is dropped at the end.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { adminUrl, stop } = await openServer();
  const prefix = `going_live_test_${randomBytes(4).toString('hex')}`;
  const template = `${prefix}_template`;
  const admin = postgres(adminUrl, { max: 1, onnotice: () => {} });
  const [hadGroup] = await admin`select 1 from pg_roles where rolname = ${GROUP}`;
  const owner = await createUser(admin, `${prefix}_owner`, 'createrole');
  const app = await createUser(admin, `${prefix}_app`, '');
  if (!hadGroup) await admin.unsafe(`create role ${GROUP} nologin`);
  await admin.unsafe(`grant ${GROUP} to ${app.name}`);
  await admin.unsafe(`create database ${template} owner ${owner.name}`);
  const urls = { ownerUrl: atDatabase(adminUrl, template, owner), appUrl: atDatabase(adminUrl, template, app) };
  await migrateDatabase(urls);
  await markDatabase(urls.ownerUrl, 'test');
  project.provide('databaseServer', { adminUrl, ...urls, template, prefix });

  return async () => {
    const left = await admin<{ datname: string }[]>`
      select datname from pg_database where starts_with(datname, ${prefix})`;
    for (const { datname } of left) await admin.unsafe(`drop database ${datname} with (force)`);
    for (const { name } of [owner, app]) await admin.unsafe(`drop role ${name}`);
    // Another run on the same server may use the group: it then stays, and that run drops it.
    if (!hadGroup) await admin.unsafe(`drop role ${GROUP}`).catch(() => {});
    await admin.end();
    await stop();
  };
}

async function createUser(admin: postgres.Sql, name: string, options: string) {
  const password = randomBytes(12).toString('hex');
  await admin.unsafe(`create role ${name} login password '${password}' ${options}`);
  return { name, password };
}

async function openServer(): Promise<{ adminUrl: string; stop: () => Promise<void> }> {
  const outside = process.env.TEST_DATABASE_URL;
  if (outside) return { adminUrl: outside, stop: async () => {} };
  const folder = temporaryFolder('test');
  const settings = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off', 'max_connections=300'];
  const cluster = await openCluster({ folder, password: randomBytes(12).toString('hex'), settings });
  const stop = async () => {
    await cluster.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  return { adminUrl: cluster.url, stop };
}
