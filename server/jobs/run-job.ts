import 'server-only';
import { DomainError } from '../kernel/errors';
import { log } from '../kernel/log';
import { readNow } from '../kernel/transaction';
import { bucketOf } from './bucket';
import { JOBS, type JobWork } from './registry';
import { isJobName, SCHEDULES } from './schedule';
import { type Claim, claimRun, findRun, finishRun, LEASE_SECONDS, renewRun } from './store';

export type JobReport = {
  job: string;
  /** The UTC instant at which the bucket begins. */
  bucket: string;
  /** True when this bucket had been run before: `result` is that run's. */
  repeated: boolean;
  startedAt: string;
  finishedAt: string;
  result: unknown;
};

const POLL_MS = 200;
const WAIT_FOR_OTHER_MS = 45_000;

/**
 * Runs a job for the current bucket, once however often and from however many instances it is called, and answers after
 * the work. A repeat gets the first run's result. Throws NOT_FOUND, JOB_FAILED or JOB_RUNNING (another has not ended).
 */
export async function runJob(name: string): Promise<JobReport> {
  if (!isJobName(name)) {
    throw new DomainError('NOT_FOUND', `There is no job "${name}". Jobs: ${Object.keys(SCHEDULES).join(', ')}.`);
  }
  return runInBucket(name, SCHEDULES[name].bucketSeconds, JOBS[name]);
}

/** The same for any work; `runJob` looks it up by name. */
export async function runInBucket(name: string, bucketSeconds: number, run: JobWork): Promise<JobReport> {
  const bucket = bucketOf(await readNow(), bucketSeconds);
  const claim = await claimRun(name, bucket);
  if (claim) await work(name, run, claim);
  return report(name, bucket, !claim);
}

async function work(name: string, run: JobWork, claim: Claim): Promise<void> {
  const renewal = setInterval(() => void renewRun(claim).catch(() => {}), (LEASE_SECONDS * 1000) / 3);
  try {
    const result = await run();
    await finishRun(claim, { outcome: 'done', result });
  } catch (error) {
    log.error({ err: error, job: name }, 'a job failed');
    // The text for operators only: a driver's message may carry SQL.
    const reason = error instanceof DomainError ? error.message : 'unexpected error; see the log of this time';
    await finishRun(claim, { outcome: 'failed', error: reason });
  } finally {
    clearInterval(renewal);
  }
}

/** The outcome of the bucket's run, waiting for the one that another instance is at. */
async function report(name: string, bucket: string, repeated: boolean): Promise<JobReport> {
  const deadline = Date.now() + WAIT_FOR_OTHER_MS;
  for (;;) {
    const run = await findRun(name, bucket);
    if (run?.outcome === 'failed') throw new DomainError('JOB_FAILED', `The job ${name} failed: ${run.error}.`);
    if (run?.outcome === 'done' && run.finishedAt) {
      const { startedAt, finishedAt, result } = run;
      return {
        job: name,
        bucket,
        repeated,
        startedAt: startedAt.toISOString(),
        finishedAt: finishedAt.toISOString(),
        result,
      };
    }
    if (Date.now() > deadline) {
      throw new DomainError('JOB_RUNNING', `The job ${name} is still at work on ${bucket}. Ask again later.`);
    }
    await new Promise((next) => setTimeout(next, POLL_MS));
  }
}
