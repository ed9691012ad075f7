import 'server-only';
import { db } from '@/db/client';
import { itemVerdict, unverified } from '../checklist/rules';
import { type LoadedItem, loadItems, standingPeople } from '../checklist/store';
import { waiverState } from '../checklist/waiver';
import { Decimal } from '../kernel/decimal';
import type { Tx } from '../kernel/transaction';
import { reactionsCaughtUp } from '../reactions/lag';
import { tradingStateOf } from '../trading-state/store';
import { approvalPolicy, approvalsOf, soakPolicy } from './approval-store';
import type { Excluded } from './approvals';
import { type GateContent, gateContent, gateHash } from './binding';
import type { GateFacts, ItemLine } from './gate-facts';
import { type Gate, phaseOf, trancheOf } from './policy';
import { type PhaseRow, phasesOf, stepFact, stepsOf } from './runbook-store';
import { type SoakProgress, soakProgress } from './soak';
import { known } from './soak-health';
import { bucketsSince, type StayRow, staysOf } from './stay-store';
import { allocationsBeside, type NamedLaunch, type Reader, reviewsOf } from './store';
import {
  dataFacts,
  engineFacts,
  hardBreaches,
  limitSetsInForce,
  openEmergencies,
  reconciliation,
  seriousAlerts,
  unknownLimits,
} from './trading-facts-store';
import { allocationFault } from './tranches';

export type LoadedGate = {
  facts: GateFacts;
  content: GateContent;
  hash: string;
  /** The stay in the tranche in force, and how its soak stands. */
  stay: StayRow | null;
  soak: SoakProgress | null;
};

/** Items as a gate reads them. */
export const itemLines = (items: LoadedItem[], now: Date): ItemLine[] =>
  items.map(({ row, facts }) => {
    const verdict = itemVerdict(facts, now);
    return {
      id: row.id,
      number: row.number,
      text: row.text,
      state: verdict.state,
      isSatisfied: verdict.isSatisfied,
      missing: verdict.missing,
      who: verdict.who,
      isCritical: facts.item.isCritical,
      looks: unverified(facts, now),
    };
  });

/**
 * Reads everything a gate looks at, in one go: for the page from the pool, for a decision inside its transaction with the
 * launch and its items held. `executorId` is the person about to use the gate, who may not be among its approvers.
 */
