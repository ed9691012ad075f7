import type { ActionView, EpisodeView } from '@/server/risk/views/view';
import { isRunning } from './episode-words';

/** A piece of the line: words, an instant, or how long ago one was. */
export type Part = string | { at: Date; seconds?: true; withDate?: true } | { age: Date };

const RESTRICTIONS: Record<string, string> = { halt: 'HALTED', 'reduce-only': 'REDUCING' };
const UNSET = ['restrict', 'latch'];
const EXITS = ['rebase', 'accept'];
const isProposal = ({ type }: ActionView) => !(type in RESTRICTIONS) && !UNSET.includes(type) && !EXITS.includes(type);

/**
 * The line that answers at one look: how far, since when, what was done and by whom, and what is next, each a list of parts.
 * `isStale`: the newest value is older than it may be.
 */
export function breachLine(episode: EpisodeView, isStale: boolean): { label: string; parts: Part[] }[] {
  const lines = [
    { label: 'Now', parts: far(episode, isStale) },
    { label: 'Since', parts: since(episode) },
    { label: 'Done', parts: done(episode) },
  ];
  const next = nextOf(episode);
  return next.length > 0 ? [...lines, { label: 'Next', parts: joined(next) }] : lines;
}

const joined = (steps: readonly Part[][]): Part[] => steps.flatMap((step, i) => (i === 0 ? step : ['; ', ...step]));

function far({ standing, clearedAt }: EpisodeView, isStale: boolean): Part[] {
  const { now, unknownWhy, limit, worst, money, asOf } = standing;
  if (clearedAt) return [`ended; worst ${worst ?? 'unknown'} of ${limit}`];
  const worstText = `worst ${worst ?? 'unknown'}`;
  if (now === null) return [`unknown: ${unknownWhy}; limit ${limit}, ${worstText}`];
  const value = `${now} of ${limit} (${[worstText, money].filter(Boolean).join(', ')})`;
  return isStale && asOf ? ['unknown: the newest value is ', { age: asOf }, ` old; then ${value}`] : [value];
}

const since = ({ openedAt, clearedAt }: EpisodeView): Part[] =>
  clearedAt
    ? [{ at: openedAt, withDate: true }, ' until ', { at: clearedAt, withDate: true }]
    : [{ at: openedAt, withDate: true }, ' (open ', { age: openedAt }, ')'];

/** What was done: the newest restriction with what became of it, each decision with its person, and who looks after it. */
function done(episode: EpisodeView): Part[] {
  const restrictions = episode.actions.filter(({ type }) => type in RESTRICTIONS);
  const strictest = restrictions.filter(({ type }) => type === 'halt').at(-1) ?? restrictions.at(-1);
  const steps: Part[][] = [];
  if (strictest) steps.push(restricted(strictest, episode));
  for (const action of episode.actions.filter(({ type }) => UNSET.includes(type))) {
    steps.push([`a restriction failed: ${action.error ?? 'no reason was given'}`]);
  }
  for (const action of episode.actions.filter(isProposal)) {
    if (action.type === 'request-emergency')
      steps.push(['an emergency was asked for ', { at: action.proposedAt, seconds: true }]);
    else if (action.decidedBy) steps.push(decided(action));
    else if (action.state === 'failed') steps.push([`${action.title}: ${action.error ?? 'failed'}`]);
  }
  if (episode.acknowledgedBy) steps.push([`acknowledged by ${episode.acknowledgedBy}`]);
  if (episode.state === 'accepted' && episode.acceptedUntil) {
    const by = episode.actions.findLast(({ type, state }) => type === 'accept' && state === 'confirmed');
    steps.push([
      'accepted until ',
      { at: episode.acceptedUntil, withDate: true },
      `${episode.acceptedUpTo ? `, up to ${episode.acceptedUpTo}` : ''}${by ? ` (${signersOf(by)}: ${by.reason})` : ''}`,
    ]);
  }
  if (steps.length > 0) return joined(steps);
  return [episode.tier === 'soft' ? 'nothing: it warns before the limit' : 'nothing by itself'];
}

