import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export type PaperEngine = { output: () => string; replay: (from: string) => Promise<void>; stop: () => void };

export const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });

/** The built-in engine as the process it is, with the credentials that the pages gave. */
export async function startPaperEngine(given: {
  port: number;
  engine: string;
  secret: string;
  key: string;
}): Promise<PaperEngine> {
  const folder = mkdtempSync(join(tmpdir(), 'going-live-paper-'));
  const env = {
    ...process.env,
    PAPER_ENGINE_PORT: String(given.port),
    PAPER_ENGINE_ID: given.engine,
    PAPER_ENGINE_SECRET: given.secret,
    PAPER_ENGINE_KEY: given.key,
    PAPER_ENGINE_ACCOUNT: 'paper-1',
    PAPER_ENGINE_HOLD: '0.8',
    PAPER_ENGINE_HOLD_STRATEGY: 'index-holding',
    PAPER_ENGINE_SPEED: '6',
    PAPER_ENGINE_TICKS: '6',
    PAPER_ENGINE_STATE: join(folder, 'state.json'),
    GOING_LIVE_URL: process.env.APP_URL!,
  };
  let output = '';
  const run = (...args: string[]): ChildProcess => {
    const child = spawn(
      process.execPath,
      ['--conditions=react-server', '--import', 'tsx', 'server/run/paper-engine.ts', ...args],
      { env },
    );
    child.stdout?.on('data', (chunk) => (output += chunk));
    child.stderr?.on('data', (chunk) => (output += chunk));
    return child;
  };
  const child = run();
  await new Promise<void>((resolve, reject) => {
    child.stdout?.on('data', () => output.includes('listening') && resolve());
    child.once('exit', () => reject(new Error(`the paper engine stopped: ${output}`)));
  });
  return {
    output: () => output,
    // The same command as in a terminal: beside a running engine it tells that one to replay.
    replay: (from) =>
      new Promise((resolve, reject) => {
        run('--from', from).once('exit', (code) => (code === 0 ? resolve() : reject(new Error(output))));
      }),
    stop: () => child.kill('SIGTERM'),
  };
}
