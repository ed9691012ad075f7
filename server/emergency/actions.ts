import 'server-only';
import { authorize, visiblePortfolios } from '../identity/authorize';
import type { Actor } from '../kernel/actor';
import { DomainError } from '../kernel/errors';
import { newId } from '../kernel/ids';
import type { DirectChannel } from '../notifications/direct-actions';
import { DirectNotices } from './direct-actions';
import { type EmergencyFacts, nameOfScope, type Press, standingRisk } from './facts';
import { Journal } from './journal';
import type { Recorded } from './journal-record';
import { Recording } from './journal-recording';
import { commandScopeOf, enginesInScope, planSteps } from './plan';
import { recordLine } from './record-actions';
import { startAction } from './record-start-actions';
import { launchRun, runnerId, takeOver } from './runner-actions';
import { loadSnapshot } from './snapshot';
import { knownStack, within } from './snapshot-actions';
import { freshStep } from './step';

export type Started = {
  emergencyId: string;
  /** E-0007; null while the database has not recorded it. */
  number: string | null;
  outcome: 'started' | 'joined' | 'upgraded';
  /** False: it runs from the local snapshot and journal, and is recorded later. */
  isRecorded: boolean;
};

/** How long the database may take before the run goes on without it. */
const FACTS_PATIENCE_MS = 700;
const RECORD_PATIENCE_MS = 1_000;

/**
 * Starts an emergency, or joins or raises the one that is open for its scope.
 *
 * Ids are made and the journal is on disk before the database is asked; without its answer within a second the run goes on
 * from the local snapshot and is recorded later. The run itself continues in this process after the answer. Throws
 * FORBIDDEN, NOT_FOUND for an unknown scope, NO_SNAPSHOT when there is neither database nor snapshot.
 */
export async function startEmergency(
  actor: Actor,
  press: Press,
  options: { isDatabaseDown?: boolean } = {},
): Promise<Started> {
  const pressedAt = new Date();
  const stack = await knownStack(options.isDatabaseDown ? 0 : FACTS_PATIENCE_MS);
  const strategy = stack.strategies.find(({ id }) => id === press.strategyId);
  const ownerId = press.scope === 'strategy' ? (strategy?.ownerId ?? null) : null;
  const scopeName = nameOfScope(press, stack);
  const scope = {
    kind: press.scope,
    portfolioId: press.scope === 'firm' ? null : press.portfolioId,
    strategyId: press.scope === 'strategy' ? press.strategyId : null,
  };
  const permission = press.isDrill ? 'incident.open' : startAction(press.severity);
  authorize(actor, permission, { portfolioId: scope.portfolioId, ownerId: ownerId ?? undefined });
  if (press.scope === 'firm' && visiblePortfolios(actor) !== null) {
    throw new DomainError(
      'FORBIDDEN',
      'The whole firm is stopped by who acts in every portfolio. Stop your portfolio.',
    );
  }

  const engines = enginesInScope(scope, stack.engines, stack.strategies, press.isDrill);
  const commandScope = commandScopeOf(scope, stack.strategies);
  const known = stack.engines.filter(({ id }) => engines.some((engine) => engine.id === id));
  const epoch = Math.max(0, ...known.map((engine) => engine.epoch)) + 1;
  const { severity, reason, isDrill, keepReduceOnlyStops } = press;
  const emergency: EmergencyFacts = {
    id: newId(),
    scope,
    scopeName,
    severity,
    reason,
    isDrill,
    keepReduceOnlyStops,
    epoch,
    commandScope,
    actor,
    ownerId,
    pressedAt,
    atStart: standingRisk(known, commandScope),
  };
  const steps = planSteps({ severity, engines }).map((step) => freshStep(step, epoch));

  let direct: DirectNotices | null = null;
  let give: (outcome: Recorded) => void = () => {};
  const recorded = new Promise<Recorded>((resolve) => (give = resolve));
  const recording = new Recording(
    new Journal(emergency.id),
    (line, id) => recordLine(line, id, runnerId),
    (line, outcome) => {
      if (line.kind !== 'start') return;
      give(outcome);
      direct?.end();
    },
    (line) => direct?.saw(line),
  );
  recording.write({ kind: 'start', emergency, steps });
  const isWaiting = stack.source === 'database';
  const outcome = await within(isWaiting ? RECORD_PATIENCE_MS : 0, recorded);

  if (outcome?.kind === 'joined') {
    const { emergencyId, number } = outcome;
    return { emergencyId, number, outcome: 'joined', isRecorded: true };
  }
  if (outcome?.kind === 'upgraded') {
    await takeOver(outcome.emergencyId, { force: true });
    return { emergencyId: outcome.emergencyId, number: outcome.number, outcome: 'upgraded', isRecorded: true };
  }
  if (outcome === null) {
    direct = new DirectNotices(emergency, steps, knownChannels(), (entry) => recording.write(entry));
    direct.start();
  }
  launchRun({
    facts: { id: emergency.id, pressedAt, commandScope, keepReduceOnlyStops },
    steps,
    endpoints: stack.endpoints,
    fence: 1,
    recording,
  });
  const number = outcome?.kind === 'recorded' ? (outcome.number ?? null) : null;
  return { emergencyId: emergency.id, number, outcome: 'started', isRecorded: outcome !== null };
}

/** The channels of the local snapshot; none without one, since a stop never waits for who hears of it. */
function knownChannels(): DirectChannel[] {
  try {
    return loadSnapshot(new Date()).channels ?? [];
  } catch {
    return [];
  }
}
