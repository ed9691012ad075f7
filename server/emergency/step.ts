import { epochForResend } from '../engines/epoch';
import type { CommandScope, EngineReport, WorkingOrder } from '../engines/messages';
import type { EngineAnswer } from '../engines/port';
import { parseDecimal } from '../kernel/decimal';
import type { PlannedStep, StepAction } from './plan';

export const STEP_STATES = ['pending', 'running', 'acknowledged', 'verified', 'unknown', 'failed', 'skipped'] as const;
export type StepState = (typeof STEP_STATES)[number];

/** A step as it runs. Times are protocol time: a timeout is enforced by the real clock. */
export type Step = PlannedStep & {
  state: StepState;
  startedAt: Date | null;
  deadlineAt: Date | null;
  attempts: number;
  nextAttemptAt: Date | null;
  answeredAt: Date | null;
  verifiedAt: Date | null;
  epoch: number;
  epochResent: boolean;
  /** Surely executed: the engine has acknowledged this key. */
  error: string | null;
  /** Why it counts as verified or what is left: "14 working orders left". */
  remaining: string | null;
};

export const freshStep = (planned: PlannedStep, epoch: number): Step => ({
  ...planned,
  state: 'pending',
  startedAt: null,
  deadlineAt: null,
  attempts: 0,
  nextAttemptAt: null,
  answeredAt: null,
  verifiedAt: null,
  epoch,
  epochResent: false,
  error: null,
  remaining: null,
});

export type RunTimes = { askAgainMs: number; longestAskMs: number; requestMs: number };
/** Asked again after 1 s, then slower up to 8 s; one exchange waits 5 s at most. */
export const RUN_TIMES: RunTimes = { askAgainMs: 1_000, longestAskMs: 8_000, requestMs: 5_000 };

const inScope = (scope: CommandScope, ref: string) => scope.strategies === null || scope.strategies.includes(ref);

const isKept = (order: WorkingOrder, keepStops: boolean) => keepStops && order.type === 'stop' && order.isReduceOnly;

/**
 * What is left to do for an action, as the engine itself reports; null when nothing is: only then is a step verified.
 * Source: the engine's report; our own commands prove nothing.
 */
export function leftToDo(
  action: StepAction,
  report: EngineReport,
  scope: CommandScope,
  keepStops: boolean,
): string | null {
  const places = report.strategies.filter((strategy) => inScope(scope, strategy.ref));
  switch (action) {
    case 'stop_order_acceptance': {
      if (!report.acceptsOrders) return null;
      const open = places.filter((place) => place.acceptsOrders).length;
      return scope.strategies !== null && open === 0 && places.length > 0 ? null : 'still accepts orders';
    }
    case 'cancel_orders': {
      const working = report.workingOrders.filter(
        (order) => inScope(scope, order.strategy) && !isKept(order, keepStops),
      );
      return working.length === 0 ? null : `${working.length} working order${working.length === 1 ? '' : 's'} left`;
    }
    case 'close_positions': {
      const open = report.positions.filter(
        (p) => inScope(scope, p.strategy) && !(parseDecimal(p.quantity)?.isZero() ?? false),
      );
      return open.length === 0 ? null : `${open.length} position${open.length === 1 ? '' : 's'} left`;
    }
    case 'system_lockdown': {
      if (report.lockedDown) return null;
      const open = places.filter((place) => !place.lockedDown).length;
      return scope.strategies !== null && open === 0 && places.length > 0 ? null : 'not locked down';
    }
  }
}

/** A step begins: its timeout runs from now. */
export const beginStep = (step: Step, now: Date): Step => ({
  ...step,
  state: 'running',
  startedAt: now,
  deadlineAt: new Date(now.getTime() + step.timeoutMs),
  nextAttemptAt: now,
});

/** Doubles from the first wait to the longest. */
export const askAgainMs = (attempts: number, times: RunTimes): number =>
  Math.min(times.longestAskMs, times.askAgainMs * 2 ** Math.max(0, attempts - 1));

type AnswerContext = {
  now: Date;
  pressedAt: Date;
  scope: CommandScope;
  keepStops: boolean;
  times: RunTimes;
};

/**
 * A step after one exchange. No answer is `unknown`, no connection is `failed`; both are asked again with the same key
 * for as long as it takes. An acknowledged step is asked after until the engine's report verifies it.
 */
