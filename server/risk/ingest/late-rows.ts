import { Decimal, ONE } from '../../kernel/decimal';
import { ownOf } from '../../kernel/own';
import type { Rung } from '../breaches/response';
import { type Change, type Episode, openEpisodes, REOPEN_WITHIN_MS } from '../episodes';
import type { EquityCurve } from '../equity-curve';
import { partsOfKey } from '../limits';
import { graver } from '../severity';
import type { RiskState } from '../state';

/** An episode as the record has it, as far as late rows are compared with it. */
export type RecordedEpisode = { key: string; openedAt: Date; clearedAt: Date | null };

const overlaps = (episode: RecordedEpisode, at: Date): boolean =>
  episode.openedAt.getTime() - REOPEN_WITHIN_MS <= at.getTime() &&
  (episode.clearedAt === null || episode.clearedAt.getTime() + REOPEN_WITHIN_MS >= at.getTime());

/**
 * What late rows add: of the changes that a fold with them finds, those of episodes the record does not have, and what an
 * episode that stands had not come to yet: its next rung, its hard tier. Nothing is ever taken away: an action that was
 * taken stands. While an episode runs, another of its limit is one that was over before it began (`isPast`).
 */
export function additionsOf(
  refolded: { changes: readonly Change[]; state: RiskState },
  recorded: readonly RecordedEpisode[],
  live: RiskState,
): Change[] {
  const missing = new Set<string>();
  const found = refolded.changes.filter((change) => {
    // The fold falls from a mark that people have moved since: the next sample says what is true.
    if (isRebasedSince(change.key, live, refolded.state)) return false;
    if (isDeeper(change, live.episodes[change.key])) return true;
    if (change.kind === 'opened' || change.kind === 'reopened') {
      const known =
        !comesBack(change, live.episodes[change.key]) &&
        recorded.some((episode) => episode.key === change.key && overlaps(episode, change.at));
      if (known) missing.delete(change.key);
      else missing.add(change.key);
    }
    return missing.has(change.key);
  });
  const standing = openEpisodes(Object.values(live.episodes));
  return standing.reduce((additions, episode) => besides(episode, additions), found);
}

/** Additions beside an episode that runs: its own rungs and tier, and whole episodes that were over before it began. */
function besides(episode: Episode, additions: readonly Change[]): Change[] {
  const past = new Set<Change>();
  let opened: Change[] = [];
  for (const change of additions.filter(({ key }) => key === episode.key)) {
    opened = change.kind === 'opened' ? [change] : opened.length > 0 ? [...opened, change] : opened;
    // One that ended later, or goes on, is the episode that runs, seen from earlier on.
    if (change.kind === 'cleared' && change.at <= episode.openedAt) for (const one of opened) past.add(one);
  }
  const acted = new Set<Rung>(episode.rungs);
  return additions.flatMap((change): Change[] => {
    if (change.key !== episode.key) return [change];
    if (past.has(change)) return [{ ...change, isPast: true }];
    if (change.kind === 'worsened') return isGraver(change, episode) ? [change] : [];
    if (change.kind === 'upgraded') return episode.tier === 'soft' ? [change] : [];
    if (change.kind !== 'rung') return [];
    const isNew = !acted.has(change.rung) || isOfNewSession(change, episode);
    acted.add(change.rung);
    return isNew ? [change] : [];
  });
}

function isRebasedSince(key: string, live: RiskState, refolded: RiskState): boolean {
  const { measure, scope } = partsOfKey(key);
  if (measure !== 'drawdown') return false;
  const strategy = scope.kind === 'strategy' ? (scope.id ?? '') : '';
  return ownOf(live.rebased, strategy)?.getTime() !== ownOf(refolded.rebased, strategy)?.getTime();
}

/** True for an episode that has cleared and is over its limit again since: no record says so yet. */
const comesBack = (change: Change, held: Episode | undefined): boolean =>
  change.kind === 'reopened' && held?.state === 'cleared' && held.clearedAt !== null && change.at >= held.clearedAt;

