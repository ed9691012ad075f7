import { asc } from 'drizzle-orm';
import { closeDatabase, db } from '@/db/client';
import { apiKeys, backtests, launches } from '@/db/schema';
import { runProbes } from '@/server/checklist/probe-actions';
import { loadItems } from '@/server/checklist/store';
import { PROBES } from '@/server/jobs/probe-registry';
import type { KeyActor } from '@/server/kernel/actor';
import { readNow } from '@/server/kernel/transaction';
import { loadGate } from '@/server/launch/facts-store';
import { evaluateGate } from '@/server/launch/gate';
import { namedLaunch } from '@/server/launch/store';
import { runLimitChecks } from '@/server/risk/ingest/check-actions';
import { signInPeople } from './demo-people';
import { approve, type OpenedLaunch, pass, recordPhase } from './launch-desk';

/** The demo of today, with the engines at work: two launches get their first capital, the third waits for a manager. */
const ENGINE_WAIT_MS = 60_000;
const cast = await signInPeople();
const [healthy, wide, waiting] = await opened();
const machine = await machineActor();

for (const launch of [healthy!, wide!]) {
  await recordPhase(machine, launch.launchId, 4, 10);
  await approve(launch.launchId, 'tranche-10', cast['risk-officer']);
  await approve(launch.launchId, 'tranche-10', cast.manager);
  await untilTradingIsKnown(launch);
  await pass(cast, launch, 'tranche-10');
}
await recordPhase(machine, waiting!.launchId, 4, 10);
await approve(waiting!.launchId, 'tranche-10', cast['risk-officer']);
await closeDatabase();

async function opened(): Promise<OpenedLaunch[]> {
  const rows = await db.select().from(launches).orderBy(asc(launches.number));
  const imports = await db.select().from(backtests);
  return rows.map(({ id, portfolioId, releaseId }) => ({
    launchId: id,
    portfolioId,
    backtestId: imports.find((one) => one.releaseId === releaseId)!.id,
  }));
}

async function machineActor(): Promise<KeyActor> {
  const keys = await db.select().from(apiKeys);
  const key = keys.find(({ scopes }) => scopes.includes('runbook:write'))!;
  return { kind: 'key', keyId: key.id, name: key.name, scopes: key.scopes, portfolioId: null, engineId: null };
}

/** The engine has reported and pushed samples, so that nothing but people's decisions is left at the gate. */
async function untilTradingIsKnown({ launchId, portfolioId }: OpenedLaunch): Promise<void> {
  const items = await loadItems(launchId, portfolioId);
  await runProbes(PROBES, { itemIds: items.map(({ row }) => row.id) });
  const deadline = Date.now() + ENGINE_WAIT_MS;
  for (;;) {
    await runLimitChecks();
    const named = (await namedLaunch(launchId))!;
    const gate = await loadGate(named, 'tranche-10', await readNow());
    const { blockers } = evaluateGate(gate.facts);
    if (blockers.length === 0) return;
    if (Date.now() > deadline) {
      throw new Error(
        `The gate of ${named.launch.number} stays shut: ${blockers.map((one) => one.sentence).join(' ')}`,
      );
    }
    await new Promise((next) => setTimeout(next, 500));
  }
}
