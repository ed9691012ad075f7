import { afterAll, afterEach, beforeEach, expect, test } from 'vitest';
import { closeDatabase, sql } from '@/db/client';
import { answerCron } from './cron-request';
import { runInBucket } from './run-job';
import { claimRun, findRun, finishRun } from './store';

let runs = 0;
let failNext = false;

const YEAR_SECONDS = 86_400 * 365;
const runCounting = () =>
  runInBucket('counting', YEAR_SECONDS, async () => {
    runs += 1;
    if (failNext) throw new Error('select secret from vault');
    return { run: runs };
  });

beforeEach(() => {
  runs = 0;
  failNext = false;
});
afterEach(() => sql`delete from job_runs`.then(() => {}));
afterAll(closeDatabase);

test('a bucket runs once however many callers there are, and each gets its result', async () => {
  const reports = await Promise.all(Array.from({ length: 8 }, () => runCounting()));
  expect(runs).toBe(1);
  expect(reports.every(({ result }) => (result as { run: number }).run === 1)).toBe(true);
  expect(reports.filter(({ repeated }) => !repeated)).toHaveLength(1);
});

test('a failed run is told without its internals and is tried again by the next call', async () => {
  failNext = true;
  await expect(runCounting()).rejects.toThrow(/JOB|failed/);
  await expect(runCounting()).rejects.not.toThrow(/vault/);
  failNext = false;
  await expect(runCounting()).resolves.toMatchObject({ repeated: false, result: { run: 3 } });
});

test('a runner whose lease ran out is fenced off by the one that took over', async () => {
  const first = await claimRun('walk', '2026-01-01T00:00:00.000Z');
  await sql`update job_runs set lease_until = lease_until - interval '5 minutes'`;
  const second = await claimRun('walk', '2026-01-01T00:00:00.000Z');
  expect([first?.attempt, second?.attempt]).toEqual([1, 2]);
  await finishRun(first!, { outcome: 'done', result: { by: 'first' } });
  expect((await findRun('walk', '2026-01-01T00:00:00.000Z'))?.outcome).toBe('running');
  await finishRun(second!, { outcome: 'done', result: { by: 'second' } });
  expect((await findRun('walk', '2026-01-01T00:00:00.000Z'))?.result).toEqual({ by: 'second' });
});

test('the next bucket of moved domain time is a new run', async () => {
  await runCounting();
  await sql`select app.shift_clock('400 days')`;
  await expect(runCounting()).resolves.toMatchObject({ repeated: false, result: { run: 2 } });
  await sql`select app.shift_clock('0')`;
});

test('the cron route needs the secret, tells a repeat, and answers problems as problem+json', async () => {
  const call = (job: string, secret?: string) =>
    answerCron(
      new Request(`http://localhost/api/cron/${job}`, {
        method: 'POST',
        headers: secret ? { authorization: `Bearer ${secret}` } : {},
      }),
      job,
    );
  for (const secret of [undefined, 'wrong']) {
    const refused = await call('partitions', secret);
    expect(refused.status).toBe(401);
    expect(refused.headers.get('content-type')).toBe('application/problem+json');
  }
  expect(await sql`select 1 from job_runs`).toHaveLength(0);
  expect((await call('nothing', process.env.CRON_SECRET)).status).toBe(404);
  const first = await (await call('partitions', process.env.CRON_SECRET)).json();
  const again = await (await call('partitions', process.env.CRON_SECRET)).json();
  expect([first.repeated, again.repeated]).toEqual([false, true]);
  expect(again.result).toEqual(first.result);
});
