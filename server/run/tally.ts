import type { Outcome } from './checks';

export type Part = { name: string; run: () => Promise<Outcome> };
export type Tally = { passed: number; failed: number };

const outcomeOf = ({ run }: Part): Promise<Outcome> =>
  run().catch((error: unknown) => ({ passed: 0, failed: 1, notes: [], output: String(error) }));

function tell(tally: Tally, { name }: Part, outcome: Outcome, tookMs: number): void {
  tally.passed += outcome.passed;
  tally.failed += outcome.failed;
  const took = (tookMs / 1000).toFixed(1);
  console.log(`  ${name.padEnd(14)}${outcome.passed} passed, ${outcome.failed} failed (${took} s)`);
  for (const note of outcome.notes) console.log(`    ${note}`);
  if (outcome.failed > 0) console.log(outcome.output);
}

/**
 * Runs the parts in order, one line each; what failed is shown whole. Every part runs, whatever came before, unless the run
 * is interrupted: what is running then comes to its end, and the interruption counts as a failure.
 */
export async function runParts(parts: Part[], interrupted?: AbortSignal): Promise<Tally> {
  const tally: Tally = { passed: 0, failed: 0 };
  for (const part of parts) {
    if (interrupted?.aborted) break;
    const started = Date.now();
    tell(tally, part, await outcomeOf(part), Date.now() - started);
  }
  if (interrupted?.aborted) tally.failed += 1;
  return tally;
}

/** Runs parts that share nothing side by side, and tells each in the order given, as soon as those before it are told. */
export async function runSideBySide(parts: Part[]): Promise<Tally> {
  const tally: Tally = { passed: 0, failed: 0 };
  const started = Date.now();
  const running = parts.map(async (part) => {
    const outcome = await outcomeOf(part);
    return { part, outcome, tookMs: Date.now() - started };
  });
  for (const one of running) {
    const { part, outcome, tookMs } = await one;
    tell(tally, part, outcome, tookMs);
  }
  return tally;
}

/** The last line of the run, and its exit code. A run in which nothing ran has not passed. */
export function conclude({ passed, failed }: Tally): number {
  console.log(`${passed} passed, ${failed} failed`);
  return failed === 0 && passed > 0 ? 0 : 1;
}
