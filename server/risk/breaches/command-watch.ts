import { fingerprintOf } from '../../alerts/fingerprint';
import type { CommandRow } from '../../engines/command-store';
import { durationText } from '../../kernel/format';
import type { Severity } from '../severity';

/** An engine that has not confirmed after this long is told of; it is still asked with the same key. */
export const UNCONFIRMED_MS = 60_000;

/** What keeps a restriction or an action from being done where it counts. It is open while it is found. */
export type Trouble = {
  fingerprint: string;
  severity: Severity;
  title: string;
  body: string;
  nextStep: string;
  strategyId: string | null;
  subject: { kind: string; id: string };
  link: string;
};

/** All of them begin so: what is open and found no more is resolved. */
export const TROUBLES = 'risk/undelivered/';
const fingerprint = (kind: string, id: string) => fingerprintOf('risk', 'undelivered', { kind, id });

const sentence = (text: string | null): string => (text ? ` ${text.replace(/\.?$/, '.')}` : '');
const STATE: Record<string, string> = { halt: 'HALTED', reduce_only: 'REDUCING', resume: 'ACTIVE' };

type Command = Pick<CommandRow, 'type' | 'state' | 'error' | 'createdAt' | 'cause'>;
const ageOf = (command: Command, now: Date): number => now.getTime() - command.createdAt.getTime();
const isUnanswered = (command: Command): boolean => ['pending', 'sent', 'unknown'].includes(command.state);

/**
 * The trouble with the newest word on trading at one place of an engine: a restriction or its end that failed, or that is
 * not confirmed after a minute; null while all is well. What an emergency told is looked after there.
 */
export function placeTrouble(
  at: { engine: { id: string; name: string }; place: string; name: string; strategyId: string | null },
  word: Command,
  now: Date,
): Trouble | null {
  if (word.cause.kind === 'emergency' || word.state === 'confirmed') return null;
  const isFailed = word.state === 'failed';
  const age = ageOf(word, now);
  if (!isFailed && age < UNCONFIRMED_MS) return null;
  const { engine, name } = at;
  const why = sentence(word.error);
  const again = isFailed ? ' It is told again each minute.' : ' It is sent again with the same key until it answers.';
  const base = {
    fingerprint: fingerprint('place', `${engine.id}:${at.place}`),
    strategyId: at.strategyId,
    subject: { kind: 'engine', id: engine.id },
    link: '/settings/engines',
  };
  if (word.type === 'resume') {
    return {
      ...base,
      severity: 'high',
      title: `${engine.name} ${isFailed ? 'did not open' : 'has not confirmed that it opened'} ${name} again`,
      body: `${name} may trade again here, but at ${engine.name} it is restricted as before${isFailed ? '' : `, or unknown for ${durationText(age)}`}.${why}${again}`,
      nextStep: 'See under Settings, Engines, why it does not answer. Nothing is traded that should not be.',
    };
  }
  const state = STATE[word.type];
  return {
    ...base,
    severity: 'critical',
    title: `${engine.name} ${isFailed ? 'did not carry out' : 'has not confirmed'} ${state} of ${name}`,
    body: `${name} is ${state} here, but ${engine.name} ${isFailed ? 'refused it' : `has not confirmed it for ${durationText(age)}`}: it may still take orders.${why}${again}`,
    nextStep: `Stop ${name} at the engine or at the venue by hand, or start an emergency. Then see under Settings, Engines, why.`,
  };
}

/** The trouble with a place that an engine confirmed as restricted, and then says it trades at more freely. */
export function laxTrouble(
  { engine, place, name, strategyId }: Parameters<typeof placeTrouble>[0],
  { says, holds }: { says: string; holds: string },
): Trouble {
  return {
    fingerprint: fingerprint('lax', `${engine.id}:${place}`),
    severity: 'critical',
    title: `${engine.name} says ${says} where ${holds} holds: ${name}`,
    body: `${name} is ${holds} here and ${engine.name} confirmed it, but its newest report says ${says}: it may take orders that it must not. It lost its state, or somebody opened it there. It is told again at once.`,
    nextStep: `Stop ${name} at the engine or at the venue by hand, or start an emergency, until the engine says ${holds}. Then find out who or what opened it.`,
    strategyId,
    subject: { kind: 'engine', id: engine.id },
    link: '/settings/engines',
  };
}

