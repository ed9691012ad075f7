import { runBrowserTests } from './browser-tests';
import { ensureBuild } from './build';
import { checkLockfile, checkStyle, checkTypes, type Outcome, runVitest, stopTools } from './checks';
import { runCommand } from './command';
import { conclude, type Part, runParts } from './tally';
import { TEST_DIST_FOLDER } from './test-stack';

/** `npm test [part ...] [-- filters]`: without a part, all of them in this order. */
const separator = process.argv.indexOf('--');
const named = process.argv.slice(2, separator === -1 ? undefined : separator);
const filters = separator === -1 ? [] : process.argv.slice(separator + 1);

async function build(): Promise<Outcome> {
  const outcome = await ensureBuild(TEST_DIST_FOLDER);
  return { passed: 1, failed: 0, notes: [outcome], output: '' };
}

const PARTS: Part[] = [
  { name: 'style', run: checkStyle },
  { name: 'lockfile', run: checkLockfile },
  { name: 'types', run: checkTypes },
  { name: 'pure', run: () => runVitest('pure', filters) },
  { name: 'database', run: () => runVitest('database', filters) },
  { name: 'build', run: build },
  { name: 'browser', run: () => runBrowserTests(filters) },
];

const interruption = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    interruption.abort();
    stopTools();
  });
}

await runCommand(async () => {
  const unknown = named.filter((name) => !PARTS.some((part) => part.name === name));
  if (unknown.length > 0) {
    console.error(`There is no part "${unknown[0]}": ${PARTS.map(({ name }) => name).join(', ')}.`);
    return 1;
  }
  const parts = named.length ? PARTS.filter(({ name }) => named.includes(name)) : PARTS;
  return conclude(await runParts(parts, interruption.signal));
});
