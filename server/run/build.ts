import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { RefusedStart } from './refused-start';

const SOURCES = [
  'app',
  'components',
  'server',
  'db',
  'public',
  'proxy.ts',
  'instrumentation.ts',
  'next.config.mjs',
  'postcss.config.mjs',
  'tsconfig.json',
  'package-lock.json',
];
const isTest = (path: string) => /\.(db\.)?test\.tsx?$/.test(path);

function filesUnder(path: string): string[] {
  if (!existsSync(path)) return [];
  try {
    return readdirSync(path, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOTDIR') return [path];
    throw error;
  }
}

/** One digest over every file that a build reads, tests left out. */
export function sourceDigest(): string {
  const digest = createHash('sha256');
  for (const file of SOURCES.flatMap(filesUnder)
    .filter((path) => !isTest(path))
    .sort()) {
    digest.update(`${file}\0`).update(readFileSync(file)).update('\0');
  }
  return digest.digest('hex');
}

/** Builds into `folder` unless the build there is of these very sources; resolves to what was done. */
export async function ensureBuild(folder: string): Promise<'built' | 'up to date'> {
  const stamp = join(folder, 'sources.sha256');
  const wanted = sourceDigest();
  const has = existsSync(join(folder, 'BUILD_ID')) && existsSync(stamp) ? readFileSync(stamp, 'utf8') : '';
  if (has === wanted) return 'up to date';
  const { code, output } = await runBuild(folder);
  if (code !== 0) throw new RefusedStart(`The build failed:\n${output.trim().split('\n').slice(-30).join('\n')}`);
  writeFileSync(stamp, wanted);
  return 'built';
}

function runBuild(folder: string): Promise<{ code: number | null; output: string }> {
  return new Promise((settle, fail) => {
    const child = spawn(process.execPath, ['node_modules/next/dist/bin/next', 'build'], {
      env: {
        ...process.env,
        NODE_ENV: 'production',
        NEXT_TELEMETRY_DISABLED: '1',
        NEXT_DIST_DIR: folder,
        // Modules that open the pool are loaded while building; nothing connects.
        DATABASE_URL: 'postgres://build@127.0.0.1:1/build',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
    child.on('error', fail);
    child.on('close', (code) => settle({ code, output }));
  });
}
