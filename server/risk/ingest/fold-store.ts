import 'server-only';
import type { Tx } from '../../kernel/transaction';
import { withFlowsByHand } from '../cash-flows/cash-flow';
import { flowsByHand } from '../cash-flows/cash-flow-store';
import { type AccountRow, newestSample } from '../samples';
import { EMPTY_STATE, type RiskState } from '../state';
import { daysBehind } from './closed-day-store';
import type { LoadedContext } from './context-store';
import { evaluateAll, type Fold } from './fold';
import { rowNames } from './snapshot-row';
import { pointsBehind, rowsAfter } from './snapshot-store';
import { checkpointBefore } from './state-store';

/** Folds rows that come after everything the state has seen. */
export async function foldOn(
  tx: Tx,
  state: RiskState,
  rows: readonly AccountRow[],
  loaded: LoadedContext,
): Promise<Fold> {
  const { first, last } = spanOf(rows);
  const isLive = rows.some((r) => r.kind === 'live');
  const points = isLive ? await pointsBehind(loaded.portfolio.id, first, last, tx) : [];
  return evaluateAll(state, rows, loaded.evaluation, {
    points,
    ...(await daysBehind(state, loaded.evaluation, tx)),
  });
}

/**
 * Evaluates again with every row since a state that lies before an instant: `recent`, as a batch left it not long ago, or
 * else the last day that closed before it. `rows` are late ones that are not stored yet; flows by hand count with the rows
 * they belong to.
 */
export async function foldLate(
  tx: Tx,
  rows: readonly AccountRow[],
  loaded: LoadedContext,
  recent: RiskState | null,
  earliest: Date,
): Promise<Fold> {
  const portfolioId = loaded.portfolio.id;
  const start = recent ?? (await checkpointBefore(portfolioId, earliest, tx))?.state ?? EMPTY_STATE;
  const from = newestSample(start.accounts);
  const since = await rowsAfter(portfolioId, from ?? new Date(0), rowNames(loaded), tx);
  const stated = [...since.filter((row) => from === null || row.asOf > from), ...rows];
  const all = withFlowsByHand(stated, await flowsByHand(portfolioId, from, tx));
  const { first, last } = spanOf(all);
  const points = await pointsBehind(portfolioId, first, last, tx);
  // Points at or after the first row come from the fold itself.
  const behind = points.filter((p) => p.at < first);
  return evaluateAll(start, all, loaded.evaluation, {
    points: behind,
    ...(await daysBehind(start, loaded.evaluation, tx)),
  });
}

/** First and last instant of rows. */
export function spanOf(rows: readonly AccountRow[]): { first: Date; last: Date } {
  let first = Number.POSITIVE_INFINITY;
  let last = Number.NEGATIVE_INFINITY;
  for (const { asOf } of rows) {
    first = Math.min(first, asOf.getTime());
    last = Math.max(last, asOf.getTime());
  }
  return { first: new Date(first), last: new Date(last) };
}