const signersOf = ({ signers, decidedBy }: ActionView): string => signers.join(' and ') || (decidedBy ?? 'two people');

function restricted(action: ActionView, episode: EpisodeView): Part[] {
  const state = RESTRICTIONS[action.type] as string;
  const parts: Part[] = [`${state} ${action.automatic ? 'automatically' : `by ${action.decidedBy ?? 'a person'}`} `];
  parts.push({ at: action.proposedAt, seconds: true }, ...outcomeOf(action));
  const stands = episode.restrictions.some((latch) => latch.state === 'HALTED' || latch.state === state);
  return stands || action.state === 'failed' ? parts : [...parts, ', lifted since'];
}

function decided(action: ActionView): Part[] {
  const verb = action.state === 'rejected' ? 'rejected' : 'approved';
  const parts: Part[] = [`${action.title} ${action.automatic ? 'sent at once by' : `${verb} by`} ${action.decidedBy}`];
  if (action.decidedAt) parts.push(' ', { at: action.decidedAt, seconds: true });
  if (action.decisionReason) parts.push(` (${action.decisionReason})`);
  return action.state === 'rejected' ? parts : [...parts, ...outcomeOf(action)];
}

function outcomeOf({ state, settledAt, error }: ActionView): Part[] {
  if (state === 'confirmed') return [', confirmed ', ...(settledAt ? [{ at: settledAt, seconds: true } as const] : [])];
  if (state === 'failed') return [`, failed: ${error ?? 'no reason was given'}`];
  return state === 'expired' ? [', expired'] : [', not confirmed by the engine yet'];
}

const SECOND = { rebase: 'a second Risk officer or Manager', accept: 'the other of a Risk officer and a Manager' };
const EXIT_WORD = { rebase: 'rebase the mark', accept: 'accept it' };

/** What waits, and for whom: decisions, second signatures, and who may lift what is restricted, from when. */
function nextOf(episode: EpisodeView): Part[][] {
  const steps: Part[][] = [];
  if (isRunning(episode) && episode.state !== 'accepted') {
    for (const action of episode.actions.filter((a) => isProposal(a) && a.state === 'proposed')) {
      steps.push([`a Manager or Risk officer decides: ${action.title}`]);
    }
    for (const { kind, names, reason, lapsesAt } of episode.exits.waiting) {
      steps.push([
        `${names.join(' and ')} signed to ${EXIT_WORD[kind]} (${reason}); ${SECOND[kind]} signs by `,
        { at: lapsesAt, withDate: true },
      ]);
    }
  }
  for (const latch of strictestFirst(episode.restrictions)) steps.push(liftOf(latch));
  if (steps.length === 0 && episode.state === 'open') steps.push(['somebody acknowledges it']);
  return steps;
}

type Restriction = EpisodeView['restrictions'][number];

/** One of each state and way out: the same of several strategies is one step. */
function strictestFirst(restrictions: readonly Restriction[]): Restriction[] {
  const seen = new Map<string, Restriction>();
  for (const one of restrictions) {
    const key = `${one.state} ${one.exit}`;
    const held = seen.get(key);
    const isLater = (one.earliestExitAt?.getTime() ?? 0) > (held?.earliestExitAt?.getTime() ?? 0);
    if (!held || isLater) seen.set(key, one);
  }
  return [...seen.values()].sort((a, b) => Number(b.state === 'HALTED') - Number(a.state === 'HALTED'));
}

function liftOf({ state, exit, earliestExitAt }: Restriction): Part[] {
  const from: Part[] = earliestExitAt ? [' from ', { at: earliestExitAt, withDate: true }] : [];
  switch (exit) {
    case 'two-people':
      return [`two people, one of them a Risk officer, may lift ${state}`, ...from];
    case 'one-person':
    case 'lease':
      return [`a Risk officer may lift ${state}`, ...from];
    case 'episode':
      return [`${state} lifts when the breach clears, or by a Risk officer`];
    case 'fresh-samples':
    case 'timed':
      return [`${state} lifts by itself`, ...from];
  }
}
