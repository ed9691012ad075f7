import { Decimal } from '../kernel/decimal';
import { breachSeverity } from './breaches/breach-words';
import { type Rung, rungsReached } from './breaches/response';
import { utilisationAt } from './confirmation';
import type { Measure, Scope } from './limit-definition';
import type { Verdict } from './limits';
import { type Arming, disarmed, newOwnRungs, reachedRungs } from './rung-arming';
import { graver, type Severity } from './severity';
import { valueAt } from './utilisation';

export type EpisodeState = 'open' | 'acknowledged' | 'cleared' | 'rebased' | 'accepted';
export type Tier = 'soft' | 'hard';

/** The life of one breach: limit + scope + subject. `worst` is the highest confirmed utilisation. */
export type Episode = {
  key: string;
  measure: Measure;
  scope: Scope;
  subject: string | null;
  tier: Tier;
  state: EpisodeState;
  openedAt: Date;
  /** Session day of the newest breaching sample: a daily loss clears only in another. */
  breachDay: string;
  worst: Decimal;
  rungs: Rung[];
  /** The gravest that people were told of it; absent before a look at its limit was over it. */
  severity?: Severity;
  recovery: { since: Date; samples: number } | null;
  clearedAt: Date | null;
  acceptedUntil: Date | null;
  /** Confirmed utilisation up to which two people let it stand; absent or null: only the date bounds it. */
  acceptedCeiling?: Decimal | null;
} & Arming;

/** One look at a limit: the confirmed utilisation, and whether this sample counts towards recovery. */
export type Observation = {
  key: string;
  measure: Measure;
  scope: Scope;
  subject: string | null;
  at: Date;
  day: string;
  /** Confirmed utilisation as a rank (1 is exactly at the limit); null when the value is unknown. */
  confirmed: Decimal | null;
  /** Utilisation above which the limit warns; 80 % where nobody set it apart. */
  softLevel?: Decimal;
  /** A daily loss: confirmed utilisation by the loss of the session alone, without the rolling 24 h. */
  own?: Decimal | null;
  /** The newest value is known and not over the limit. */
  within: boolean;
  /** The look itself, for the words of what it changes. */
  verdict?: Verdict;
  /** The newest value is at or inside the recovery threshold; for a soft episode inside the soft tier. */
  recovered: { hard: boolean; soft: boolean };
};

/**
 * `verdict` is the look that it came with, which words it; none where silence confirmed it. `isPast`: late rows found it in
 * an episode that was over before the one that runs began, and is another.
 */
export type Change = { verdict?: Verdict; isPast?: true } & (
  | {
      kind: 'opened' | 'reopened' | 'upgraded' | 'worsened' | 'cleared';
      key: string;
      at: Date;
      tier: Tier;
      level: Decimal;
      /** Rungs reached that acted before the episode cleared or was accepted: what they restricted may have been lifted. */
      again?: Rung[];
      /** It went past what two people had accepted: what it asks for is proposed anew, as for a new breach. */
      isAnew?: true;
      /** How grave a breach that worsened is now. */
      severity?: Severity;
    }
  /** `isAgain`: it has acted in this episode before and restricts trading once more; see `rung-arming.ts`. */
  | { kind: 'rung'; key: string; at: Date; rung: Rung; level: Decimal; isAgain?: true; day?: string }
);

export type RecoveryPolicy = { holdMs: number; samples: number; newSession: boolean };

/** A re-breach this soon after clearing is the same episode again. */
export const REOPEN_WITHIN_MS = 15 * 60_000;
export const SOFT_LEVEL = new Decimal('0.8');

/** How long recovery must hold: 60 s and 3 samples; a daily loss also a new session; a correlation one close. */
export function recoveryOf(measure: Measure): RecoveryPolicy {
  if (measure === 'correlation') return { holdMs: 0, samples: 1, newSession: false };
  return { holdMs: 60_000, samples: 3, newSession: measure === 'dailyLoss' };
}

const tierOf = (level: Decimal | null, soft: Decimal): Tier | null =>
  level === null || level.lte(soft) ? null : level.gt(1) ? 'hard' : 'soft';

const isRunning = (episode: Episode): boolean =>
  episode.state === 'open' || episode.state === 'acknowledged' || episode.state === 'accepted';

/** Rungs that a level has reached and that acted in an earlier part of the episode's life. */
function again({ measure, rungs }: Episode, level: Decimal): { again?: Rung[] } {
  const acted = level.gt(1) ? rungsReached(measure, utilisationAt(level)).filter((rung) => rungs.includes(rung)) : [];
  return acted.length > 0 ? { again: acted } : {};
}

function opening(previous: Episode | null, o: Observation, tier: Tier, level: Decimal): [Episode, Change] {
  const recent = previous?.clearedAt && o.at.getTime() - previous.clearedAt.getTime() <= REOPEN_WITHIN_MS;
  // What people accepted was that breach: one after it had recovered is another.
  if (previous && previous.state === 'cleared' && recent && !previous.acceptedUntil) {
    const episode: Episode = { ...disarmed(previous), state: 'open', tier, clearedAt: null, recovery: null };
    return [episode, { kind: 'reopened', key: o.key, at: o.at, tier, level, ...again(episode, level) }];
  }
  const episode: Episode = {
    key: o.key,
    measure: o.measure,
    scope: o.scope,
    subject: o.subject,
    tier,
    state: 'open',
    openedAt: o.at,
    breachDay: o.day,
    worst: level,
    rungs: [],
    recovery: null,
    clearedAt: null,
    acceptedUntil: null,
  };
  return [episode, { kind: 'opened', key: o.key, at: o.at, tier, level }];
}

