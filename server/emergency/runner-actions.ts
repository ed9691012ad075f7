import 'server-only';
import { hostname } from 'node:os';
import { portOf } from '../engines/endpoint-actions';
import type { CommandScope } from '../engines/messages';
import type { EngineEndpoint } from '../engines/port';
import { keepAnswer } from '../engines/report-actions';
import { newId } from '../kernel/ids';
import { log } from '../kernel/log';
import { readNow } from '../kernel/transaction';
import { Journal } from './journal';
import { Recording } from './journal-recording';
import { recordLine } from './record-actions';
import { RUN_LIMITS, type RunFacts, runSteps } from './run';
import { knownStack } from './snapshot-actions';
import { RUN_TIMES, type Step } from './step';
import {
  claimLease,
  findEmergency,
  LEASE_SECONDS,
  listAbandoned,
  listSteps,
  releaseLease,
  renewLease,
  stepOf,
} from './store';

type Active = { fence: number };
const kept = globalThis as { __goingLiveRuns?: Map<string, Active>; __goingLiveRunner?: string };
kept.__goingLiveRuns ??= new Map();
const active = kept.__goingLiveRuns;
kept.__goingLiveRunner ??= `${hostname()}:${process.pid}:${newId().slice(-8)}`;

/** This process as the holder of leases. */
export const runnerId: string = kept.__goingLiveRunner;

/** Sends by the adapter of the engine; an engine without an endpoint here is surely not contacted. */
export const sender =
  (endpoints: readonly EngineEndpoint[]): Parameters<typeof runSteps>[2]['send'] =>
  async (engineId, command, timeoutMs) => {
    const endpoint = endpoints.find((known) => known.engineId === engineId);
    if (!endpoint)
      return {
        kind: 'not-sent',
        why: 'Its registration is gone or its secret cannot be opened. Stop it at its own console.',
      };
    return portOf({ adapter: 'standard-webhook' }).send(endpoint, command, timeoutMs);
  };

type Send = ReturnType<typeof sender>;

/** What an engine answers is what stands there now, sooner than its next heartbeat. The run never waits for it to be kept. */
const keeping =
  (send: Send): Send =>
  async (engineId, command, timeoutMs) => {
    const answer = await send(engineId, command, timeoutMs);
    if (answer.kind === 'answered')
      keepAnswer(engineId, { report: answer.reply.report, tookMs: answer.tookMs }).catch((error) =>
        log.warn({ err: error, engine: engineId }, 'a report could not be kept'),
      );
    return answer;
  };

/**
 * Runs an emergency in this process until it is stopped, over, or another's. The lease is renewed while it runs; a
 * database that does not answer does not end the run, one that says the lease is another's does.
 */
export function launchRun(run: {
  facts: RunFacts;
  steps: Step[];
  endpoints: EngineEndpoint[];
  fence: number;
  recording: Recording;
}): void {
  const { facts, steps, endpoints, fence, recording } = run;
  const holder: Active = { fence };
  active.set(facts.id, holder);
  let isHeld = true;
  const renewal = setInterval(
    () => {
      renewLease(facts.id, fence)
        .then(async (held) => {
          // An emergency that is not recorded yet has no lease to lose.
          if (!held && (await findEmergency(facts.id))) isHeld = false;
        })
        .catch(() => {});
    },
    (LEASE_SECONDS * 1000) / 3,
  );
  void runSteps(
    facts,
    steps,
    {
      send: keeping(sender(endpoints)),
      onStep: (step) => recording.write({ kind: 'step', step, fence }),
      onVerdict: (verdict) => recording.write({ kind: 'finish', verdict, fence }),
      isMine: () => isHeld && !recording.isFenced && active.get(facts.id) === holder,
      now: () => new Date(),
      sleep: (ms) => new Promise((next) => setTimeout(next, ms)),
    },
    { ...RUN_TIMES, ...RUN_LIMITS },
  )
    .then((verdict) => log.warn({ emergency: facts.id, verdict }, 'the emergency run ended'))
    .catch((error) => log.error({ err: error, emergency: facts.id }, 'the emergency run failed'))
    // A run is faster than a busy database: until that knows how it ended, nobody must take it over.
    .then(() => recording.settled())
    .finally(() => {
      clearInterval(renewal);
      if (active.get(facts.id) === holder) active.delete(facts.id);
      releaseLease(facts.id, fence).catch(() => {});
    });
}

/** Takes the lease of a recorded emergency and runs what is left of it here. False when another holds it. */
export async function takeOver(emergencyId: string, options: { force?: boolean } = {}): Promise<boolean> {
  const fence = await claimLease(emergencyId, runnerId, options);
  const row = fence === null ? undefined : await findEmergency(emergencyId);
  if (fence === null || !row) return false;
  const domainAheadMs = (await readNow()).getTime() - Date.now();
  const { endpoints } = await knownStack(5_000);
  const { commandScope } = row.atStart as { commandScope: CommandScope };
  const steps = (await listSteps(emergencyId)).map((step) => stepOf(step, domainAheadMs));
  launchRun({
    facts: {
      id: emergencyId,
      pressedAt: new Date(row.startedAt.getTime() - domainAheadMs),
      commandScope,
      keepReduceOnlyStops: row.keepReduceOnlyStops,
    },
    // A step that was being asked when its runner died is due at once: asked after, with the same key.
    steps: steps.map((step) =>
      step.state === 'pending' || step.state === 'verified' ? step : { ...step, nextAttemptAt: new Date() },
    ),
    endpoints,
    fence,
    recording: new Recording(new Journal(emergencyId), (line, id) => recordLine(line, id, runnerId)),
  });
  return true;
}

/** Takes over every emergency whose runner is gone. The worker calls it every 2 s. */
export async function takeOverStaleRuns(): Promise<{ takenOver: number }> {
  const abandoned = await listAbandoned();
  const taken = await Promise.all(abandoned.map((id) => takeOver(id)));
  return { takenOver: taken.filter(Boolean).length };
}

/** Emergencies that this process is running now. */
export const runningHere = (): string[] => [...active.keys()];
