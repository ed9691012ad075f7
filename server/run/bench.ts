import type { BenchLine } from './bench-timing';
import { runCommand } from './command';
import { RefusedStart } from './refused-start';

/** `npm run bench [-- group]`: one JSON line per case, medians after a warm-up. Nothing of it is asserted in a test. */
const GROUPS: Record<string, () => Promise<{ bench: (print: (line: BenchLine) => void) => Promise<void> }>> = {
  app: () => import('./bench-app'),
  risk: () => import('./bench-risk'),
  ingest: () => import('./bench-ingest'),
};

await runCommand(async () => {
  const wanted = process.argv.slice(2).filter((text) => text !== '--');
  const unknown = wanted.find((name) => !GROUPS[name]);
  if (unknown) throw new RefusedStart(`There is no group "${unknown}": ${Object.keys(GROUPS).join(', ')}.`);
  for (const [name, load] of Object.entries(GROUPS)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    await (await load()).bench((line) => console.log(JSON.stringify(line)));
  }
  return 0;
});
process.exit();
