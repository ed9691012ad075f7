import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream, mkdirSync, type WriteStream } from 'node:fs';
import { dirname, join } from 'node:path';

export type ChildSpec = {
  name: string;
  /** Arguments of Node: the file and what it takes. */
  nodeArguments: string[];
  env: NodeJS.ProcessEnv;
  /** Where its output goes; the terminal when absent. */
  logFile?: string;
};

const FIRST_DELAY_MS = 500;
const LONGEST_DELAY_MS = 30_000;
/** A child that lived this long had started well: the next crash begins the delays anew. */
const HEALTHY_AFTER_MS = 60_000;
const STOP_TIMEOUT_MS = 10_000;
const LEASH = join(import.meta.dirname, 'leash.mjs');

type Running = { spec: ChildSpec; child?: ChildProcess; timer?: NodeJS.Timeout; delayMs: number; log?: WriteStream };

/**
 * Keeps child processes alive: a crashed one is started again after a delay that doubles, and all are stopped by their
 * process ids. Each child also ends by itself when this process dies.
 */
export class Supervisor {
  private readonly running: Running[] = [];
  private stopping = false;

  constructor(private readonly say: (sentence: string) => void) {}

  start(spec: ChildSpec): void {
    const entry: Running = { spec, delayMs: FIRST_DELAY_MS };
    if (spec.logFile) {
      mkdirSync(dirname(spec.logFile), { recursive: true });
      entry.log = createWriteStream(spec.logFile, { flags: 'a' });
    }
    this.running.push(entry);
    this.launch(entry);
  }

  processIds(): Record<string, number> {
    return Object.fromEntries(this.running.flatMap(({ spec, child }) => (child?.pid ? [[spec.name, child.pid]] : [])));
  }

  /** True while the named child has a process. */
  isAlive(name: string): boolean {
    return this.running.some(({ spec, child }) => spec.name === name && child !== undefined);
  }

  private launch(entry: Running): void {
    const { spec, log } = entry;
    const started = Date.now();
    const output = log ? 'pipe' : 'inherit';
    const child = spawn(process.execPath, ['--import', LEASH, ...spec.nodeArguments], {
      env: { ...spec.env, GOING_LIVE_LEASH: '1' },
      stdio: ['ignore', output, output, 'ipc'],
      // A group of its own: Ctrl-C reaches this process only, which then stops the children in order.
      detached: process.platform !== 'win32',
    });
    entry.child = child;
    if (log) for (const stream of [child.stdout, child.stderr]) stream?.pipe(log, { end: false });
    child.on('error', () => {});
    child.on('exit', (code, signal) => {
      entry.child = undefined;
      if (this.stopping) return;
      if (Date.now() - started > HEALTHY_AFTER_MS) entry.delayMs = FIRST_DELAY_MS;
      const where = spec.logFile ? `; its output is in ${spec.logFile}` : '';
      this.say(
        `${spec.name} ended (${signal ?? `code ${code}`}) and is started again in ${entry.delayMs / 1000} s${where}`,
      );
      entry.timer = setTimeout(() => this.launch(entry), entry.delayMs);
      entry.delayMs = Math.min(entry.delayMs * 2, LONGEST_DELAY_MS);
    });
  }

  async stop(): Promise<void> {
    this.stopping = true;
    for (const entry of this.running) clearTimeout(entry.timer);
    await Promise.all(this.running.map(({ child }) => child && stopChild(child)));
    for (const { log } of this.running) log?.end();
  }
}

/** SIGTERM, then SIGKILL for one that does not end in time. */
export async function stopChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  await new Promise<void>((settle) => {
    const force = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
    child.once('exit', () => {
      clearTimeout(force);
      settle();
    });
    child.kill('SIGTERM');
  });
}
