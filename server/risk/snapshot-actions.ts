import 'server-only';
import { raiseAlert, resolveAlert } from '../alerts/raise-actions';
import { contentHash } from '../audit/canonical';
import { recordEvent } from '../audit/record';
import { authorize } from '../identity/authorize';
import { type Actor, actorRef } from '../kernel/actor';
import { fractionText, moneyText, quantityText } from '../kernel/decimal';
import { DomainError, notFound } from '../kernel/errors';
import { log } from '../kernel/log';
import { attempt, inTransaction, publish, readNow, type Tx } from '../kernel/transaction';
import { releaseLatch } from '../trading-state/actions';
import type { TradingState } from '../trading-state/latch';
import { listOpenLatches, tradingStateOf } from '../trading-state/store';
import { fingerprintOfLimit, RISK_JOB } from './breach-batch';
import { breachTitle } from './breach-words';
import { keepCloses } from './close-actions';
import { closedDays, type LoadedContext, loadContext } from './context-store';
import { pendingKeys } from './episode-drive';
import { listEpisodes } from './episode-store';
import { drawdownOf, markInMoney } from './equity-curve';
import { type Derived, evaluateAll, type Fold } from './evaluator';
import { additionsOf, mergeEpisodes } from './late-rows';
import { limitRow } from './limit-row';
import { limitKey, type Verdict } from './limits';
import { profitSince } from './measures';
import { tellReconciliation } from './reconciliation-actions';
import { applyChanges } from './response-actions';
import { tellStateNow } from './restriction-actions';
import { type AccountRow, netFlowOf } from './samples';
import { accountRowOf, parseRows, type RefusedRow, ROWS_AT_MOST, type SnapshotRow } from './snapshot-row';
import {
  ensureMonths,
  insertSnapshots,
  type NewSnapshot,
  pointsBehind,
  rewriteDerived,
  rowsAfter,
  storedSequences,
} from './snapshot-store';
import { EMPTY_STATE, type RiskState } from './state';
import { encodeState } from './state-codec';
import { checkpointBefore, lockState, type RiskStateRow, saveLimitStates, saveState } from './state-store';
import { FRESH_SAMPLES_TO_CLEAR } from './unknown';

/** What became of a batch, row by row where it was not simply accepted. */
export type BatchResult = {
  accepted: number;
  duplicates: number;
  refused: RefusedRow[];
  /** The trading state of the portfolio after the batch: an engine that reads it needs no second call. */
  tradingState: TradingState;
  asOf: string | null;
};

type Taken = { index: number; row: SnapshotRow; accountId: string; hash: string };

/**
 * Records a batch of snapshot rows of one portfolio and evaluates what they mean, in one transaction.
 *
 * A row seen before is a no-op; a bad row is told with its index and loses nothing else. Live rows are evaluated in the
 * order of their instants; late ones from where they belong, which may add an episode and never undoes an action.
 * Throws FORBIDDEN, NOT_FOUND (portfolio), TOO_LARGE (rows).
 */
export async function recordSnapshots(
  actor: Actor,
  input: { portfolioId: string; rows: readonly unknown[] },
): Promise<BatchResult> {
  if (actor.kind === 'person') throw new DomainError('FORBIDDEN', 'Snapshots come from machines, with an API key.');
  authorize(actor, 'read', { portfolioId: input.portfolioId, keyScope: 'snapshots:write' });
  if (input.rows.length > ROWS_AT_MOST) {
    throw new DomainError(
      'TOO_LARGE',
      `A batch has at most ${ROWS_AT_MOST} rows; this one has ${input.rows.length}. Split it.`,
    );
  }
  const { rows, refused } = parseRows(input.rows, await readNow());
  await ensureMonths(rows.map((r) => r.row.asOf));
  return inTransaction(async (tx, now) => {
    const { row: stored, state } = await lockState(tx, input.portfolioId);
    const loaded = await loadContext(input.portfolioId, tx);
    if (!loaded) throw notFound('The portfolio');
    const sorted = await newRows(tx, rows, loaded, refused);
    const result =
      sorted.taken.length === 0 ? null : await evaluateBatch(tx, sorted.taken, { loaded, stored, state, now, actor });
    if (sorted.taken.length > 0) for (const topic of ['risk', 'overview']) publish(tx, topic);
    return {
      accepted: sorted.taken.length,
      duplicates: sorted.duplicates,
      refused: refused.sort((a, b) => a.index - b.index),
      tradingState: await tradingStateOf({ portfolioId: input.portfolioId, strategyId: null }, tx),
      asOf: (result?.last?.at ?? stored.asOf)?.toISOString() ?? null,
    };
  });
}

