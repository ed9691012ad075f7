import { resolve } from 'node:path';
import { SCHEDULES } from '../jobs/schedule';
import { ensureBuild } from './build';
import { type ChildEnvironment, childEnvironment } from './child-environment';
import { type OpenDatabase, openDatabase } from './database';
import { hasDemoPeople, markDatabase, readMark } from './database-mark';
import { entrySpec } from './entry-spec';
import { migrateDatabase } from './migrate';
import { requireFreePort } from './port';
import { RefusedStart } from './refused-start';
import { startScheduler } from './scheduler';
import { localSecrets, openDataFolder } from './secrets';
import { type Settings, settingsFrom } from './settings';
import { stage as printedStage, type Stage } from './stage';
import { type ChildSpec, Supervisor } from './supervisor';

export type StackPlan = {
  kind: 'live' | 'demo' | 'test';
  dataFolder: string;
  /** `dev` serves the sources as they are edited, `start` the build; `none` is for a worker beside other instances. */
  web: 'start' | 'dev' | 'none';
  distFolder: string;
  /** What every process is told beside the settings. */
  environment?: (dataFolder: string) => Promise<Record<string, string>>;
  /** Processes beside web and worker. */
  companions: (env: ChildEnvironment) => ChildSpec[];
  /** Where the children write; the terminal when absent. */
  logFolder?: string;
  /** The test moves time and calls the jobs itself. */
  withoutSchedule?: true;
  /** A look at the database before it is migrated. */
  beforeMigrations?: (database: OpenDatabase, dataFolder: string) => Promise<void>;
  /** What the running installation is filled with before its jobs begin. */
  afterStart?: (started: Started) => Promise<void>;
  stage?: Stage;
};

export type Started = {
  env: ChildEnvironment;
  ownerUrl: string;
  dataFolder: string;
  stage: Stage;
  /** Adds a supervised process. */
  launch: (spec: ChildSpec) => void;
};

export type Stack = { settings: Settings; env: ChildEnvironment; ownerUrl: string; stop: () => Promise<void> };

const READY_TIMEOUT_MS = 60_000;

/**
 * Starts everything an installation needs, one printed line per stage. Whatever fails, what was started is stopped again
 * before the error is thrown, so that nothing is left half-started.
 */
