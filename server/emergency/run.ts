import { followed } from '../engines/epoch';
import type { CommandScope } from '../engines/messages';
import type { EngineAnswer, OutgoingCommand } from '../engines/port';
import { newId } from '../kernel/ids';
import { log } from '../kernel/log';
import {
  afterAnswer,
  afterDeadline,
  beginStep,
  freshStep,
  leftToDo,
  mayHaveRun,
  type RunTimes,
  type Step,
  startable,
  type Verdict,
  verdictOf,
} from './step';

/** What a run needs to know of its emergency. */
export type RunFacts = {
  id: string;
  pressedAt: Date;
  commandScope: CommandScope;
  keepReduceOnlyStops: boolean;
};

export type RunPorts = {
  send: (engineId: string, command: OutgoingCommand, timeoutMs: number) => Promise<EngineAnswer>;
  /** Journals a change and has it recorded in its own time; never waited for. */
  onStep: (step: Step) => void;
  onVerdict: (verdict: Verdict) => void;
  /** False as soon as the run is another's or the emergency is over: then nothing more is sent or written. */
  isMine: () => boolean;
  now: () => Date;
  sleep: (ms: number) => Promise<void>;
};

export type RunLimits = RunTimes & { pollMs: number; giveUpAfterMs: number };
export const RUN_LIMITS = { pollMs: 100, giveUpAfterMs: 3_600_000 };

/**
 * Walks the steps of an emergency until every one is verified by its engine, or until an hour has passed. It needs
 * neither a database nor a log: both are told as well, nothing waits for them. Returns the last verdict.
 */
export async function runSteps(facts: RunFacts, planned: Step[], ports: RunPorts, limits: RunLimits): Promise<Verdict> {
  const steps = new Map(planned.map((step) => [step.id, step]));
  const underWay = new Set<string>();
  const began = ports.now();
  let verdict: Verdict = 'running';

  const put = (next: Step): void => {
    const before = steps.get(next.id);
    steps.set(next.id, next);
    if (before?.state !== next.state || before.error !== next.error || before.remaining !== next.remaining)
      ports.onStep(next);
  };

  const attempt = async (step: Step): Promise<void> => {
    underWay.add(step.id);
    try {
      const answer = await ports.send(step.engineId, commandFor(facts, step), limits.requestMs);
      if (!ports.isMine()) return;
      const current = steps.get(step.id) ?? step;
      put(
        afterAnswer(current, answer, {
          now: ports.now(),
          pressedAt: facts.pressedAt,
          scope: facts.commandScope,
          keepStops: facts.keepReduceOnlyStops,
          times: limits,
        }),
      );
    } catch (error) {
      // One system's trouble, whatever it is, never ends the run of the others.
      log.error({ err: error, engine: step.engineName }, 'an emergency step could not be sent');
      const why = 'This system could not be contacted; see the log.';
      put(
        afterAnswer(
          step,
          { kind: 'not-sent', why },
          {
            now: ports.now(),
            pressedAt: facts.pressedAt,
            scope: facts.commandScope,
            keepStops: facts.keepReduceOnlyStops,
            times: limits,
          },
        ),
      );
    } finally {
      underWay.delete(step.id);
    }
  };

  while (ports.isMine()) {
    const now = ports.now();
    for (const step of steps.values()) {
      const after = afterDeadline(step, now);
      if (after !== step) put(after);
    }
    for (const step of startable([...steps.values()], now)) put(beginStep(step, now));
    for (const step of steps.values()) {
      const isDue = step.nextAttemptAt !== null && step.nextAttemptAt <= now && step.state !== 'pending';
      if (isDue && !underWay.has(step.id)) void attempt(step);
    }
    const next = verdictOf([...steps.values()], now);
    if (
      next === 'stopped' &&
      underWay.size === 0 &&
      (await looksStopped(facts, [...steps.values()], ports, limits, put))
    ) {
      if (ports.isMine()) ports.onVerdict('stopped');
      return 'stopped';
    }
    if (next === 'partial' && verdict !== 'partial') ports.onVerdict('partial');
    if (next !== 'stopped') verdict = next;
    if (verdict === 'partial' && (steps.size === 0 || now.getTime() - began.getTime() > limits.giveUpAfterMs))
      return verdict;
    await ports.sleep(limits.pollMs);
  }
  return verdict;
}

function commandFor(facts: RunFacts, step: Step): OutgoingCommand {
  const command: OutgoingCommand = {
    id: step.commandKey,
    type: step.action,
    epoch: step.epoch,
    scope: facts.commandScope,
    params: step.action === 'cancel_orders' ? { keepReduceOnlyStops: facts.keepReduceOnlyStops } : {},
    issuedAt: facts.pressedAt.toISOString(),
    lease: null,
  };
  return mayHaveRun(step)
    ? { ...command, id: newId(), type: 'query', params: { commandId: step.commandKey } }
    : command;
}

/**
 * The last look: each system is asked once more, and what has come back (an order that refilled) is begun again under a
 * new key. True when all of them still report what was verified.
 */
async function looksStopped(
  facts: RunFacts,
  steps: Step[],
  ports: RunPorts,
  limits: RunLimits,
  put: (step: Step) => void,
): Promise<boolean> {
  const engineIds = [...new Set(steps.map((step) => step.engineId))];
  const looks = await Promise.all(
    engineIds.map(async (engineId) => {
      const question: OutgoingCommand = {
        id: newId(),
        type: 'query',
        epoch: 0,
        scope: facts.commandScope,
        params: {},
        issuedAt: ports.now().toISOString(),
        lease: null,
      };
      return { engineId, answer: await ports.send(engineId, question, limits.requestMs).catch(() => null) };
    }),
  );
  let holds = true;
  for (const { engineId, answer } of looks) {
    // Verified once and silent now: what was verified stands.
    if (answer?.kind !== 'answered') continue;
    for (const step of steps.filter((candidate) => candidate.engineId === engineId)) {
      const left = leftToDo(step.action, answer.reply.report, facts.commandScope, facts.keepReduceOnlyStops);
      if (left === null || !ports.isMine()) continue;
      holds = false;
      const again = freshStep({ ...step, commandKey: newId() }, followed(step.epoch, answer.reply.epoch));
      put({ ...beginStep(again, ports.now()), remaining: left, error: `Came back after it was verified: ${left}.` });
    }
  }
  return holds;
}