/** True for a rung that the own loss of a session reached, where the episode has not acted on that session's yet. */
function isOfNewSession(change: Extract<Change, { kind: 'rung' }>, { own, acceptedUntil }: Episode): boolean {
  const { rung, isAgain, day, key } = change;
  // Other measures come back only after people lifted them, and that was answered when it happened.
  if (partsOfKey(key).measure !== 'dailyLoss') return false;
  if (!isAgain || !day || acceptedUntil || (own && own.day > day)) return false;
  return own?.day !== day || !own.rungs.includes(rung);
}

/** True where late rows show an episode that stands to be graver than people were told. */
const isGraver = (change: Change, { severity }: Episode): boolean =>
  change.kind === 'worsened' && !!change.severity && !!severity && graver(severity, change.severity) !== severity;

/** True for a rung that an episode that stands has not acted on, and for the hard tier it was not in. */
function isDeeper(change: Change, standing: Episode | undefined): boolean {
  if (!standing || openEpisodes([standing]).length === 0) return false;
  if (change.at.getTime() < standing.openedAt.getTime() - REOPEN_WITHIN_MS) return false;
  if (change.kind === 'rung') return !standing.rungs.includes(change.rung) || isOfNewSession(change, standing);
  return (change.kind === 'upgraded' && standing.tier === 'soft') || isGraver(change, standing);
}

/**
 * State after late rows: measures of the fold with them, and every episode that stands, whatever the fold says of it.
 * `additions` are what the rows add: a rung counts as acted on only where it acts, or acted before.
 */
export function mergeEpisodes(live: RiskState, refolded: RiskState, additions: readonly Change[]): RiskState {
  const standing: Record<string, Episode> = {};
  for (const episode of openEpisodes(Object.values(live.episodes))) {
    const added = additions.filter(({ key, isPast }) => key === episode.key && !isPast);
    const reached = added.flatMap((change) => (change.kind === 'rung' ? [change.rung] : []));
    const severities = added.flatMap((change) => (change.kind === 'worsened' ? (change.severity ?? []) : []));
    const isHard = added.some((change) => change.kind === 'rung' || change.tier === 'hard');
    const own = newerOwn(episode.own, refolded.episodes[episode.key]?.own);
    standing[episode.key] = {
      ...episode,
      tier: isHard ? 'hard' : episode.tier,
      rungs: [...new Set([...episode.rungs, ...reached])],
      ...(episode.severity ? { severity: severities.reduce(graver, episode.severity) } : {}),
      ...(own ? { own } : {}),
    };
  }
  for (const episode of Object.values(live.episodes)) {
    if (episode.state === 'rebased') standing[episode.key] = episode;
    // What the record has as cleared runs again only with a change that says so.
    const again = refolded.episodes[episode.key];
    const isTold = additions.some(({ key, kind }) => key === episode.key && (kind === 'opened' || kind === 'reopened'));
    if (episode.state === 'cleared' && again && openEpisodes([again]).length > 0 && !isTold) {
      standing[episode.key] = episode;
    }
  }
  const decided = withDecisions(live, refolded);
  const merged = { ...decided, episodes: { ...refolded.episodes, ...standing } };
  return withoutOldMark(live, refolded, withCloses(live, merged));
}

/** Correlations are driven by closes, each once, and by no samples: what the fold began from knows less of them. */
function withCloses(live: RiskState, merged: RiskState): RiskState {
  const kept = <T>(ofMerged: Record<string, T>, ofLive: Record<string, T>): Record<string, T> => {
    const isOfCloses = ([key]: [string, T]) => partsOfKey(key).measure === 'correlation';
    return Object.fromEntries([
      ...Object.entries(ofMerged).filter((one) => !isOfCloses(one)),
      ...Object.entries(ofLive).filter(isOfCloses),
    ]);
  };
  return {
    ...merged,
    windows: kept(merged.windows, live.windows),
    episodes: kept(merged.episodes, live.episodes),
  };
}

