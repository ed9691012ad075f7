/**
 * The first file of every command: checks Node, installs what is missing, then runs the TypeScript entry point.
 * Node built-ins only, because on a fresh clone there is nothing else yet.
 *
 * `node server/run/bootstrap.mjs <entry> [arguments]` runs `server/run/<entry>.ts`.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const MINIMUM_NODE = [20, 19];

function stop(sentence) {
  console.error(sentence);
  process.exit(1);
}

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > MINIMUM_NODE[0] || (major === MINIMUM_NODE[0] && minor >= MINIMUM_NODE[1])) return;
  stop(`Going Live needs Node ${MINIMUM_NODE.join('.')} or newer; this is ${process.versions.node}.`);
}

/** True when node_modules holds what the lockfile names; packages for other platforms may be absent. */
function isInstalled() {
  const installedList = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(installedList)) return false;
  const wanted = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
  const installed = JSON.parse(readFileSync(installedList, 'utf8')).packages;
  return Object.entries(wanted).every(([path, { version, optional }]) => {
    if (path === '') return true;
    const present = installed[path];
    return present ? present.version === version : optional === true;
  });
}

function install() {
  const started = Date.now();
  process.stderr.write('Installing dependencies (npm ci) ... ');
  const { NODE_ENV: _, ...env } = process.env;
  const result = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    encoding: 'utf8',
    shell: process.platform === 'win32',
  });
  if (result.status !== 0) {
    const reason = result.error?.message ?? result.stderr.trim();
    stop(`failed.\nThe dependencies could not be installed: ${reason}\nCheck the network and run the command again.`);
  }
  process.stderr.write(`done in ${Math.round((Date.now() - started) / 1000)} s\n`);
}

function runEntry(entry, entryArguments) {
  const file = join(root, 'server', 'run', `${entry}.ts`);
  if (!existsSync(file)) stop(`There is no command "${entry}".`);
  const child = spawn(process.execPath, ['--conditions=react-server', '--import', 'tsx', file, ...entryArguments], {
    cwd: root,
    env: { ...process.env, NEXT_TELEMETRY_DISABLED: '1' },
    stdio: 'inherit',
  });
  // A terminal sends Ctrl-C to the child as well; it takes the second for the first, and this process only waits.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => stop(`Node could not be started: ${error.message}`));
  child.on('exit', (code, signal) => process.exit(signal ? 1 : (code ?? 1)));
}

const [entry, ...entryArguments] = process.argv.slice(2);
if (!entry) stop('Usage: node server/run/bootstrap.mjs <entry> [arguments]');
checkNode();
if (!isInstalled()) install();
runEntry(entry, entryArguments);