export function afterAnswer(step: Step, answer: EngineAnswer, context: AnswerContext): Step {
  const { now, times } = context;
  const attempts = step.attempts + 1;
  const later = new Date(now.getTime() + askAgainMs(attempts, times));
  if (answer.kind !== 'answered') {
    const state = answer.kind === 'unknown' ? 'unknown' : 'failed';
    return { ...step, attempts, state, error: answer.why, nextAttemptAt: later };
  }
  const { result, error, epoch, report } = answer.reply;
  const answered = { ...step, attempts, answeredAt: step.answeredAt ?? now, error: null };
  if (result === 'stale-epoch') {
    const raised = epochForResend(step.action, {
      ...context,
      engineEpoch: epoch,
      sentEpoch: step.epoch,
      alreadyResent: step.epochResent,
    });
    if (raised !== null) return { ...answered, answeredAt: null, epoch: raised, epochResent: true, nextAttemptAt: now };
    return {
      ...answered,
      state: 'failed',
      error: `Refused as out of date: the engine is at epoch ${epoch}.`,
      nextAttemptAt: later,
    };
  }
  if (result === 'unknown-command') {
    return {
      ...answered,
      answeredAt: null,
      state: 'running',
      error: 'Never executed there; sent again.',
      nextAttemptAt: now,
    };
  }
  const left = leftToDo(step.action, report, context.scope, context.keepStops);
  if (left === null && result !== 'failed') {
    return { ...answered, state: 'verified', remaining: null, verifiedAt: now, nextAttemptAt: null };
  }
  if (result === 'failed')
    return {
      ...answered,
      state: 'failed',
      remaining: left,
      error: error ?? 'The engine gave no reason.',
      nextAttemptAt: later,
    };
  const isOver = step.deadlineAt !== null && now >= step.deadlineAt;
  const soon = new Date(now.getTime() + times.askAgainMs);
  return {
    ...answered,
    state: isOver ? 'unknown' : result === 'accepted' ? 'running' : 'acknowledged',
    remaining: left,
    error: isOver ? `Not verified in ${step.timeoutMs / 1000} s: ${left}.` : null,
    nextAttemptAt: isOver ? later : soon,
  };
}

/** A step whose timeout is over and that is not verified: unknown, and still asked after. */
export function afterDeadline(step: Step, now: Date): Step {
  const isWaiting = step.state === 'running' || step.state === 'acknowledged';
  if (!isWaiting || step.deadlineAt === null || now < step.deadlineAt) return step;
  const seconds = step.timeoutMs / 1000;
  const error = step.remaining ? `Not verified in ${seconds} s: ${step.remaining}.` : `No answer in ${seconds} s.`;
  return { ...step, state: 'unknown', error };
}

/** True once the engine has had this key or may have: it is asked after before anything is sent again. */
export const mayHaveRun = (step: Step): boolean =>
  step.answeredAt !== null || (step.attempts > 0 && step.state === 'unknown');

/**
 * Whether a step no longer holds up the next: verified, gone unknown or failed, or past its timeout. A system that hangs
 * therefore delays the next step by one exchange, never by its timeout.
 */
export const isPassable = (step: Step, now: Date): boolean =>
  step.state === 'verified' ||
  step.state === 'skipped' ||
  step.state === 'unknown' ||
  step.state === 'failed' ||
  (step.deadlineAt !== null && now >= step.deadlineAt);

/** Steps that may begin now: pending ones all of whose earlier steps are passable. */
export function startable(steps: readonly Step[], now: Date): Step[] {
  return steps.filter(
    (step) =>
      step.state === 'pending' && steps.every((other) => other.ordinal >= step.ordinal || isPassable(other, now)),
  );
}

export type Verdict = 'running' | 'stopped' | 'partial';

/**
 * `stopped` only when every step is verified by its engine; `partial` once nothing is left to wait for and something is
 * not. Without a single step there is nothing that could say it stopped: partial.
 */
export function verdictOf(steps: readonly Step[], now: Date): Verdict {
  const done = steps.filter((step) => step.state === 'verified' || step.state === 'skipped');
  if (steps.length > 0 && done.length === steps.length) return 'stopped';
  const isWaiting = steps.some(
    (step) =>
      step.state !== 'verified' && step.state !== 'skipped' && (step.deadlineAt === null || now < step.deadlineAt),
  );
  return isWaiting ? 'running' : 'partial';
}