/** What each session's own loss has reached, by both: of the later session, or all of the same one. */
function newerOwn(live: Episode['own'], refolded: Episode['own']): Episode['own'] {
  if (!live || !refolded) return live ?? refolded;
  if (live.day !== refolded.day) return live.day > refolded.day ? live : refolded;
  return { day: live.day, rungs: [...new Set([...live.rungs, ...refolded.rungs])] };
}

/** Windows, held levels and episodes of a mark that was rebased since are those of the live samples, not of the fold. */
function withoutOldMark(live: RiskState, refolded: RiskState, merged: RiskState): RiskState {
  const kept = <T>(ofFold: Record<string, T>, ofLive: Record<string, T>): Record<string, T> => {
    const isMoved = ([key]: [string, T]) => isRebasedSince(key, live, refolded);
    return Object.fromEntries([
      ...Object.entries(ofFold).filter((one) => !isMoved(one)),
      ...Object.entries(ofLive).filter(isMoved),
    ]);
  };
  return {
    ...merged,
    windows: kept(merged.windows, live.windows),
    held: merged.held && { ...merged.held, levels: kept(merged.held.levels, live.held?.levels ?? {}) },
    episodes: kept(merged.episodes, live.episodes),
  };
}

/** What people decided stands after late rows: a rebased mark, and a difference that was accepted. */
function withDecisions(live: RiskState, refolded: RiskState): RiskState {
  const state = { ...refolded, rebased: live.rebased };
  const isSameEnd = live.last?.at.getTime() === refolded.last?.at.getTime();
  if (live.reconciled && (!refolded.reconciled || live.reconciled.at > refolded.reconciled.at)) {
    state.reconciled = live.reconciled;
  }
  for (const [strategy, at] of Object.entries(live.rebased ?? {})) {
    if (ownOf(refolded.rebased, strategy)?.getTime() === at.getTime()) continue;
    const own = ownOf(refolded.strategies, strategy);
    const mine = ownOf(live.strategies, strategy);
    if (strategy === '' && live.curve && refolded.curve) {
      const scale = scaleOf(live.curve, refolded.curve, isSameEnd);
      state.curve = rebasedLike(live.curve, refolded.curve, scale);
      state.mark = live.mark && scaled(live.mark, scale);
    } else if (own && mine) {
      const curve = rebasedLike(mine.curve, own.curve, scaleOf(mine.curve, own.curve, isSameEnd));
      state.strategies = { ...state.strategies, [strategy]: { ...own, curve } };
    }
  }
  return state;
}

/**
 * What a unit of the new fold is worth in units of the one before, where both end with the same sample: a flow that is
 * known only now changes what every unit is worth, and the mark with it. Else 1: the value of newer samples is no scale.
 */
const scaleOf = (live: EquityCurve, refolded: EquityCurve, isSameEnd: boolean): Decimal =>
  isSameEnd && live.unitValue.gt(0) && refolded.unitValue.gt(0) ? refolded.unitValue.div(live.unitValue) : ONE;

const scaled = (value: Decimal, scale: Decimal): Decimal =>
  scale === ONE ? value : value.mul(scale).toDecimalPlaces(18, Decimal.ROUND_HALF_EVEN);

/** The mark since the rebase, or the newest unit value where that is higher. */
function rebasedLike(live: EquityCurve, refolded: EquityCurve, scale: Decimal): EquityCurve {
  const mark = scaled(live.mark, scale);
  const from = live.from && { ...live.from, unitValue: scaled(live.from.unitValue, scale) };
  return refolded.unitValue.gt(mark)
    ? { ...refolded, from, mark: refolded.unitValue }
    : { ...refolded, from, mark, markAt: live.markAt };
}
