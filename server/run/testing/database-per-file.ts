import { randomBytes } from 'node:crypto';
import postgres from 'postgres';
import { afterAll, inject } from 'vitest';
import { atDatabase } from '../pg-url';

const server = inject('databaseServer');
const database = `${server.prefix}_${randomBytes(4).toString('hex')}`;
const admin = postgres(server.adminUrl, { max: 1, onnotice: () => {} });
const owner = decodeURIComponent(new URL(server.ownerUrl).username);
await admin.unsafe(`create database ${database} owner ${owner} template ${server.template}`);

// Set before the test file imports anything that reads them.
process.env.DATABASE_URL = atDatabase(server.appUrl, database);
process.env.DATABASE_OWNER_URL = atDatabase(server.ownerUrl, database);

afterAll(async () => {
  await admin.unsafe(`drop database ${database} with (force)`);
  await admin.end();
});