/** Rows that are new, once each; repeats are counted, a sequence reused for other content is refused. */
async function newRows(
  tx: Tx,
  rows: readonly { index: number; row: SnapshotRow }[],
  loaded: LoadedContext,
  refused: RefusedRow[],
) {
  const known: Taken[] = [];
  for (const { index, row } of rows) {
    const accountId = loaded.accounts.get(row.account);
    if (accountId) known.push({ index, row, accountId, hash: contentHash(row) });
    else
      refused.push({ index, code: 'UNKNOWN_ACCOUNT', message: `account ${row.account} is not one of this portfolio` });
  }
  const taken: Taken[] = [];
  let duplicates = 0;
  for (const accountId of new Set(known.map((k) => k.accountId))) {
    const own = known.filter((k) => k.accountId === accountId);
    const seen = await storedSequences(
      tx,
      accountId,
      own.map((k) => k.row.sequence),
    );
    for (const candidate of own) {
      const before = seen.get(candidate.row.sequence);
      if (before === undefined) {
        seen.set(candidate.row.sequence, candidate.hash);
        taken.push(candidate);
      } else if (before === candidate.hash) duplicates += 1;
      else {
        const message = `sequence ${candidate.row.sequence} of account ${candidate.row.account} was used for other content`;
        refused.push({ index: candidate.index, code: 'SEQUENCE_REUSED', message });
      }
    }
  }
  return { taken, duplicates };
}

type Batch = { loaded: LoadedContext; stored: RiskStateRow; state: RiskState; now: Date; actor: Actor };

async function evaluateBatch(tx: Tx, taken: readonly Taken[], batch: Batch): Promise<RiskState> {
  const { loaded, state, now, actor } = batch;
  const portfolioId = loaded.portfolio.id;
  const idOf = new Map(loaded.strategies.map((s) => [s.ref, s.id]));
  const newest = newestOf(state);
  // History that comes after live samples fills series only; the present is not evaluated again for it.
  const usable = taken.filter((t) => t.row.kind === 'live' || !state.live);
  const rows = usable.map((t) => accountRowOf(t.row, t.accountId, idOf));
  const late = newest !== null && rows.some((row) => row.asOf < newest);
  const fold = late ? await foldLate(tx, rows, batch, idOf) : await foldOn(tx, state, rows, loaded);
  await store(tx, taken, fold, { late: newest, now, actor, portfolioId });
  const merged = late ? mergeEpisodes(state, fold.state) : fold.state;
  // The close of a day drives correlation inside this copy.
  const after = { ...merged, windows: { ...merged.windows }, episodes: { ...merged.episodes } };
  const changes = late ? additionsOf(fold.changes, await recorded(tx, portfolioId)) : fold.changes;
  await applyChanges(tx, changes, { loaded, state: after, verdicts: fold.verdicts, now, late });
  await keepCloses(tx, fold.closes, {
    loaded,
    source: rows.every((r) => r.kind === 'history') ? 'history' : 'live',
    now,
    state: after,
  });
  await tellPending(tx, state, after, fold.verdicts, loaded);
  const fresh = await freshCount(tx, fold, batch);
  await saveState(tx, portfolioId, { ...summaryOf(after, fold), freshWithin: fresh });
  if (fold.verdicts.length > 0) {
    await saveLimitStates(
      tx,
      portfolioId,
      fold.verdicts.map((v) => limitRow(v, portfolioId, after, now)),
    );
  }
  const newestRow = fold.derived.at(-1);
  if (!late && newestRow?.row.kind === 'live' && newestRow.evaluated && !newestRow.suspect) {
    // On its own: whatever becomes of this alert, the evaluation above stands.
    const told = await attempt(tx, () => tellReconciliation(tx, after, loaded));
    if (!told.ok) log.error({ err: told.error, portfolioId }, 'the alert of reconciliation could not be told');
  }
  return after;
}

