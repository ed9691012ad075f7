import { epochForResend } from './epoch';
import type { CommandType } from './messages';
import type { EngineAnswer } from './port';

export const COMMAND_STATES = ['pending', 'sent', 'accepted', 'confirmed', 'failed', 'unknown', 'superseded'] as const;
export type CommandState = (typeof COMMAND_STATES)[number];

/** After this long without a usable answer a command fails; what it was for looks at the facts again. */
const GIVE_UP_AFTER_MS = 24 * 3_600_000;
const FIRST_DELAY_MS = 1_000;
const LONGEST_DELAY_MS = 60_000;

/** Doubling from 1 s to 1 min, with up to a quarter taken off by `jitter` (0-1), so that retries do not meet. */
export function retryDelayMs(attempts: number, jitter: number): number {
  const delay = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** Math.max(0, attempts - 1));
  return Math.round(delay * (1 - jitter / 4));
}

export type Settlement = {
  state: CommandState;
  /** When to try or ask again; null once the matter is closed. */
  nextInMs: number | null;
  error: string | null;
  /** Set when the command is to be sent again above the engine's epoch. */
  epoch?: number;
};

/**
 * What one answer means for a command. `executed`: asked after, the engine says it never executed this key, so the same
 * key may be sent again at once. A command in work is asked after each second.
 */
export function settle(
  command: { type: CommandType; attempts: number; createdAt: Date; epoch: number; epochResent: boolean },
  answer: EngineAnswer,
  at: { now: Date; jitter: number },
): Settlement {
  const retry = { nextInMs: retryDelayMs(command.attempts, at.jitter) };
  const isTooOld = at.now.getTime() - command.createdAt.getTime() > GIVE_UP_AFTER_MS;
  if (answer.kind !== 'answered') {
    if (isTooOld) return { state: 'failed', nextInMs: null, error: `${answer.why} Given up after 24 h.` };
    return { state: answer.kind === 'unknown' ? 'unknown' : 'pending', ...retry, error: answer.why };
  }
  const { result, error, epoch } = answer.reply;
  switch (result) {
    case 'done':
      return { state: 'confirmed', nextInMs: null, error: null };
    case 'accepted':
      return { state: 'accepted', nextInMs: 1_000, error: null };
    case 'failed':
      return { state: 'failed', nextInMs: null, error: error ?? 'The engine gave no reason.' };
    case 'unknown-command':
      return { state: 'pending', nextInMs: 0, error: 'The engine never executed it; sent again with the same key.' };
    case 'stale-epoch': {
      const raised = epochForResend(command.type, {
        pressedAt: command.createdAt,
        now: at.now,
        engineEpoch: epoch,
        sentEpoch: command.epoch,
        alreadyResent: command.epochResent,
      });
      if (raised !== null) return { state: 'pending', nextInMs: 0, error: null, epoch: raised };
      return { state: 'failed', nextInMs: null, error: `Refused as out of date: the engine is at epoch ${epoch}.` };
    }
  }
}
