import { and, eq, ne } from 'drizzle-orm';
import { db } from '@/db/client';
import { checklistItems, engineCommands, engines, releases, strategies } from '@/db/schema';
import { attachEvidence, signOff } from '../../checklist/actions';
import { type LoadedItem, loadItems } from '../../checklist/store';
import { newId } from '../../kernel/ids';
import { readNow } from '../../kernel/transaction';
import { minutely, type RiskWorld, riskWorld } from '../../risk/testing/risk-world';
import { keyFixture, type PersonFixture, personFixture } from '../../testing/people';
import { openLaunch } from '../actions';
import { loadGate } from '../facts-store';
import { decideGate } from '../gate-actions';
import { recordStep } from '../phase-actions';
import type { Gate } from '../policy';
import { phasesOf, stepsOf } from '../runbook-store';
import { namedLaunch } from '../store';

export const RELEASE = `sha256:${'9f'.repeat(32)}`;

/** A launch of a release in a portfolio with people of each role, fresh data and an engine that reports. */
export type LaunchWorld = {
  risk: RiskWorld;
  launchId: string;
  strategyId: string;
  releaseId: string;
  quant: PersonFixture;
  engineer: PersonFixture;
  officer: PersonFixture;
  manager: PersonFixture;
  board: PersonFixture;
  /** The one item kept, by default critical and signed by two people. */
  item: () => Promise<LoadedItem>;
  items: () => Promise<LoadedItem[]>;
  sign: (who: PersonFixture) => Promise<void>;
  gate: (gate: Gate) => ReturnType<typeof loadGate>;
  approve: (gate: Gate, who: PersonFixture, decision?: 'approved' | 'rejected') => Promise<void>;
  /** Records every step of a phase with exit code 0, by an API key. */
  recordPhase: (phase: number) => Promise<void>;
  /** Feeds a fresh snapshot and lets the engine report. */
  refresh: (report?: { release?: string | null; capital?: string; states?: boolean }) => Promise<void>;
  capitalCommands: () => Promise<(typeof engineCommands.$inferSelect)[]>;
};

export async function launchWorld(wish: { items?: number } = {}): Promise<LaunchWorld> {
  const risk = await riskWorld({ ago: 600 });
  const strategyId = risk.strategies[0]!.id;
  const [quant, engineer, officer, manager, board] = await Promise.all(
    (['quant', 'engineer', 'risk-officer', 'manager', 'board'] as const).map((role) =>
      personFixture({ role, portfolioId: risk.portfolioId, name: role }),
    ),
  );
  await db.update(strategies).set({ ownerId: quant!.id }).where(eq(strategies.id, strategyId));
  const releaseId = newId();
  await db.insert(releases).values({
    id: releaseId,
    strategyId,
    version: '2.4.0',
    artefactDigest: RELEASE,
    configDigest: RELEASE,
    digest: RELEASE,
    createdBy: quant!.id,
    createdAt: await readNow(),
  });
  const { id: launchId } = await openLaunch(quant!.actor, { releaseId, allocation: '0.5' });
  if (wish.items !== 23) {
    await db.delete(checklistItems).where(and(eq(checklistItems.launchId, launchId), ne(checklistItems.number, 23)));
  }
  const { actor: key } = await keyFixture(['runbook:write'], risk.portfolioId);
  const items = () => loadItems(launchId, risk.portfolioId);
  const item = async () => (await items()).find((one) => one.row.number === 23)!;
  const gate = async (wanted: Gate) => loadGate((await namedLaunch(launchId))!, wanted, await readNow());
  const operationOf = (wanted: Gate) => (wanted.startsWith('phase') ? 'phase.approve' : 'tranche.approve');
  let sequence = 1000;
  const world: LaunchWorld = {
    risk,
    launchId,
    strategyId,
    releaseId,
    quant: quant!,
    engineer: engineer!,
    officer: officer!,
    manager: manager!,
    board: board!,
    item,
    items,
    gate,
    sign: async (who) => {
      const { row, facts } = await item();
      const stepUp = await who.stepUp('checklist.sign', facts.hash);
      await signOff(who.actor, { itemId: row.id, contentHash: facts.hash, note: '', stepUp });
    },
    approve: async (wanted, who, decision = 'approved') => {
      const { hash } = await gate(wanted);
      const stepUp = await who.stepUp(operationOf(wanted), hash);
      await decideGate(who.actor, { launchId, gate: wanted, decision, reason: 'looked', contentHash: hash, stepUp });
    },
    recordPhase: async (phase) => {
      for (const step of (await stepsOf(launchId)).filter((one) => one.phase === phase)) {
        await recordStep(key, {
          stepId: step.id,
          kind: 'run',
          exitCode: 0,
          output: 'ok',
          durationMs: 1200,
          startedAt: null,
          idempotencyKey: null,
        });
      }
    },
    refresh: async ({ release = null, capital = '0', states = true } = {}) => {
      const now = await readNow();
      sequence += 1;
      const lines = release && states ? [{ id: risk.strategies[0]!.ref, realised: 0, unrealised: 0, fees: 0 }] : [];
      const at = (now.getTime() - risk.start.getTime()) / 1000;
      await risk.feed([{ at, equity: 1_000_000, sequence, strategies: lines }]);
      await db
        .update(engines)
        .set({
          lastHeartbeatAt: now,
          lastReport: {
            asOf: now.toISOString(),
            state: 'ACTIVE',
            acceptsOrders: true,
            lockedDown: false,
            epoch: 0,
            buildDigest: 'sha256:b',
            leaseUntil: null,
            strategies: [{ ref: 'trend', state: 'ACTIVE', acceptsOrders: true, lockedDown: false, capital, release }],
            workingOrders: [],
            positions: [],
          },
        })
        .where(eq(engines.id, risk.engineId));
    },
    capitalCommands: async () =>
      (await db.select().from(engineCommands).where(eq(engineCommands.engineId, risk.engineId))).filter(
        (one) => one.type === 'set_capital',
      ),
  };
  await risk.feed(minutely([1_000_000, 1_000_000, 1_000_000]));
  await world.refresh();
  return world;
}

/** The same, with its phases passed, its item signed, and both approvals for the first tranche. */
export async function readyForCapital(): Promise<LaunchWorld> {
  const world = await launchWorld();
  const { passGate } = await import('../gate-actions');
  const rest = { 1: ['engineer', 'manager'], 2: ['engineer', 'manager'], 3: ['engineer', 'officer'] } as const;
  for (const phase of [1, 2, 3] as const) {
    await world.recordPhase(phase);
    for (const who of rest[phase]) await world.approve(`phase-${phase}`, world[who]);
    await passGate(world.quant.actor, { launchId: world.launchId, gate: `phase-${phase}` });
  }
  const { row } = await world.item();
  await attachEvidence(world.quant.actor, {
    itemId: row.id,
    kind: 'text',
    body: 'Drill of 12 Nov, 4 min to roll back.',
  });
  await world.sign(world.engineer);
  await world.sign(world.officer);
  await world.recordPhase(4);
  await world.approve('tranche-10', world.officer);
  await world.approve('tranche-10', world.manager);
  await world.refresh();
  return world;
}

export const phaseStates = async (launchId: string) => (await phasesOf(launchId)).map((one) => one.state);
