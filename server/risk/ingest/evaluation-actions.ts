import 'server-only';
import { type Actor, actorRef } from '../../kernel/actor';
import { log } from '../../kernel/log';
import { afterCommit, attempt, beforeCommit, type Tx } from '../../kernel/transaction';
import { keepFigures } from '../breaches/episode-actions';
import { listEpisodes } from '../breaches/episode-store';
import { liftStale, tellPending } from '../breaches/pending-actions';
import { applyChanges } from '../breaches/response-actions';
import type { Verdict } from '../limits';
import { tellReconciliation } from '../reconciliation/reconciliation-actions';
import { type AccountRow, newestSample } from '../samples';
import type { RiskState } from '../state';
import { limitRow } from '../views/limit-row';
import { keepCloses } from './close-actions';
import type { LoadedContext } from './context-store';
import type { Derived } from './derived';
import { freshAfter, freshTail } from './fold';
import { foldLate, foldOn, spanOf } from './fold-store';
import { keepHeldMarks } from './held-marks-store';
import { additionsOf, mergeEpisodes } from './late-rows';
import { afterBatch, knownTo, type Recents, recentBefore } from './recent-states';
import { derivedTexts, snapshotLines, type TakenRow } from './snapshot-line';
import { accountRowOf, rowNames } from './snapshot-row';
import { insertSnapshots, rewriteDerived } from './snapshot-store';
import { type RiskStateRow, saveLimitStates, saveState, stateVersion } from './state-store';
import { stateSummary } from './state-summary';

/**
 * States of the last hour as this process left them, so that a row of a second account that comes a moment late costs a
 * moment's samples and not the day's. Lost with the process, and then the last closed day is the start.
 */
const kept = globalThis as { __goingLiveRecents?: Map<string, Recents> };
kept.__goingLiveRecents ??= new Map();
const recents = kept.__goingLiveRecents;

/** What a batch is evaluated with: the portfolio, its state as it was locked, and who sends. */
export type Batch = { loaded: LoadedContext; stored: RiskStateRow; state: RiskState; now: Date; actor: Actor };

/** What a batch came to, as far as a page shows it. */
export type Evaluation = {
  state: RiskState;
  verdicts: readonly Verdict[];
  suspect: boolean;
  /** More than values: an episode, a closed day, a latch. */
  changed: boolean;
  freshWithin: number;
  isFreshAgain: boolean;
};

/**
 * Evaluates the new rows of a batch and keeps what came of it, in the caller's transaction: rows, episodes with all that
 * follows from them, closed days, the state and the verdict of each limit.
 */
export const evaluateBatch = (tx: Tx, taken: readonly TakenRow[], batch: Batch): Promise<Evaluation> =>
  evaluate(tx, taken, batch, null);

/**
 * Evaluates every stored row from an instant on again, since a flow by hand now counts there: as late rows are, so that an
 * episode may be added and none is undone. In the caller's transaction, with the state it has locked.
 */
export const evaluateAgain = (tx: Tx, from: Date, batch: Batch): Promise<Evaluation> => evaluate(tx, [], batch, from);

