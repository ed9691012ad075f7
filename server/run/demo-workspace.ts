import { spawn } from 'node:child_process';
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import postgres from 'postgres';
import type { ChildEnvironment } from './child-environment';
import { paperEngines } from './companions';
import type { OpenDatabase } from './database';
import { RefusedStart } from './refused-start';
import type { Started } from './stack';

/** Begins a demo anew whose load was cut off, because half a story would mislead. */
export async function resetPartialDemo(database: OpenDatabase, dataFolder: string): Promise<void> {
  if ((await workspaceState(database.ownerUrl)) !== 'partial') return;
  console.log('  The demo was cut off while it was loading, and begins anew.');
  await database.recreate();
  const kept = /^(pg|logs|secrets\.json|people\.json|ports\.json|tls.*)$/;
  for (const name of readdirSync(dataFolder)) {
    if (!kept.test(name)) rmSync(join(dataFolder, name), { recursive: true, force: true });
  }
}

/** Loads the demo workspace once, and starts the paper engines as soon as they are registered: the story needs them. */
export async function seedDemo({ ownerUrl, env, dataFolder, stage, launch }: Started): Promise<void> {
  const startEngines = () => paperEngines(env, dataFolder).forEach(launch);
  if ((await workspaceState(ownerUrl)) === 'whole') {
    if (await hasKeyThatMayNotAsk(ownerUrl)) await stage('Engine keys', () => runSeed(env, 'engine-keys'));
    return startEngines();
  }
  await stage('Workspace', async () => {
    await runSeed(env, 'stage');
    startEngines();
    await runSeed(env, 'story');
    const sql = postgres(ownerUrl, { max: 1, onnotice: () => {} });
    await sql`insert into installation (key, value) values ('demo-workspace', 'whole')`;
    await sql.end();
  });
}

async function workspaceState(ownerUrl: string): Promise<'empty' | 'partial' | 'whole'> {
  const sql = postgres(ownerUrl, { max: 1, onnotice: () => {} });
  try {
    const [table] = await sql<{ present: boolean }[]>`select to_regclass('public.installation') is not null as present`;
    if (!table?.present) return 'empty';
    const [mark] = await sql`select 1 from installation where key = 'demo-workspace'`;
    if (mark) return 'whole';
    const [person] = await sql`select 1 from people limit 1`;
    return person ? 'partial' : 'empty';
  } finally {
    await sql.end();
  }
}

/** A demo from before its engines asked the pre-trade check. */
async function hasKeyThatMayNotAsk(ownerUrl: string): Promise<boolean> {
  const sql = postgres(ownerUrl, { max: 1, onnotice: () => {} });
  try {
    const [key] = await sql`select 1 from api_keys where created_by = 'job:demo-seed' and revoked_at is null
      and 'snapshots:write' = any(scopes) and not 'orders:check' = any(scopes) limit 1`;
    return key !== undefined;
  } finally {
    await sql.end();
  }
}

/** `db/seed/<part>.ts` to its end, as a process of its own with the environment of the installation. */
function runSeed(env: ChildEnvironment, part: 'stage' | 'story' | 'engine-keys'): Promise<void> {
  return new Promise((settle, fail) => {
    const tsx = ['--conditions=react-server', '--import', 'tsx'];
    const child = spawn(process.execPath, [...tsx, `db/seed/${part}.ts`], {
      env: { ...env, GOING_LIVE_PROCESS: 'demo-seed', LOG_LEVEL: 'warn' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
    child.on('error', fail);
    child.on('close', (code) => {
      if (code === 0) settle();
      else fail(new RefusedStart(`The demo workspace could not be loaded:\n${output.trim().slice(-3_000)}`));
    });
  });
}
