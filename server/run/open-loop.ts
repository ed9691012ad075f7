/** What a load sees: latencies in milliseconds from when each request was due, and how many were answered in which way. */
export type Load = { latencies: number[]; outcomes: Record<string, number> };

/**
 * Sends requests when they are due, whether or not earlier ones were answered (an open loop), so that a server that stalls
 * is seen to stall. `callers` share the rate evenly, each on its own beat; `send` names how a request was answered.
 */
export async function openLoop(
  load: { perSecond: number; callers: number; seconds: number },
  send: (caller: number, index: number) => Promise<string>,
): Promise<Load> {
  const { perSecond, callers, seconds } = load;
  const total = perSecond * seconds;
  const latencies: number[] = [];
  const outcomes: Record<string, number> = {};
  const started = performance.now();
  const waiting: Promise<void>[] = [];
  for (let index = 0; index < total; index += 1) {
    const due = started + (index * 1000) / perSecond;
    const wait = due - performance.now();
    if (wait > 1) await new Promise((resolve) => setTimeout(resolve, wait));
    const answer = send(index % callers, Math.floor(index / callers)).catch((error: Error) => error.message);
    waiting.push(
      answer.then((outcome) => {
        latencies.push(performance.now() - due);
        outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
      }),
    );
  }
  await Promise.all(waiting);
  return { latencies: latencies.sort((a, b) => a - b), outcomes };
}

/** The value under which a share of sorted values lies. */
export const quantileOf = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