const newestOf = (state: RiskState): Date | null => {
  const times = Object.values(state.accounts).map((a) => a.asOf.getTime());
  return times.length ? new Date(Math.max(...times)) : null;
};

async function foldOn(tx: Tx, state: RiskState, rows: readonly AccountRow[], loaded: LoadedContext): Promise<Fold> {
  const times = rows.map((r) => r.asOf.getTime());
  const isLive = rows.some((r) => r.kind === 'live');
  const points = isLive
    ? await pointsBehind(loaded.portfolio.id, new Date(Math.min(...times)), new Date(Math.max(...times)), tx)
    : [];
  const days = loaded.evaluation.basis === 'since-start' ? [] : await closedDays(loaded.portfolio.id, tx);
  return evaluateAll(state, rows, loaded.evaluation, { points, days });
}

/** Evaluates again from the last day that closed before the late rows, with every row since. */
async function foldLate(
  tx: Tx,
  rows: readonly AccountRow[],
  batch: Batch,
  idOf: ReadonlyMap<string, string>,
): Promise<Fold> {
  const { loaded } = batch;
  const portfolioId = loaded.portfolio.id;
  const earliest = new Date(Math.min(...rows.map((r) => r.asOf.getTime())));
  const checkpoint = await checkpointBefore(portfolioId, earliest, tx);
  const start = checkpoint?.state ?? EMPTY_STATE;
  const from = newestOf(start);
  const since = await rowsAfter(portfolioId, from ?? new Date(0), idOf, tx);
  const after = since.filter((row) => from === null || row.asOf > from);
  const all = [...after, ...rows];
  const times = all.map((r) => r.asOf.getTime());
  const points = await pointsBehind(portfolioId, new Date(Math.min(...times)), new Date(Math.max(...times)), tx);
  const days = loaded.evaluation.basis === 'since-start' ? [] : await closedDays(portfolioId, tx);
  // Points at or after the first row come from the fold itself.
  const behind = points.filter((p) => p.at.getTime() < Math.min(...times));
  return evaluateAll(start, all, loaded.evaluation, { points: behind, days });
}

const recorded = async (tx: Tx, portfolioId: string) =>
  (await listEpisodes(portfolioId, new Date(0), tx)).map(({ key, openedAt, clearedAt }) => ({
    key,
    openedAt,
    clearedAt,
  }));

async function store(
  tx: Tx,
  taken: readonly Taken[],
  fold: Fold,
  about: { late: Date | null; now: Date; actor: Actor; portfolioId: string },
): Promise<void> {
  const derived = new Map(fold.derived.map((d) => [`${d.row.account}|${d.row.sequence}`, d]));
  const fresh = new Set<string>();
  const rows = taken.map(({ row, accountId, hash }): NewSnapshot => {
    const key = `${accountId}|${row.sequence}`;
    fresh.add(key);
    return {
      accountId,
      sequence: row.sequence,
      portfolioId: about.portfolioId,
      kind: row.kind,
      asOf: row.asOf.toISOString(),
      receivedAt: about.now.toISOString(),
      late: row.kind === 'live' && about.late !== null && row.asOf < about.late,
      equity: moneyText(row.equity),
      cash: row.cash && moneyText(row.cash),
      netFlow: moneyText(netFlowOf(row.flows)),
      flows: row.flows,
      positions: row.positions,
      strategies: row.strategies,
      contentHash: hash,
      recordedBy: actorRef(about.actor),
      ...derivedColumns(derived.get(key)),
    };
  });
  await insertSnapshots(tx, rows);
  const again = fold.derived.filter((d) => !fresh.has(`${d.row.account}|${d.row.sequence}`));
  if (again.length > 0) {
    await rewriteDerived(
      tx,
      again.map((d) => ({
        accountId: d.row.account,
        sequence: d.row.sequence,
        asOf: d.row.asOf.toISOString(),
        ...derivedColumns(d),
      })),
    );
  }
}