export async function startStack(plan: StackPlan): Promise<Stack> {
  const undo: (() => Promise<void> | void)[] = [];
  const stop = async () => {
    for (let step = undo.pop(); step; step = undo.pop()) await step();
  };
  try {
    return { ...(await start(plan, undo)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function start(plan: StackPlan, undo: (() => Promise<void> | void)[]) {
  const stage = plan.stage ?? printedStage;
  const { settings, secrets, more } = await stage('Settings', () => openSettings(plan));
  const database = await stage(
    'Database',
    () => openDatabase(settings, secrets, plan.dataFolder),
    (d) => d.where,
  );
  undo.push(database.close);
  await plan.beforeMigrations?.(database, plan.dataFolder);
  const { isChainProtected } = await stage(
    'Migrations',
    () => migrateMarked(plan.kind, database),
    (done) => (done.applied ? `${done.applied} applied` : 'current'),
  );
  if (!isChainProtected) {
    console.log('  Note: one database address serves as owner and application, so the event chain is unprotected.');
  }
  if (plan.web === 'start')
    await stage(
      'Build',
      () => ensureBuild(plan.distFolder),
      (outcome) => outcome,
    );

  const env = {
    ...childEnvironment(process.env, { settings, plan, appUrl: database.appUrl }),
    ...more,
  };
  const supervisor = new Supervisor((sentence) => console.error(`  ${sentence}`));
  undo.push(() => supervisor.stop());
  await stage(
    'Processes',
    async () => {
      const web = plan.web === 'none' ? [] : [webSpec(plan, settings, env)];
      const specs = [...web, entrySpec('worker', env), ...plan.companions(env)];
      for (const spec of specs) supervisor.start(withLog(spec, plan.logFolder));
      if (plan.web !== 'none') await webAnswers(localAddress(settings));
      return specs.map(({ name }) => name).join(', ');
    },
    (names) => names,
  );

  const launch = (spec: ChildSpec) => supervisor.start(withLog(spec, plan.logFolder));
  await plan.afterStart?.({ env, ownerUrl: database.ownerUrl, dataFolder: plan.dataFolder, stage, launch });
  if (plan.web !== 'none' && !plan.withoutSchedule) undo.push(schedule(settings).stop);
  return { settings, env, ownerUrl: database.ownerUrl };
}

function schedule(settings: Settings) {
  const jobs = Object.entries(SCHEDULES).map(([name, { schedule }]) => ({ name, schedule }));
  const target = { baseUrl: localAddress(settings), cronSecret: settings.cronSecret };
  return startScheduler(jobs, target, (sentence) => console.error(`  ${sentence}`));
}

async function openSettings(plan: StackPlan) {
  openDataFolder(plan.dataFolder);
  const secrets = localSecrets(plan.dataFolder);
  const settings = settingsFrom(plan.kind === 'live' ? process.env : ownEnvironment(), secrets);
  if (plan.web !== 'none') await requireFreePort(settings.port, settings.host);
  return { settings, secrets, more: await plan.environment?.(plan.dataFolder) };
}

/** Demo and tests never touch a real database or a real secret, whatever the shell has set. */
function ownEnvironment(): Record<string, string | undefined> {
  const { PORT, HOST } = process.env;
  return { PORT, HOST };
}

async function migrateMarked(kind: StackPlan['kind'], database: { ownerUrl: string; appUrl: string }) {
  const before = await readMark(database.ownerUrl);
  if (before !== kind && before !== 'unmarked') throw new RefusedStart(refusalOf(kind, before));
  const migrated = await migrateDatabase(database);
  if (kind === 'live' && (await hasDemoPeople(database.ownerUrl))) {
    throw new RefusedStart('This database holds people of the demo, whose password is public: use another database.');
  }
  await markDatabase(database.ownerUrl, kind);
  return migrated;
}

const refusalOf = (kind: StackPlan['kind'], found: string): string =>
  kind === 'live'
    ? `This is a ${found} database, and npm start never runs on one: correct DATABASE_URL.`
    : `This is a ${found} database, and the ${kind} never touches it.`;

const localAddress = ({ host, port }: Settings) =>
  `http://${['0.0.0.0', '::'].includes(host) ? '127.0.0.1' : host}:${port}`;

function webSpec(plan: StackPlan, settings: Settings, env: ChildEnvironment): ChildSpec {
  const { port, host } = settings;
  const next = resolve('node_modules/next/dist/bin/next');
  const nodeArguments =
    plan.web === 'dev'
      ? [next, 'dev', '-p', String(port), '-H', host]
      : [resolve('server/run/web.mjs'), String(port), host];
  return {
    name: 'web',
    nodeArguments,
    env: { ...env, GOING_LIVE_PROCESS: 'web', NODE_ENV: plan.web === 'dev' ? 'development' : 'production' },
  };
}

const withLog = (spec: ChildSpec, folder: string | undefined): ChildSpec =>
  folder ? { ...spec, logFile: resolve(folder, `${spec.name}.log`) } : spec;

async function webAnswers(address: string): Promise<void> {
  const deadline = Date.now() + READY_TIMEOUT_MS;
  while (Date.now() < deadline) {
    const response = await fetch(`${address}/api/health/live`, { signal: AbortSignal.timeout(5_000) }).catch(
      () => null,
    );
    if (response?.ok) return;
    await new Promise((next) => setTimeout(next, 150));
  }
  throw new RefusedStart(
    `The web server did not answer at ${address} within ${READY_TIMEOUT_MS / 1000} s: see its output.`,
  );
}