async function evaluate(tx: Tx, taken: readonly TakenRow[], batch: Batch, from: Date | null): Promise<Evaluation> {
  const { loaded, state, stored, now, actor } = batch;
  const portfolioId = loaded.portfolio.id;
  const names = rowNames(loaded);
  const newest = newestSample(state.accounts);
  const rows = taken.map(({ row, accountId }) => accountRowOf(row, accountId, names));
  const isLate = newest !== null && rows.some((row) => row.asOf < newest);
  const earliestLate = from ?? (isLate ? spanOf(rows).first : null);
  const late = earliestLate !== null;
  const mine = knownTo(recents.get(portfolioId), stored.version);
  const fold = earliestLate
    ? await foldLate(tx, rows, loaded, recentBefore(mine, state, earliestLate), earliestLate)
    : await foldOn(tx, state, rows, loaded);
  await keepRows(tx, taken, rows, fold.derived, { portfolioId, recordedBy: actorRef(actor), now, newest });
  const changes = late ? additionsOf(fold, await recordedEpisodes(tx, portfolioId), state) : fold.changes;
  const merged = late
    ? { ...mergeEpisodes(state, fold.state, changes), refolds: (state.refolds ?? 0) + 1 }
    : fold.state;
  // The close of a day drives correlation inside this copy.
  const after = { ...merged, windows: { ...merged.windows }, episodes: { ...merged.episodes } };
  await applyChanges(tx, changes, { loaded, state: after, verdicts: fold.verdicts, now, late });
  const source = (rows.length ? rows.every((r) => r.kind === 'history') : !state.live) ? 'history' : 'live';
  await keepCloses(tx, fold.closes, { loaded, source, now, state: after });
  await keepFigures(tx, portfolioId, after, fold.verdicts);
  await tellPending(tx, state, after, fold.verdicts, loaded);
  const freshWithin = freshAfter(fold, stored.freshWithin, late, freshTail(fold, now, loaded.evaluation));
  const isFreshAgain = await liftStale(tx, freshWithin, loaded);
  const last = fold.derived.at(-1);
  await saveState(tx, portfolioId, { ...stateSummary(after, last?.suspect ?? false), freshWithin });
  const verdicts = fold.verdicts.map((v) => limitRow(v, portfolioId, after, now));
  await saveLimitStates(tx, portfolioId, verdicts);
  if (!late && last?.row.kind === 'live' && last.evaluated && !last.suspect) {
    // On its own: whatever becomes of this alert, the evaluation above stands.
    const told = await attempt(tx, () => tellReconciliation(tx, after, loaded));
    if (!told.ok) log.error({ err: told.error, portfolioId }, 'the alert of reconciliation could not be told');
  }
  keepHeldMarks(tx, portfolioId, fold.derived, now);
  let version = stored.version;
  beforeCommit(tx, async (last) => {
    version = await stateVersion(last, portfolioId);
  });
  afterCommit(tx, () => void recents.set(portfolioId, afterBatch(mine, after, version, earliestLate)));
  const changed = changes.length > 0 || fold.closes.length > 0 || isFreshAgain;
  const suspect = last?.suspect ?? false;
  return { state: after, verdicts: fold.verdicts, suspect, changed, freshWithin, isFreshAgain };
}

const recordedEpisodes = async (tx: Tx, portfolioId: string) =>
  (await listEpisodes(portfolioId, new Date(0), tx)).map(({ key, openedAt, clearedAt }) => ({
    key,
    openedAt,
    clearedAt,
  }));

/** Stores the rows with what evaluation says of them; rows after late ones are told anew. */
async function keepRows(
  tx: Tx,
  taken: readonly TakenRow[],
  rows: readonly AccountRow[],
  derived: readonly Derived[],
  about: { portfolioId: string; recordedBy: string; now: Date; newest: Date | null },
): Promise<void> {
  // Rows in their order, none of them late: what was derived stands at the same place.
  if (derived.length === rows.length && derived.every(({ row }, place) => row === rows[place])) {
    if (taken.length > 0)
      await insertSnapshots(
        tx,
        snapshotLines(taken, (place) => derived[place], about),
      );
    return;
  }
  const byRow = new Map(derived.map((d) => [d.row, d]));
  const own = (place: number) => byRow.get(rows[place] as AccountRow);
  if (taken.length > 0) await insertSnapshots(tx, snapshotLines(taken, own, about));
  for (const row of rows) byRow.delete(row);
  const texts = derivedTexts();
  await rewriteDerived(
    tx,
    Array.from(byRow.values(), (d) => ({
      accountId: d.row.account,
      sequence: d.row.sequence,
      asOf: d.row.asOf.toISOString(),
      ...texts(d),
    })),
  );
}
