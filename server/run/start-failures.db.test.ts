import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import postgres from 'postgres';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freePort } from './embedded-postgres.mjs';

const folder = mkdtempSync(join(tmpdir(), 'going-live-refused-'));
let taken: Server;
let port: string;

beforeAll(async () => {
  port = String(await freePort());
  taken = createServer();
  await new Promise<void>((settle) => taken.listen(0, '127.0.0.1', settle));
});
afterAll(() => {
  taken.close();
  rmSync(folder, { recursive: true, force: true });
});

type Ended = { code: number | null; sentence: string };

/** `npm start` with this environment, to its end. */
function start(env: Record<string, string>): Promise<Ended> {
  const { DATABASE_URL: _, DATABASE_OWNER_URL: __, AUTH_SECRET: ___, SECRETS_KEYS: ____, ...inherited } = process.env;
  const child = spawn(process.execPath, ['--conditions=react-server', '--import', 'tsx', 'server/run/start.ts'], {
    env: { ...inherited, APP_URL: '', CRON_SECRET: '', METRICS_TOKEN: '', GOING_LIVE_DATA: folder, PORT: port, ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let sentence = '';
  child.stderr.on('data', (chunk) => {
    sentence += chunk;
  });
  return new Promise((settle) => child.on('close', (code) => settle({ code, sentence: sentence.trim() })));
}

const isOneSentence = ({ code, sentence }: Ended) => code === 1 && sentence !== '' && !sentence.includes('\n');

test('each reason not to start is one sentence and exit code 1', async () => {
  const file = join(folder, 'a-file');
  writeFileSync(file, '');
  const takenPort = String((taken.address() as { port: number }).port);
  const unreachable = `postgres://app:secret-word@127.0.0.1:${await freePort()}/going_live`;
  // A user that is not there is refused even by a server that asks nobody for a password.
  const stranger = (process.env.DATABASE_URL ?? '').replace(/\/\/[^@]+@/, '//going_live_stranger:wrong@');
  const cases: [RegExp, Record<string, string>][] = [
    [/Port \d+ is taken/, { PORT: takenPort }],
    [/does not answer \(ECONNREFUSED\)/, { DATABASE_URL: unreachable }],
    [/refused the user or password/, { DATABASE_URL: stranger }],
    [/AUTH_SECRET is missing: production/, { APP_URL: 'https://live.example.com' }],
    [/CRON_SECRET is weak/, { CRON_SECRET: 'weak' }],
    [/data folder .* is of no use/, { GOING_LIVE_DATA: join(file, 'data') }],
    [/this machine only/, { APP_URL: 'http://live.example.com' }],
  ];
  const ended = await Promise.all(cases.map(([, env]) => start(env)));
  for (const [index, [expected]] of cases.entries()) {
    expect(ended[index]!.sentence).toMatch(expected);
    expect(isOneSentence(ended[index]!), ended[index]!.sentence).toBe(true);
    expect(ended[index]!.sentence).not.toContain('secret-word');
  }
});

test('a start never runs on a test or demo database, nor on one with demo people', async () => {
  const owner = postgres(process.env.DATABASE_OWNER_URL ?? '', { max: 1 });
  const urls = {
    DATABASE_URL: process.env.DATABASE_URL ?? '',
    DATABASE_OWNER_URL: process.env.DATABASE_OWNER_URL ?? '',
  };
  const marked = await start(urls);
  expect(marked.sentence).toMatch(/This is a test database/);
  await owner`update installation set value = 'live' where key = 'kind'`;
  await owner`insert into people (id, email, name, password_hash, created_at, is_demo)
    values (gen_random_uuid(), 'x@demo.example', 'X', '', app.protocol_now(), true)`;
  const people = await start(urls);
  expect(people.sentence).toMatch(/holds people of the demo/);
  expect([marked.code, people.code]).toEqual([1, 1]);
  await owner.end();
});

test('a refused start leaves no server behind, and generated secrets are for their owner alone', async () => {
  expect(readdirSync(folder).sort()).toEqual(['a-file', 'secrets.json']);
  expect(statSync(join(folder, 'secrets.json')).mode & 0o777).toBe(0o600);
});
