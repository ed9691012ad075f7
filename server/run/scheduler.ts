import { Cron } from 'croner';

export type ScheduledJob = { name: string; schedule: string };
export type Scheduler = { stop: () => void };

/** Longer than any job may take; the route itself answers earlier. */
const CALL_TIMEOUT_MS = 120_000;

/**
 * Calls each job's cron route at its time, as any outside scheduler would: by HTTP, with the secret. A call that is still
 * open when the next is due is not repeated. `say` gets one sentence when a job begins to fail and one when it recovers.
 */
export function startScheduler(
  jobs: ScheduledJob[],
  target: { baseUrl: string; cronSecret: string },
  say: (sentence: string) => void,
): Scheduler {
  const failing = new Set<string>();
  const call = async (name: string) => {
    const problem = await callRoute(name, target);
    if (problem && !failing.has(name)) say(`The job ${name} fails: ${problem}`);
    if (!problem && failing.has(name)) say(`The job ${name} works again.`);
    if (problem) failing.add(name);
    else failing.delete(name);
  };
  const timers = jobs.map(
    ({ name, schedule }) => new Cron(schedule, { timezone: 'UTC', protect: true, catch: true }, () => call(name)),
  );
  const stop = () => {
    for (const timer of timers) timer.stop();
  };
  return { stop };
}

async function callRoute(name: string, target: { baseUrl: string; cronSecret: string }): Promise<string | undefined> {
  try {
    const response = await fetch(`${target.baseUrl}/api/cron/${name}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${target.cronSecret}` },
      signal: AbortSignal.timeout(CALL_TIMEOUT_MS),
    });
    if (response.ok) return undefined;
    const body = (await response.json().catch(() => ({}))) as { detail?: string };
    return body.detail ?? `the route answered ${response.status}`;
  } catch (error) {
    return `the route did not answer (${(error as Error).message})`;
  }
}
