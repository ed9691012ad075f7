import 'server-only';
import { forgetRuns } from './store';

export type Job = {
  /** Cron pattern with seconds, UTC; what `npm start` keeps and an outside scheduler should. */
  schedule: string;
  /** Width of the bucket in which repeated calls are one run. */
  bucketSeconds: number;
  purpose: string;
  /** The work; its result is what the route answers, so it says what was done. */
  run: () => Promise<Record<string, unknown>>;
};

/** Every periodic duty of the product by name. The domains are loaded when a job runs, not when it is listed. */
export const JOBS: Record<string, Job> = {
  'job-cleanup': {
    schedule: '0 30 3 * * *',
    bucketSeconds: 86_400,
    purpose: 'forgets runs of jobs older than 90 days',
    run: async () => ({ removed: await forgetRuns(90) }),
  },
};
