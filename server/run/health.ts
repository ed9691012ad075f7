import 'server-only';
import journal from '@/db/migrations/meta/_journal.json';
import { log } from '../kernel/log';
import { shutdown } from '../realtime/shutdown';
import { type InstallationFacts, readInstallationFacts } from './health-store';

export type HealthCheck = { name: string; state: 'good' | 'bad' | 'unknown' | 'warning'; detail: string };
export type Readiness = { ready: boolean; checks: HealthCheck[] };

const WORKER_MAX_AGE_SECONDS = 30;
const ANSWER_TIMEOUT_MS = 2_000;

/** May this instance be given work? A frozen database is an answer too: our own clock ends the wait. */
export async function readiness(): Promise<Readiness> {
  const checks = await Promise.race([readInstallationFacts(), timeout()]).then(
    (facts): HealthCheck[] => [{ name: 'database', state: 'good', detail: 'answers' }, ...judge(facts)],
    (error): HealthCheck[] => {
      log.warn({ err: error }, 'readiness: the database does not answer');
      return [
        { name: 'database', state: 'bad', detail: 'does not answer' },
        { name: 'migrations', state: 'unknown', detail: 'the database does not answer' },
        { name: 'worker', state: 'unknown', detail: 'the database does not answer' },
        { name: 'event chain', state: 'unknown', detail: 'the database does not answer' },
      ];
    },
  );
  if (shutdown.signal.aborted) checks.push({ name: 'process', state: 'bad', detail: 'is stopping' });
  return { ready: checks.every(({ state }) => state === 'good' || state === 'warning'), checks };
}

const timeout = () =>
  new Promise<never>((_, fail) => setTimeout(() => fail(new Error('no answer in time')), ANSWER_TIMEOUT_MS).unref());

/** The verdicts on what the database said. */
export function judge(facts: InstallationFacts, expectedMigrations = journal.entries.length): HealthCheck[] {
  const age = facts.workerAgeSeconds;
  const workerIsFresh = age !== null && age <= WORKER_MAX_AGE_SECONDS;
  return [
    {
      name: 'migrations',
      state: facts.migrations.length === expectedMigrations ? 'good' : 'bad',
      detail: `${facts.migrations.length} of ${expectedMigrations} applied`,
    },
    {
      name: 'worker',
      state: workerIsFresh ? 'good' : 'bad',
      detail: age === null ? 'no worker runs' : `last heartbeat ${Math.round(age)} s ago`,
    },
    {
      name: 'event chain',
      state: facts.isChainProtected ? 'good' : 'warning',
      detail: facts.isChainProtected
        ? 'protected: this role cannot change events'
        : 'unprotected: this role could change events; give DATABASE_OWNER_URL a role of its own',
    },
  ];
}