/** Restrictions that no engine could be told of; null where each has one. */
export function untoldTrouble(
  portfolio: { id: string; name: string },
  untold: readonly { state: string; name: string }[],
): Trouble | null {
  if (untold.length === 0) return null;
  const places = [...new Set(untold.map(({ state, name }) => `${name} ${state}`))].join(', ');
  return {
    fingerprint: fingerprint('portfolio', portfolio.id),
    severity: 'critical',
    title: `No engine was told: ${places}`,
    body: 'No approved trading engine is registered for it, so the restriction stands here only and nobody who trades knows of it.',
    nextStep: 'Restrict it at the venue by hand; register its engine and have it approved under Settings, Engines.',
    strategyId: null,
    subject: { kind: 'portfolio', id: portfolio.id },
    link: '/risk#restrictions',
  };
}

/** A lease out for this long has missed several renewals. */
const LEASE_OUT_MS = 30_000;

/** An engine without leave to trade: its lease ran out, or was out for so long that it stays locked until a person lifts it. */
export function leaseTrouble(
  engine: { id: string; name: string },
  outMs: number | null,
  isLocked: boolean,
): Trouble | null {
  const isOut = (outMs ?? 0) >= LEASE_OUT_MS;
  if (!isOut && !isLocked) return null;
  const out = isOut ? `Its lease ran out ${durationText(outMs ?? 0)} ago. ` : '';
  return {
    fingerprint: fingerprint('lease', engine.id),
    severity: 'high',
    title: isLocked
      ? `${engine.name} is locked: its lease was out for too long`
      : `The lease of ${engine.name} ran out`,
    body: `${out}It takes no new risk; its protective stops at the venue stay. ${isLocked ? 'Over 15 min it stays so until a Risk officer lifts it.' : 'Within 15 min it lifts by itself when the engine answers.'}`,
    nextStep: isLocked
      ? 'When the engine answers, a Risk officer lifts REDUCING on the risk page.'
      : 'See under Settings, Engines, whether it answers, and whether the worker runs.',
    strategyId: null,
    subject: { kind: 'engine', id: engine.id },
    link: isLocked ? '/risk#restrictions' : '/settings/engines',
  };
}

export type WatchedAction = {
  id: string;
  type: string;
  state: string;
  reason: string;
  error: string | null;
  episode: { id: string; number: string; strategyId: string | null };
  /** Its commands, but for words on trading: those are told of with their place. */
  commands: readonly Command[];
};

/** The trouble with one action of a running breach: it failed, or its engine has not answered for a minute. */
export function actionTrouble(action: WatchedAction, now: Date): Trouble | null {
  const { episode } = action;
  const base = {
    fingerprint: fingerprint('breach-action', action.id),
    strategyId: episode.strategyId,
    subject: { kind: 'breach-episode', id: episode.id },
    link: `/risk?episode=${episode.number}`,
    nextStep: 'Open the breach, and do by hand at the engine or at the venue what was not done.',
  };
  const name = action.type.replaceAll('-', ' ');
  if (action.state === 'failed') {
    // Told of with its place, or as one that no engine was told of.
    if (action.type === 'halt' || action.type === 'reduce-only') return null;
    const byHand = action.type === 'by-hand';
    return {
      ...base,
      severity: byHand ? 'high' : 'critical',
      title: byHand ? `${episode.number}: a person decides` : `${episode.number}: ${name} failed`,
      body: `${action.reason}.${sentence(action.error)}`,
    };
  }
  const late = action.commands.filter((c) => isUnanswered(c) && ageOf(c, now) >= UNCONFIRMED_MS);
  if (action.state !== 'sent' || late.length === 0) return null;
  const longest = Math.max(...late.map((c) => ageOf(c, now)));
  return {
    ...base,
    severity: 'high',
    title: `${episode.number}: ${name} is not answered`,
    body: `${action.reason}. The engine has not answered for ${durationText(longest)}, so whether it is done is unknown.${sentence(late[0]?.error ?? null)} It is asked with the same key until it answers.`,
  };
}