export async function loadGate(
  named: NamedLaunch,
  gate: Gate,
  now: Date,
  options: { executorId?: string } = {},
  from: Reader = db,
): Promise<LoadedGate> {
  const { launch, release } = named;
  const target = trancheOf(gate);
  const items = await loadItems(launch.id, launch.portfolioId, from);
  const [policy, soakRules] = [await approvalPolicy(now, from), await soakPolicy(now, from)];
  const rule = policy.content.gates[gate];
  const steps = (await stepsOf(launch.id, from)).filter((step) => step.phase === phaseOf(gate));
  const phases = await phasesOf(launch.id, from);
  const stays = await staysOf(launch.id, from);
  const stay = stays.findLast((one) => one.leftAt === null && one.tranche > 0) ?? null;
  const { data, equity, sessionsSince, trades } = await dataFacts(named, now, from);
  const demanded = rule.checklist === 'all' ? items : [];
  const content = gateContent({
    launch: { id: launch.id, number: launch.number },
    gate,
    release: {
      digest: release.digest,
      version: release.version,
      artefactDigest: release.artefactDigest,
      configDigest: release.configDigest,
    },
    allocation: launch.allocation,
    limitSets: (await limitSetsInForce(named, now, from)).map(({ scope, scopeId, version, contentHash }) => ({
      scope,
      scopeId,
      version,
      contentHash,
    })),
    policyVersions: { approval: policy.version, soak: soakRules.version },
    attestations: demanded.flatMap(({ facts }) =>
      itemVerdict(facts, now).signers.map(({ id, contentHash }) => ({ id, contentHash })),
    ),
    waivers: demanded.flatMap(({ waivers }) =>
      waivers.filter((one) => waiverState(one, now) === 'in-force').map(({ id, contentHash }) => ({ id, contentHash })),
    ),
  });
  const hash = gateHash(content);
  const soak = await soakOf(stay, soakRules.content, now, from);
  const beside = await allocationsBeside(launch.portfolioId, launch.strategyId, now, from);
  const lag = await reactionsCaughtUp(from as Tx, ['breach-opened', 'emergency-started']);
  const facts: GateFacts = {
    gate,
    now,
    rule,
    launch: { id: launch.id, status: launch.status, tranche: launch.tranche, holdReason: launch.holdReason },
    phases: new Map(phases.map((one) => [one.phase, one.state])),
    steps: steps.map(stepFact),
    releaseDigest: release.digest,
    items: known(itemLines(items, now)),
    approvals: await approvalsOf(launch.id, gate, from),
    people: known(await standingPeople(launch.portfolioId, from)),
    excluded: excludedOf(named, phases, steps, target, options.executorId),
    hash,
    tradingState: known(await tradingStateOf({ portfolioId: launch.portfolioId, strategyId: launch.strategyId }, from)),
    emergencies: known(await openEmergencies(named, from)),
    breaches: known(await hardBreaches(launch.portfolioId, now, from)),
    unknownLimits: await unknownLimits(named, target, now, from),
    data,
    equity,
    engine: await engineFacts(named, now, from),
    alerts: known(await seriousAlerts(launch.id, from)),
    isReconciled: await reconciliation(launch.portfolioId, data, from),
    allocation: known(allocationFault(new Decimal(launch.allocation), beside.others, beside.leverage)),
    overdueReviews: known((await reviewsOf(launch.id, from)).filter((one) => !one.closedAt && one.dueAt < now).length),
    reactionsBehind: known(lag.behind.reduce((sum, one) => sum + one.events, 0)),
    soak:
      stay && soak
        ? {
            requirement: soak.requirement,
            progress: known(soak.progress),
            sessions: sessionsSince(soak.progress.startedAt),
            trades: trades === null ? null : Math.max(0, trades - stay.tradesAtEntry),
          }
        : null,
  };
  return { facts, content, hash, stay, soak: soak?.progress ?? null };
}

async function soakOf(
  stay: StayRow | null,
  policy: Awaited<ReturnType<typeof soakPolicy>>['content'],
  now: Date,
  from: Reader,
) {
  if (!stay || (stay.tranche !== 10 && stay.tranche !== 50)) return null;
  const requirement = policy.at[stay.tranche];
  const buckets = await bucketsSince(stay.launchId, stay.enteredAt, from);
  return { requirement, progress: soakProgress({ enteredAt: stay.enteredAt, now, buckets, requirement, policy }) };
}

const personOf = (ref: string | null): string | null => (ref?.startsWith('person:') ? ref.slice(7) : null);

/** Who may not approve this gate: who opened the launch, made the release, or runs what the gate lets through. */
function excludedOf(
  named: NamedLaunch,
  phases: PhaseRow[],
  steps: Awaited<ReturnType<typeof stepsOf>>,
  target: number | null,
  executorId: string | undefined,
): Excluded {
  const excluded = new Map<string, 'proposer' | 'executor' | 'release author'>();
  const phase = target === null ? phases.find((one) => one.phase === steps[0]?.phase) : undefined;
  const own = target === null ? steps : steps.filter((step) => step.tranche === target);
  const executors = [
    executorId ?? null,
    personOf(phase?.startedBy ?? null),
    ...own.flatMap((step) => step.runs.map((run) => personOf(run.recordedBy))),
  ];
  for (const id of executors) if (id) excluded.set(id, 'executor');
  excluded.set(named.release.createdBy, 'release author');
  excluded.set(named.launch.openedBy, 'proposer');
  return excluded;
}
