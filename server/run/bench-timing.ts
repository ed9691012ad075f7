/** Runs `work` once to warm up, then `runs` times; its argument counts from 0 for the warm-up. Times are wall-clock. */
export async function timed(name: string, runs: number, work: (run: number) => Promise<unknown>) {
  await work(0);
  const times: number[] = [];
  for (let run = 1; run <= runs; run += 1) {
    const started = performance.now();
    await work(run);
    times.push(performance.now() - started);
  }
  times.sort((a, b) => a - b);
  const rounded = (value: number) => Math.round(value * 10) / 10;
  return {
    case: name,
    runs,
    medianMs: rounded(times[Math.floor(times.length / 2)]!),
    worstMs: rounded(times.at(-1)!),
  };
}
