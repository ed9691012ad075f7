export type JobSchedule = {
  /** Cron pattern with seconds, UTC; what `npm start` keeps and an outside scheduler should. */
  schedule: string;
  /** Width of the bucket in which repeated calls are one run. */
  bucketSeconds: number;
  purpose: string;
};

/** Every periodic duty of the product by name: when it is due, and what it does. What runs is in `registry.ts`. */
export const SCHEDULES = {
  'limit-checks': {
    schedule: '*/10 * * * * *',
    bucketSeconds: 10,
    purpose: 'looks at every portfolio, so that silence becomes stale, unknown and a halt without a snapshot',
  },
  'win-rate-checks': {
    schedule: '50 */5 * * * *',
    bucketSeconds: 300,
    purpose: 'compares the wins of every strategy with its approved backtest',
  },
  'seal-telemetry': {
    schedule: '20 * * * * *',
    bucketSeconds: 60,
    purpose: 'seals the telemetry of each settled minute into the event chain',
  },
  'audit-head-export': {
    schedule: '0 3 * * * *',
    bucketSeconds: 3_600,
    purpose: 'keeps the head of the event chain outside the database',
  },
  'alert-escalations': {
    schedule: '*/15 * * * * *',
    bucketSeconds: 15,
    purpose: 'ends acknowledgements and silences, tells the next level, repeats, sends the digest',
  },
  'order-follow-up': {
    schedule: '25,55 * * * * *',
    bucketSeconds: 30,
    purpose: 'asks after orders that work without their engine listing them, and forgets old reference prices',
  },
  deliveries: {
    schedule: '*/10 * * * * *',
    bucketSeconds: 10,
    purpose: 'sends messages that wait, where no worker has',
  },
  'deviation-reports': {
    schedule: '40 * * * * *',
    bucketSeconds: 60,
    purpose: 'issues the post-launch reports whose window has ended',
  },
  reactions: {
    schedule: '*/10 * * * * *',
    bucketSeconds: 10,
    purpose: 'lets events have their effect in other domains, where no worker has',
  },
  'soak-health': {
    schedule: '5 * * * * *',
    bucketSeconds: 60,
    purpose: 'keeps the health of the minute that ended, for every launch with capital',
  },
  'checklist-probes': {
    schedule: '35 * * * * *',
    bucketSeconds: 60,
    purpose: 'lets the probes that are due look, before the launch and after it, and ends waivers by their date',
  },
  partitions: {
    schedule: '0 7 * * * *',
    bucketSeconds: 3_600,
    purpose: 'makes the monthly partitions of this month and the next two',
  },
  cleanup: {
    schedule: '0 30 * * * *',
    bucketSeconds: 3_600,
    purpose: 'forgets what ran out: tickets, challenges, idle counts of attempts, seen messages, runs over a week old',
  },
} satisfies Record<string, JobSchedule>;

export type JobName = keyof typeof SCHEDULES;
export const isJobName = (name: string): name is JobName => Object.hasOwn(SCHEDULES, name);
