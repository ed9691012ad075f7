import { afterAll, beforeEach, expect, test } from 'vitest';
import { closeDatabase, sql } from '@/db/client';
import { newId } from '../kernel/ids';
import { readiness } from './health';
import { answerMetrics } from './metrics';
import { METRIC_QUERIES, readFamily } from './metrics-store';
import { beat, sayStopped } from './process-store';

const worker = { id: newId(), kind: 'worker', host: 'here', pid: 1, version: '0' };
const stateOf = async (name: string) => (await readiness()).checks.find((check) => check.name === name)?.state;

beforeEach(() => sql`delete from processes`.then(() => {}));
afterAll(closeDatabase);

test('without a worker that beats, the instance is not ready and says why', async () => {
  expect(await readiness()).toMatchObject({ ready: false });
  await beat(worker);
  expect(await readiness()).toMatchObject({ ready: true });
  await sql`update processes set heartbeat_at = heartbeat_at - interval '31 seconds'`;
  expect(await stateOf('worker')).toBe('bad');
  await beat(worker);
  await sayStopped(worker.id);
  expect(await stateOf('worker')).toBe('bad');
});

test('a role that cannot change events is told as a protected chain', async () => {
  expect(await stateOf('event chain')).toBe('good');
});

test('every metric of the installation can be read by the application role', async () => {
  await beat(worker);
  await sql`insert into job_runs (id, name, bucket, started_at, finished_at, lease_until, attempt, outcome)
    values (${newId()}, 'walk', 'b', app.protocol_now(), app.protocol_now(), app.protocol_now(), 1, 'done')`;
  const families = await Promise.all(METRIC_QUERIES.map(readFamily));
  const filled = families.filter(({ samples }) => samples.length > 0).map(({ name }) => name);
  expect(filled).toContain('going_live_process_heartbeat_age_seconds');
  expect(filled).toContain('going_live_job_runs');
  expect(filled).toContain('going_live_event_chain_length');
});

test('metrics need their token and come in the text format', async () => {
  const ask = (token?: string) =>
    answerMetrics(
      new Request('http://localhost/api/metrics', { headers: token ? { authorization: `Bearer ${token}` } : {} }),
    );
  expect((await ask()).status).toBe(401);
  expect((await ask('wrong')).status).toBe(401);
  const text = await (await ask(process.env.METRICS_TOKEN)).text();
  expect(text).toMatch(/^going_live_event_chain_length\{chain="events"\} \d+$/m);
  expect(text).toMatch(/^process_cpu_user_seconds_total /m);
});
