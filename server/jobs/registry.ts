import 'server-only';
import { cleanUp } from './cleanup';
import type { JobName } from './schedule';
import { makePartitions } from './store';

/** The work of a job; its result is what the route answers, so it says what was done. */
export type JobWork = () => Promise<Record<string, unknown>>;

/** What runs by which name. The domains are loaded when their job runs, so that one that fails to load fails alone. */
export const JOBS: Record<JobName, JobWork> = {
  'limit-checks': async () => (await import('../risk/ingest/check-actions')).runLimitChecks(),
  'win-rate-checks': async () => (await import('../risk/breaches/win-rate-actions')).runWinRateChecks(),
  'seal-telemetry': async () => (await import('../audit/seal-actions')).sealTelemetry(),
  'audit-head-export': async () => (await import('../audit/export')).exportHead(),
  'alert-escalations': async () => (await import('../alerts/escalation-actions')).escalateAlerts(),
  'order-follow-up': async () => (await import('../risk/orders/order-follow-up-actions')).askAfterOrders(),
  deliveries: async () => (await import('../notifications/delivery-actions')).drainDeliveries(),
  'deviation-reports': async () => (await import('../reports/actions')).issueDueReports(),
  reactions: async () => (await import('../reactions/consume')).consumeReactions(),
  'soak-health': async () => (await import('../launch/soak-actions')).recordSoakHealth(),
  'checklist-probes': async () => {
    const [probes, waivers] = await Promise.all([
      import('../checklist/probe-actions'),
      import('../checklist/waiver-actions'),
    ]);
    const { PROBES } = await import('./probe-registry');
    return { ...(await probes.runProbes(PROBES)), ...(await waivers.expireWaivers()) };
  },
  partitions: () => makePartitions(),
  cleanup: () => cleanUp(new Date()),
};
