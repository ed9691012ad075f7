import type { CommandState } from '../engines/delivery';
import { durationText } from '../kernel/format';

/** An engine that has not confirmed after this long is said to be late; it is still asked with the same key. */
export const OPENING_SECONDS = 60;

export type OpeningCommand = {
  id: string;
  engineId: string;
  engineName: string;
  portfolioId: string;
  type: string;
  state: CommandState;
  attempts: number;
  error: string | null;
  createdAt: Date;
};

/** `late`: not confirmed in time, still asked. `failed`: refused or given up, not asked any more. */
export type OpeningStanding = 'confirmed' | 'waiting' | 'late' | 'failed';
export type Opening = OpeningCommand & { standing: OpeningStanding; sentence: string };

const WORDS: Record<string, string> = {
  resume: 'trade again',
  lift_lockdown: 'lift its lockdown',
  halt: 'stay halted',
  reduce_only: 'only reduce',
};

/** Where one command of a resume stands at its engine, in words. A superseded one has nothing left to confirm. */
export function openingOf(command: OpeningCommand, now: Date): Opening {
  const asked = `${command.engineName} was told to ${WORDS[command.type] ?? command.type.replaceAll('_', ' ')}`;
  const why = command.error ? ` ${command.error}` : '';
  const ageMs = now.getTime() - command.createdAt.getTime();
  if (command.state === 'confirmed' || command.state === 'superseded') {
    return { ...command, standing: 'confirmed', sentence: `${asked} and confirmed it.` };
  }
  if (command.state === 'failed') {
    return { ...command, standing: 'failed', sentence: `${asked} and did not:${why || ' it gave no reason.'}` };
  }
  if (ageMs < OPENING_SECONDS * 1000) return { ...command, standing: 'waiting', sentence: `${asked}.${why}` };
  const sentence = `${asked} and has not confirmed for ${durationText(ageMs)}: unknown.${why} Asked again with the same key.`;
  return { ...command, standing: 'late', sentence };
}

export const isStuck = ({ standing }: Opening): boolean => standing === 'late' || standing === 'failed';

/** Identity of one trouble, so that it is told once: the same command failing again after a person sent it again is new. */
export const troubleKey = ({ id, standing, createdAt }: Opening): string =>
  `opening:${id}:${standing}:${createdAt.getTime()}`;

/** Why an emergency cannot be closed by hand while its systems open, or null when one of them is stuck and none is waited for. */
export const closeRefusal = (openings: readonly Opening[]): string | null =>
  openings.some(isStuck) && !openings.some(({ standing }) => standing === 'waiting')
    ? null
    : 'The systems are still opening. It closes by itself when all of them have confirmed.';
