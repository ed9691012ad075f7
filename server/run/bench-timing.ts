/** One case as it is printed, with whatever it is measured beside. */
export type BenchLine = { case: string; runs: number; medianMs: number; worstMs: number } & Record<string, unknown>;

/** Runs `work` once to warm up, then `runs` times; its argument counts from 0 for the warm-up. Times are wall-clock. */
export async function timed(name: string, runs: number, work: (run: number) => Promise<unknown>) {
  await work(0);
  const times: number[] = [];
  for (let run = 1; run <= runs; run += 1) {
    const started = performance.now();
    await work(run);
    times.push(performance.now() - started);
  }
  return { case: name, runs, medianMs: rounded(medianOf(times)), worstMs: rounded(Math.max(...times)) };
}

/** The middle of measured times. */
export const medianOf = (times: readonly number[]): number =>
  [...times].sort((a, b) => a - b)[Math.floor(times.length / 2)]!;

/** Milliseconds as they are printed: microseconds of small ones matter, those of large ones do not. */
export const rounded = (value: number): number => Math.round(value * 10) / 10;
