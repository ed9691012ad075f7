import { attachEvidence, signOff } from '@/server/checklist/actions';
import { configureProbe } from '@/server/checklist/edit-actions';
import { runProbes } from '@/server/checklist/probe-actions';
import { type LoadedItem, loadItems } from '@/server/checklist/store';
import { importBacktest } from '@/server/evidence/actions';
import { approveExpectation, proposeExpectation } from '@/server/evidence/expectation-actions';
import { PROBES } from '@/server/jobs/probe-registry';
import type { KeyActor, Role } from '@/server/kernel/actor';
import { readNow } from '@/server/kernel/transaction';
import { openLaunch } from '@/server/launch/actions';
import { loadGate } from '@/server/launch/facts-store';
import { decideGate, passGate } from '@/server/launch/gate-actions';
import { recordStep } from '@/server/launch/phase-actions';
import type { Gate } from '@/server/launch/policy';
import { stepsOf } from '@/server/launch/runbook-store';
import { namedLaunch } from '@/server/launch/store';
import { createRelease, registerStrategy } from '@/server/strategies/actions';
import { type Cast, stepUp } from './demo-people';
import { EVIDENCE_TEXTS } from './evidence-texts';
import { BACKTEST_SPANS, sp500Backtest } from './sp500-backtest';

export type Plan = { portfolioId: string; engineId: string; name: string; ref: string; allocation: string };
export type OpenedLaunch = { launchId: string; portfolioId: string; backtestId: string };

/** A strategy with one release, its backtests imported and the first approved as what is expected, and its launch. */
export async function openStory(cast: Cast, plan: Plan, artefactDigest: string): Promise<OpenedLaunch> {
  const { quant } = cast;
  const { portfolioId, engineId } = plan;
  const strategyId = await registerStrategy(quant, {
    portfolioId,
    engineId,
    name: plan.name,
    engineRef: plan.ref,
    description: 'Follows the trend of the S&P 500 with volatility scaling; buys dips around its target.',
  });
  const releaseId = await createRelease(quant, {
    strategyId,
    version: '1.0.0',
    artefactDigest,
    configuration: JSON.stringify({ instrument: 'SPX-ETF', trendDays: [50, 200], targetDailyVolatility: 0.02 }),
    notes: 'First release of the demo.',
  });
  const imported = async (purpose: 'in-sample' | 'out-of-sample') => {
    const bytes = sp500Backtest(plan.ref, BACKTEST_SPANS[purpose]);
    const file = { fileName: `${plan.ref}-${purpose}.json`, bytes };
    const { backtests } = await importBacktest(quant, { releaseId, ...file, choice: {}, purpose });
    return backtests[0]!;
  };
  const inSample = await imported('in-sample');
  await imported('out-of-sample');
  await proposeExpectation(quant, { backtestId: inSample.id });
  for (const who of [cast['risk-officer'], cast.manager]) {
    await approveExpectation(who, {
      backtestId: inSample.id,
      stepUp: await stepUp(who, 'baseline.approve', inSample.digest),
    });
  }
  const { id: launchId } = await openLaunch(quant, { releaseId, allocation: plan.allocation });
  return { launchId, portfolioId, backtestId: inSample.id };
}

const AUTHOR_FOR: Partial<Record<Role, Role>> = { quant: 'engineer' };
const SECOND_SIGNER: Role = 'risk-officer';

/** Evidence on every item, by somebody who does not sign it; then the probes look, and the owners sign. */
export async function completeChecklist(cast: Cast, launch: OpenedLaunch): Promise<void> {
  const items = await loadItems(launch.launchId, launch.portfolioId);
  for (const { row } of items) {
    if (row.probes.some(({ kind }) => kind === 'tls-certificate')) {
      const hosts = [`localhost:${process.env.GOING_LIVE_TLS_PORT}`];
      const params = { hosts, minimumDaysLeft: 21 };
      await configureProbe(PROBES, cast.engineer, {
        itemId: row.id,
        version: row.version,
        kind: 'tls-certificate',
        params,
      });
    }
    const author = cast[AUTHOR_FOR[row.ownerRole as Role] ?? 'admin'];
    const body = EVIDENCE_TEXTS[row.number];
    if (row.evidenceKinds.includes('import')) {
      await attachEvidence(author, { itemId: row.id, kind: 'import', backtestId: launch.backtestId });
    } else if (body) await attachEvidence(author, { itemId: row.id, kind: 'text', body });
  }
  await runProbes(PROBES, { itemIds: items.map(({ row }) => row.id) });
  for (const item of await loadItems(launch.launchId, launch.portfolioId)) await sign(cast, launch, item);
}

async function sign(cast: Cast, launch: OpenedLaunch, { row }: LoadedItem): Promise<void> {
  const signers = new Set<Role>([row.ownerRole as Role, ...(row.isCritical ? [SECOND_SIGNER] : [])]);
  for (const role of signers) {
    const current = (await loadItems(launch.launchId, launch.portfolioId)).find((one) => one.row.id === row.id)!;
    const contentHash = current.facts.hash;
    const token = await stepUp(cast[role], 'checklist.sign', contentHash);
    await signOff(cast[role], { itemId: row.id, contentHash, note: '', stepUp: token });
  }
}

/** Records every step of a phase (of one tranche in phase 4) as the deployment machine does, with exit code 0. */
export async function recordPhase(machine: KeyActor, launchId: string, phase: number, tranche?: number): Promise<void> {
  const steps = (await stepsOf(launchId)).filter((one) => one.phase === phase && one.tranche === (tranche ?? null));
  for (const [index, step] of steps.entries()) {
    await recordStep(machine, {
      stepId: step.id,
      kind: 'run',
      exitCode: 0,
      output: 'exit 0',
      durationMs: 1_800 + index * 700,
      startedAt: null,
      idempotencyKey: null,
    });
  }
}

export async function approve(launchId: string, gate: Gate, who: Cast[Role]): Promise<void> {
  const named = (await namedLaunch(launchId))!;
  const { hash } = await loadGate(named, gate, await readNow());
  const operation = gate.startsWith('phase') ? 'phase.approve' : 'tranche.approve';
  const token = await stepUp(who, operation, hash);
  await decideGate(who, {
    launchId,
    gate,
    decision: 'approved',
    reason: 'Looked through steps and evidence.',
    contentHash: hash,
    stepUp: token,
  });
}

/** Passes a gate as the strategy's owner, with fresh looks of every probe. */
export async function pass(cast: Cast, launch: OpenedLaunch, gate: Gate): Promise<void> {
  const items = await loadItems(launch.launchId, launch.portfolioId);
  await runProbes(PROBES, { itemIds: items.map(({ row }) => row.id) });
  await passGate(cast.quant, { launchId: launch.launchId, gate });
}
