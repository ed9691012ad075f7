import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import postgres from 'postgres';
import { afterAll, inject } from 'vitest';
import { atDatabase } from '../pg-url';

const server = inject('databaseServer');
const database = `${server.prefix}_${randomBytes(4).toString('hex')}`;
const admin = postgres(server.adminUrl, { max: 1, onnotice: () => {} });
const owner = decodeURIComponent(new URL(server.ownerUrl).username);
await admin.unsafe(`create database ${database} owner ${owner} template ${server.template}`);

const folder = mkdtempSync(join(tmpdir(), 'going-live-file-'));
const secret = () => randomBytes(32).toString('base64url');
// Set before the test file imports anything that reads them.
Object.assign(process.env, {
  DATABASE_URL: atDatabase(server.appUrl, database),
  DATABASE_OWNER_URL: atDatabase(server.ownerUrl, database),
  APP_URL: 'http://localhost:3000',
  AUTH_SECRET: secret(),
  SECRETS_KEYS: `test1:${randomBytes(32).toString('base64')}`,
  CRON_SECRET: secret(),
  METRICS_TOKEN: secret(),
  GOING_LIVE_DATA: folder,
});

afterAll(async () => {
  await admin.unsafe(`drop database ${database} with (force)`);
  await admin.end();
  rmSync(folder, { recursive: true, force: true });
});
