import type { CommandType } from './messages';

const STOPS: ReadonlySet<CommandType> = new Set([
  'halt',
  'reduce_only',
  'stop_order_acceptance',
  'cancel_orders',
  'close_positions',
  'system_lockdown',
]);
const RESUMES: ReadonlySet<CommandType> = new Set(['resume', 'lift_lockdown']);

/** Makes trading stricter or flatter: may be repeated, wins at an equal epoch. */
export const isStop = (type: CommandType): boolean => STOPS.has(type);
/** Gives leave to trade again. */
export const isResume = (type: CommandType): boolean => RESUMES.has(type);
/** Begins a new epoch when it is queued on its own. */
export const raisesEpoch = (type: CommandType): boolean => isStop(type) || isResume(type);
/** Asks or renews; carries no decision, so no epoch refuses it. */
export const isHarmless = (type: CommandType): boolean => type === 'query' || type === 'renew_lease';

/** What an engine remembers of epochs. */
export type EpochMemory = { epoch: number; stopEpoch: number };

/**
 * Whether an engine may act on a command: never on an epoch older than the newest it has seen; a resume only above the
 * epoch of the last stop, so that at an equal epoch the stop wins whichever came first.
 */
export function admitsEpoch(memory: EpochMemory, type: CommandType, epoch: number): boolean {
  if (isHarmless(type)) return true;
  if (epoch < memory.epoch) return false;
  return isResume(type) ? epoch > memory.stopEpoch : true;
}

/** The memory after acting on a command. */
export function afterCommand(memory: EpochMemory, type: CommandType, epoch: number): EpochMemory {
  if (isHarmless(type)) return memory;
  return {
    epoch: Math.max(memory.epoch, epoch),
    stopEpoch: isStop(type) ? Math.max(memory.stopEpoch, epoch) : memory.stopEpoch,
  };
}

/**
 * How far the epoch of an engine may lie above what is known of it: more than it was ever sent, after a restore from an old
 * backup too, and so little that no engine talks the house out of the numbers that are left.
 */
export const MOST_EPOCH_JUMP = 1_000_000;

const RESEND_WITHIN_MS = 60_000;

/**
 * A stop never fails on its epoch: refused as stale, it is sent once more with the engine's own epoch + 1, if the press
 * is less than 60 s old; an older press may have been resumed since. Null: do not resend, nor where the engine's epoch lies
 * beyond anything it can have been sent.
 */
export function epochForResend(
  type: CommandType,
  context: { pressedAt: Date; now: Date; engineEpoch: number; sentEpoch: number; alreadyResent: boolean },
): number | null {
  const isFresh = context.now.getTime() - context.pressedAt.getTime() < RESEND_WITHIN_MS;
  const isNear = context.engineEpoch - context.sentEpoch <= MOST_EPOCH_JUMP;
  return isStop(type) && isFresh && isNear && !context.alreadyResent ? context.engineEpoch + 1 : null;
}

/** The epoch after an engine told its own: the higher of both, no further than an engine can have got. */
export const followed = (known: number, told: number): number =>
  Math.max(known, Math.min(told, known + MOST_EPOCH_JUMP));
