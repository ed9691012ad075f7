import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What one part of the tests came to; `notes` are shown whether it passed or not. */
export type Outcome = { passed: number; failed: number; notes: string[]; output: string };

type Run = { code: number | null; output: string };

const running = new Set<ChildProcess>();

/** Ends what runs now, so that each part comes to its own end and leaves nothing behind. */
export function stopTools(): void {
  for (const child of running) child.kill('SIGINT');
}

/** Runs a program of node_modules to its end, keeping what it writes. */
export function runTool(file: string, toolArguments: string[], env: NodeJS.ProcessEnv = process.env): Promise<Run> {
  return new Promise((settle, fail) => {
    const child = spawn(process.execPath, [join('node_modules', file), ...toolArguments], {
      env: { ...env, FORCE_COLOR: undefined, NO_COLOR: '1' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    running.add(child);
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk) => {
        output += chunk;
      });
    }
    child.on('error', fail);
    child.on('close', (code) => {
      running.delete(child);
      settle({ code, output });
    });
  });
}

const verdict = ({ code, output }: Run): Outcome => ({
  passed: code === 0 ? 1 : 0,
  failed: code === 0 ? 0 : 1,
  notes: [],
  output,
});

export const checkStyle = async () =>
  verdict(
    await runTool('@biomejs/biome/bin/biome', ['ci', '--colors=off', '--diagnostic-level=warn', '--error-on-warnings']),
  );
export const checkTypes = async () => verdict(await runTool('typescript/bin/tsc', ['--noEmit', '--pretty', 'false']));

/** A registry that lags leaves platform packages out of a lockfile; it then installs here and fails on a Mac. */
export async function checkLockfile(): Promise<Outcome> {
  const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as {
    packages: Record<string, { optionalDependencies?: Record<string, string> }>;
  };
  const missing = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies)
      .filter((name) => !packages[`${path}/node_modules/${name}`] && !packages[`node_modules/${name}`])
      .map((name) => `${path} names ${name}, which the lockfile lacks`),
  );
  return { passed: missing.length ? 0 : 1, failed: missing.length ? 1 : 0, notes: [], output: missing.join('\n') };
}

type VitestReport = {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  testResults: { name: string; status: string; assertionResults: { status: string; fullName: string }[] }[];
};

/** The tests of one vitest project. A file that cannot be loaded is one failure, a run without a report as well. */
export async function runVitest(project: 'pure' | 'database', filters: string[] = []): Promise<Outcome> {
  const folder = mkdtempSync(join(tmpdir(), 'going-live-report-'));
  const file = join(folder, 'report.json');
  try {
    const options = ['run', '--project', project, '--passWithNoTests', '--reporter=default', '--reporter=json'];
    const { code, output } = await runTool('vitest/vitest.mjs', [...options, `--outputFile.json=${file}`, ...filters]);
    if (!existsSync(file)) return { passed: 0, failed: code === 0 ? 0 : 1, notes: [], output };
    const report = JSON.parse(readFileSync(file, 'utf8')) as VitestReport;
    const unloaded = report.testResults.filter((r) => r.status === 'failed' && r.assertionResults.length === 0).length;
    const failed = report.numFailedTests + unloaded;
    const skipped = report.testResults.flatMap(({ assertionResults }) =>
      assertionResults.filter(({ status }) => status === 'pending' || status === 'skipped'),
    );
    return {
      passed: report.numPassedTests,
      // An error outside any test, such as an unhandled rejection, fails the run and must be counted too.
      failed: failed === 0 && code !== 0 ? 1 : failed,
      notes: skipped.map(({ fullName }) => `skipped: ${fullName}`),
      output,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
