import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import type { Verification } from '../audit/actions';
import type { Head } from '../audit/chain';
import { parseHeads } from '../audit/head-lines';
import { job } from '../kernel/actor';
import { runCommand } from './command';
import { withInstallation } from './installation';
import { RefusedStart } from './refused-start';

const USAGE = `Usage: npm run -s verify-audit [-- --heads FILE] [--demo] [--json]
Checks every entry of the event chain, every exported head and every seal of telemetry. Exit code 1 when something is wrong.
--heads FILE: heads that were kept elsewhere, as exported to audit/heads.jsonl of the data folder or to the webhook.`;

const commandArguments = process.argv.slice(2);

await runCommand(async () => {
  const { heads, json } = optionsFrom(commandArguments);
  const extraHeads = heads ? await headsFrom(heads) : [];
  return withInstallation(commandArguments, async () => {
    const { verifyAudit } = await import('../audit/actions');
    const { closeDatabase } = await import('@/db/client');
    const verdict = await verifyAudit(job('verify-audit'), extraHeads, true).finally(closeDatabase);
    console.log(json ? JSON.stringify(verdict, null, 2) : verdictText(verdict));
    return verdict.ok ? 0 : 1;
  });
});

function optionsFrom(args: string[]): { heads?: string; json: boolean } {
  try {
    const { values } = parseArgs({
      args,
      options: { heads: { type: 'string' }, json: { type: 'boolean' }, demo: { type: 'boolean' } },
    });
    return { heads: values.heads, json: values.json ?? false };
  } catch {
    throw new RefusedStart(USAGE);
  }
}

async function headsFrom(file: string): Promise<Head[]> {
  const text = await readFile(file, 'utf8').catch(() => {
    throw new RefusedStart(`The file of heads ${file} cannot be read.`);
  });
  const { heads, unreadableLines } = parseHeads(text);
  if (unreadableLines.length) throw new RefusedStart(`${file} is damaged at line ${unreadableLines.join(', ')}.`);
  return heads;
}

function verdictText(verdict: Verification): string {
  const { ok, checked, total, head, faults, exportedHeads, seals, durationMs } = verdict;
  const from = verdict.firstAt ? ` from ${verdict.firstAt.toISOString()}` : '';
  return [
    `${ok ? 'Chain verified' : 'CHAIN BROKEN'}: ${checked} of ${total} entries${from}, ${exportedHeads} exported heads, ${seals} seals, in ${durationMs} ms.`,
    `Head: ${head.seq} sha256:${head.hash}`,
    ...faults.map(({ words }) => `  ${words}`),
  ].join('\n');
}
