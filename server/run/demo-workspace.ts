import { spawn } from 'node:child_process';
import postgres from 'postgres';
import type { ChildEnvironment } from './child-environment';
import { RefusedStart } from './refused-start';
import { stage as printedStage, type Stage } from './stage';

type Place = { ownerUrl: string; env: ChildEnvironment; stage?: Stage };

/** Loads the demo workspace once. A load that was cut off is told, because half a story would mislead. */
export async function seedDemo({ ownerUrl, env, stage = printedStage }: Place): Promise<void> {
  const state = await workspaceState(ownerUrl);
  if (state === 'whole') return;
  if (state === 'partial') {
    throw new RefusedStart('The demo was cut off while it was loading: remove .data/demo and start it again.');
  }
  await stage('Workspace', async () => {
    const { code, output } = await runSeed(env);
    if (code !== 0) throw new RefusedStart(`The demo workspace could not be loaded:\n${output.trim().slice(-3_000)}`);
    const sql = postgres(ownerUrl, { max: 1, onnotice: () => {} });
    await sql`insert into installation (key, value) values ('demo-workspace', 'whole')`;
    await sql.end();
  });
}

async function workspaceState(ownerUrl: string): Promise<'empty' | 'partial' | 'whole'> {
  const sql = postgres(ownerUrl, { max: 1, onnotice: () => {} });
  try {
    const [mark] = await sql`select 1 from installation where key = 'demo-workspace'`;
    if (mark) return 'whole';
    const [person] = await sql`select 1 from people limit 1`;
    return person ? 'partial' : 'empty';
  } finally {
    await sql.end();
  }
}

function runSeed(env: ChildEnvironment): Promise<{ code: number | null; output: string }> {
  return new Promise((settle, fail) => {
    const tsx = ['--conditions=react-server', '--import', 'tsx'];
    const child = spawn(process.execPath, [...tsx, 'db/seed/demo.ts'], {
      env: { ...env, GOING_LIVE_PROCESS: 'demo-seed', LOG_LEVEL: 'warn' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
    child.on('error', fail);
    child.on('close', (code) => settle({ code, output }));
  });
}
