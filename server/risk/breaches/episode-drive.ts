import type { Decimal } from '../../kernel/decimal';
import {
  CLOSE_CONFIRMATION,
  type ConfirmationPolicy,
  type ConfirmationRules,
  confirm,
  LIVE_CONFIRMATION,
  levelOf,
  silence,
} from '../confirmation';
import { advanceEpisode, type Change } from '../episodes';
import type { Measure, ScopeKind } from '../limit-definition';
import { isWithin, limitKey, type Verdict } from '../limits';
import type { RiskState } from '../state';
import { softLevelOf, utilisationOf } from '../utilisation';

const DAY_MS = 86_400_000;

/**
 * Rules of confirmation per measure; a win rate is counted over trades and needs no second look. `rules` are the counts of
 * the limit set; when silence confirms does not depend on them.
 */
export function confirmationOf(measure: Measure, rules: ConfirmationRules = {}): ConfirmationPolicy {
  if (measure === 'correlation') return CLOSE_CONFIRMATION;
  if (measure === 'winRate') return { needed: 1, of: 1, capMs: null, atOnce: null };
  const own = rules[measure];
  return own ? { ...LIVE_CONFIRMATION, needed: own.needed, of: own.of } : LIVE_CONFIRMATION;
}

/** What silence since the last sample confirms by `now`: a lone sane breach counts after 10 s. */
export function evaluateSilence(state: RiskState, now: Date): { state: RiskState; changes: Change[] } {
  const changes: Change[] = [];
  const episodes = { ...state.episodes };
  const windows = { ...state.windows };
  for (const [key, window] of Object.entries(state.windows)) {
    const measure = key.split('|')[0] as Measure;
    const due = silence(window, now, confirmationOf(measure));
    if (!due) continue;
    // Emptied, so that the same silence confirms once.
    windows[key] = [];
    const [, kind, id, subject] = key.split('|') as [string, ScopeKind, string, string];
    const result = advanceEpisode(episodes[key] ?? null, {
      key,
      measure,
      scope: { kind, id: id === 'firm' ? null : id },
      subject: subject || null,
      at: due.confirmedAt,
      day: state.day?.key ?? '',
      confirmed: due.confirmed,
      own: due.own,
      within: false,
      recovered: { hard: false, soft: false },
    });
    if (result.episode) episodes[key] = result.episode;
    changes.push(...result.changes);
  }
  return { state: { ...state, episodes, windows }, changes };
}

/** When silence confirms a breach that a newest sample showed, if nothing comes before; null while none waits. */
export function silenceDueAt({ windows }: RiskState): Date | null {
  let due = Number.POSITIVE_INFINITY;
  for (const [key, window] of Object.entries(windows)) {
    const { capMs } = confirmationOf(key.split('|')[0] as Measure);
    const last = window.at(-1);
    if (last && capMs !== null && last.level.gt(1)) due = Math.min(due, last.at.getTime() + capMs);
  }
  return Number.isFinite(due) ? new Date(due) : null;
}

/**
 * Feeds the verdicts of one sample to the episodes. A suspect sample moves none: its levels are held, and count as a
 * sample of their own when the next one agrees.
 */
export function driveEpisodes(
  state: RiskState,
  verdicts: readonly Verdict[],
  at: Date,
  judgement: 'sane' | 'suspect' | 'agrees',
  held: RiskState['held'],
  rules?: ConfirmationRules,
): { state: RiskState; changes: Change[] } {
  if (judgement === 'suspect') {
    const levels: Record<string, Decimal> = {};
    for (const verdict of verdicts) {
      const level = levelOf(verdict.utilisation);
      if (level) levels[limitKey(verdict)] = level;
    }
    return { state: { ...state, held: { at, levels } }, changes: [] };
  }
  const quiet = evaluateSilence(state, at);
  const episodes = { ...quiet.state.episodes };
  const windows = { ...quiet.state.windows };
  const changes = [...quiet.changes];
  for (const verdict of verdicts) {
    const key = limitKey(verdict);
    const policy = confirmationOf(verdict.measure, rules);
    let window = windows[key] ?? [];
    const earlier = judgement === 'agrees' ? held?.levels[key] : undefined;
    if (held && earlier) window = confirm(window, { at: held.at, level: earlier }, { ...policy, atOnce: null }).window;
    const level = levelOf(verdict.utilisation);
    const own = ownLevel(verdict);
    const confirmation = level ? confirm(window, { at, level, ...(own ? { own } : {}) }, policy) : null;
    const seen = confirmation?.window ?? window;
    // A position that is gone is looked at until nothing counts that it was; a later one begins as a new one does.
    if (verdict.measure === 'position' && !episodes[key] && seen.every((one) => one.level.isZero()))
      delete windows[key];
    else windows[key] = seen;
    const result = advanceEpisode(episodes[key] ?? null, {
      key,
      measure: verdict.measure,
      scope: verdict.scope,
      subject: verdict.subject,
      at,
      day: state.day?.key ?? '',
      confirmed: confirmation?.confirmed ?? null,
      own: confirmation?.own,
      softLevel: softLevelOf(verdict.limit),
      verdict,
      within: isWithin(verdict),
      recovered: { hard: verdict.recovered, soft: verdict.state === 'within' },
    });
    if (result.episode) episodes[key] = result.episode;
    changes.push(...result.changes);
  }
  return { state: { ...state, held: null, episodes: pruned(episodes, at), windows }, changes };
}

/** The level by the loss of the session alone, where a reading is the worse of two windows. */
function ownLevel({ reading, limit }: Verdict): Decimal | null {
  if (reading.kind === 'unknown' || !reading.own) return null;
  return levelOf(utilisationOf(limit.direction, reading.own, limit.hard));
}

/** Episodes that can still reopen or run; the rest lives in the record, not in the state. */
function pruned(episodes: RiskState['episodes'], at: Date): RiskState['episodes'] {
  const kept = Object.entries(episodes).filter(
    ([, e]) => !e.clearedAt || at.getTime() - e.clearedAt.getTime() <= DAY_MS,
  );
  return Object.fromEntries(kept);
}

/** Limits whose newest sample is over the hard limit but not confirmed yet: a pending alert, and no new risk. */
export function pendingKeys(state: RiskState): string[] {
  return Object.entries(state.windows)
    .filter(([key, window]) => {
      const episode = state.episodes[key];
      const stands = episode && episode.tier === 'hard' && !episode.clearedAt;
      return !stands && (window.at(-1)?.level.gt(1) ?? false);
    })
    .map(([key]) => key);
}