const derivedColumns = (d: Derived | undefined) => ({
  suspect: d?.suspect ?? false,
  portfolioEquity: d?.evaluated ? moneyText(d.equity) : null,
  portfolioCash: d?.evaluated && d.cash ? moneyText(d.cash) : null,
  unitValue: d?.evaluated ? quantityText(d.unitValue) : null,
  markUnitValue: d?.evaluated ? quantityText(d.mark) : null,
  cumulativeFlow: d?.evaluated ? moneyText(d.cumulativeFlow) : null,
  cumulativeWithdrawals: d?.evaluated ? moneyText(d.cumulativeWithdrawals) : null,
});

/** A first breach that is not confirmed yet is listed as pending and tells nobody; it goes when the next sample is fine. */
async function tellPending(
  tx: Tx,
  before: RiskState,
  after: RiskState,
  verdicts: readonly Verdict[],
  loaded: LoadedContext,
): Promise<void> {
  const was = new Set(pendingKeys(before));
  const is = new Set(pendingKeys(after));
  for (const verdict of verdicts) {
    const key = limitKey(verdict);
    if (is.has(key) && !was.has(key) && !after.episodes[key]) {
      await raiseAlert(tx, {
        fingerprint: fingerprintOfLimit(key),
        severity: 'medium',
        title: breachTitle(verdict, true),
        body: 'Seen in one sample and not confirmed; no new risk is allowed until the next one decides.',
        portfolioId: loaded.portfolio.id,
        subject: { kind: 'portfolio', id: loaded.portfolio.id },
        link: '/risk',
        isPending: true,
        actor: RISK_JOB,
      });
    }
  }
  for (const key of was) {
    const episode = after.episodes[key];
    if (!is.has(key) && (!episode || episode.clearedAt)) {
      await resolveAlert(tx, fingerprintOfLimit(key), 'Not confirmed: the next sample was within the limit.');
    }
  }
}

/** Counts fresh samples within every limit, and takes a `stale` REDUCING latch off after three of them. */
async function freshCount(tx: Tx, fold: Fold, { loaded, stored }: Batch): Promise<number> {
  const samples = fold.derived.filter((d) => d.row.kind === 'live' && d.evaluated && !d.suspect).length;
  if (samples === 0) return 0;
  const within = fold.verdicts.every((v) => v.state !== 'breach' && (v.state !== 'unknown' || v.measure === 'winRate'));
  const count = within ? Math.min(1_000, stored.freshWithin + samples) : 0;
  if (count < FRESH_SAMPLES_TO_CLEAR) return count;
  const open = await listOpenLatches([loaded.portfolio.id], tx);
  for (const latch of open.filter((l) => l.exitRule === 'fresh-samples' && l.cause.kind === 'stale')) {
    await releaseLatch(tx, latch.id, {
      actor: RISK_JOB,
      reason: `${FRESH_SAMPLES_TO_CLEAR} fresh samples within limits.`,
    });
    await tellStateNow(tx, latch.scope, loaded, `lift:${latch.id}`, RISK_JOB);
    recordEvent(tx, {
      type: 'risk.data-fresh-again',
      actor: RISK_JOB,
      subject: { kind: 'portfolio', id: loaded.portfolio.id },
      portfolioId: loaded.portfolio.id,
      data: { samples: count },
    });
  }
  return count;
}

function summaryOf(state: RiskState, fold: Fold) {
  const { curve, day, last } = state;
  const drawdown = curve ? drawdownOf(curve) : null;
  return {
    state: encodeState(state),
    asOf: last?.at ?? null,
    equity: last ? moneyText(last.equity) : null,
    cash: last?.cash ? moneyText(last.cash) : null,
    unitValue: curve ? quantityText(curve.unitValue) : null,
    highWater: curve ? moneyText(markInMoney(curve, curve.mark).highWater) : null,
    highWaterAt: curve?.markAt ?? null,
    drawdownFraction: drawdown?.kind === 'value' ? fractionText(drawdown.value) : null,
    sessionDay: day?.key ?? null,
    sessionStart: day?.start ?? null,
    sessionEnd: day?.end ?? null,
    sessionStartEquity: day ? moneyText(day.startEquity) : null,
    sessionEstimated: day?.estimated ?? false,
    dayPnl: day && last ? moneyText(profitSince(last.equity, day)) : null,
    suspect: fold.derived.at(-1)?.suspect ?? false,
    unknownSince: null,
  };
}