function recovering(episode: Episode, o: Observation): Episode['recovery'] {
  const inside = episode.tier === 'hard' ? o.recovered.hard : o.recovered.soft;
  // Unknown data is no recovery: it starts the count again.
  if (o.confirmed === null || !inside) return null;
  return episode.recovery
    ? { since: episode.recovery.since, samples: episode.recovery.samples + 1 }
    : { since: o.at, samples: 1 };
}

function hasRecovered(episode: Episode, o: Observation): boolean {
  const policy = recoveryOf(episode.measure);
  if (!episode.recovery || episode.recovery.samples < policy.samples) return false;
  if (o.at.getTime() - episode.recovery.since.getTime() < policy.holdMs) return false;
  return !policy.newSession || episode.tier === 'soft' || o.day !== episode.breachDay;
}

/**
 * The episode after one observation, and what changed. Opening, each rung and clearing are told once; a worsening that
 * reaches no new rung is told where it makes the breach graver than was told, else it changes nothing but `worst`. An accepted episode keeps its rungs, a deeper one still acts, and it
 * clears on recovery as any other.
 */
export function advanceEpisode(
  previous: Episode | null,
  o: Observation,
): { episode: Episode | null; changes: Change[] } {
  const tier = tierOf(o.confirmed, o.softLevel ?? SOFT_LEVEL);
  const changes: Change[] = [];
  let episode = previous;
  if (!episode || !isRunning(episode)) {
    if (tier === null || o.confirmed === null) return { episode: previous, changes };
    const [opened, change] = opening(previous, o, tier, o.confirmed);
    episode = opened;
    changes.push(change);
  }
  const level = o.confirmed ?? episode.worst;
  const breaching = o.confirmed?.gt(1) ?? false;
  const end = acceptanceEnd(episode, o);
  if (end) {
    episode = { ...episode, state: 'open', acceptedUntil: null, acceptedCeiling: null };
    const reopened = { kind: 'reopened' as const, key: o.key, at: o.at, tier: episode.tier, level };
    changes.push({ ...reopened, ...again(episode, level), ...(end === 'past' ? { isAnew: true } : {}) });
  }
  if (tier === 'hard' && episode.tier === 'soft') {
    episode = { ...episode, tier: 'hard' };
    changes.push({ kind: 'upgraded', key: o.key, at: o.at, tier: 'hard', level, ...again(episode, level) });
  }
  const severity = graveness(episode, o);
  const isWorse = severity !== null && severity !== toldSeverity(episode, o);
  const told = changes.flatMap((change) => (change.kind === 'rung' ? [] : (change.again ?? [])));
  const { fresh, again: anew, arming } = reachedRungs(episode, o, told);
  for (const rung of fresh) changes.push({ kind: 'rung', key: o.key, at: o.at, rung, level });
  for (const rung of anew) changes.push({ kind: 'rung', key: o.key, at: o.at, rung, level, isAgain: true, day: o.day });
  if (isWorse && changes.length === 0)
    changes.push({ kind: 'worsened', key: o.key, at: o.at, tier: 'hard', level, severity });
  episode = {
    ...disarmed(episode),
    ...arming,
    ...(severity ? { severity } : {}),
    rungs: [...episode.rungs, ...fresh],
    worst: Decimal.max(episode.worst, level),
    breachDay: breaching ? o.day : episode.breachDay,
    recovery: recovering(episode, o),
  };
  if (hasRecovered(episode, o)) {
    episode = { ...episode, state: 'cleared', clearedAt: o.at, recovery: null };
    changes.push({ kind: 'cleared', key: o.key, at: o.at, tier: episode.tier, level });
  }
  const { verdict } = o;
  return { episode, changes: verdict ? changes.map((change) => ({ ...change, verdict })) : changes };
}

/**
 * How grave an episode is with this look, and never less than it was; null where that is not judged: the limit is not
 * exceeded, nothing is known of it, or people let the breach stand.
 */
function graveness(episode: Episode, o: Observation): Severity | null {
  if (episode.state === 'accepted' || !o.confirmed?.gt(1)) return null;
  const now = severityAt(o.confirmed, o);
  const told = toldSeverity(episode, o);
  return now && told ? graver(told, now) : now;
}

/** The gravest that people were told of an episode: of one that silence confirmed, that of its worst. */
const toldSeverity = ({ severity, worst }: Episode, o: Observation): Severity | null =>
  severity ?? (worst.gt(1) ? severityAt(worst, o) : null);

function severityAt(level: Decimal, { verdict }: Observation): Severity | null {
  if (!verdict) return null;
  return breachSeverity(verdict.measure, verdict.limit, utilisationAt(level), valueAt(verdict.limit, level));
}

/** How far past the worst that was seen an acceptance reaches. */
const ACCEPTED_SLACK = new Decimal('1.1');

/** Up to where a breach that is accepted now may stand: a tenth past its worst; null where it is past every measure. */
export const acceptedCeilingOf = ({ worst }: Pick<Episode, 'worst'>): Decimal | null =>
  utilisationAt(worst).kind === 'beyond' ? null : worst.mul(ACCEPTED_SLACK);

/**
 * Whether an acceptance is over with this look: its date has come and the limit is still exceeded, or a breach past it,
 * which is another than was accepted.
 */
function acceptanceEnd(episode: Episode, o: Observation): 'date' | 'past' | null {
  if (episode.state !== 'accepted') return null;
  const isDeeper = episode.acceptedCeiling && o.confirmed?.gt(episode.acceptedCeiling);
  if (isDeeper || newOwnRungs(episode, o).length > 0) return 'past';
  return episode.acceptedUntil && episode.acceptedUntil <= o.at && o.confirmed?.gt(1) ? 'date' : null;
}

/** Running episodes only: what still stands against the portfolio. */
export const openEpisodes = (episodes: Iterable<Episode>): Episode[] => [...episodes].filter(isRunning);
