import type { Outcome } from './checks';

export type Part = { name: string; run: () => Promise<Outcome> };
export type Tally = { passed: number; failed: number };

/**
 * Runs the parts in order, one line each; what failed is shown whole. Every part runs, whatever came before, unless the run
 * is interrupted: what is running then comes to its end, and the interruption counts as a failure.
 */
export async function runParts(parts: Part[], interrupted?: AbortSignal): Promise<Tally> {
  const tally: Tally = { passed: 0, failed: 0 };
  for (const { name, run } of parts) {
    if (interrupted?.aborted) break;
    const started = Date.now();
    const outcome = await run().catch((error: unknown) => ({ passed: 0, failed: 1, notes: [], output: String(error) }));
    tally.passed += outcome.passed;
    tally.failed += outcome.failed;
    const took = ((Date.now() - started) / 1000).toFixed(1);
    console.log(`  ${name.padEnd(14)}${outcome.passed} passed, ${outcome.failed} failed (${took} s)`);
    for (const note of outcome.notes) console.log(`    ${note}`);
    if (outcome.failed > 0) console.log(outcome.output);
  }
  if (interrupted?.aborted) tally.failed += 1;
  return tally;
}

/** The last line of the run, and its exit code. A run in which nothing ran has not passed. */
export function conclude({ passed, failed }: Tally): number {
  console.log(`${passed} passed, ${failed} failed`);
  return failed === 0 && passed > 0 ? 0 : 1;
}
