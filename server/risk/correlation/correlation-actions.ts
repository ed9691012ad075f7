import 'server-only';
import { Decimal, fractionText } from '../../kernel/decimal';
import type { Tx } from '../../kernel/transaction';
import { backtestReturns } from '../breaches/backtest-store';
import { RISK_JOB, rungKey } from '../breaches/breach-batch';
import { type AskedResponse, responsesOf } from '../breaches/change-response';
import { keepFigures } from '../breaches/episode-actions';
import { findNewest } from '../breaches/episode-store';
import { insertProposal } from '../breaches/proposal-actions';
import { diversify } from '../breaches/proposals';
import { applyChanges } from '../breaches/response-actions';
import { CLOSE_CONFIRMATION, confirm, levelOf } from '../confirmation';
import { advanceEpisode, type Change } from '../episodes';
import type { Closing } from '../ingest/closing';
import { saveLimitStates } from '../ingest/state-store';
import { checkLimits, isWithin, labelled, limitKey, setsInForce, type Verdict } from '../limits';
import { known, type Reading, unknown } from '../reading';
import { sessionOn } from '../session-day';
import { softLevelOf } from '../utilisation';
import { limitRowOfPair } from '../views/limit-row';
import { CORRELATION_WINDOW, type CorrelationPair, correlateAll } from './correlation';
import { type Spliced, sessionAxis, splice, splicedDays } from './correlation-splice';
import { returnsOf, saveCorrelations } from './correlation-store';

/** The subject of a pair's limit: both strategy ids, in one order whoever is asked first. */
export const pairSubject = (a: string, b: string): string => [a, b].sort().join('+');

const readingOf = ({ correlation }: CorrelationPair, spliced: number): Reading => {
  if (correlation.kind === 'value') {
    const label = spliced > 0 ? `, ${spliced} of them of the approved backtest` : '';
    return known(new Decimal(correlation.r.toFixed(12)), { note: `${correlation.overlap} days${label}` });
  }
  const reason =
    correlation.reason === 'overlap'
      ? `${correlation.overlap} of ${CORRELATION_WINDOW.minimumOverlap} common days`
      : 'a series did not move';
  return unknown(reason);
};

/**
 * All pairs of strategies at each close, oldest first: kept, checked against the limit, confirmed over three closes. The
 * action is only proposed: the pair is named, and the side with the smaller edge to cut.
 *
 * A close knows no later day. One that was told before is kept anew and counts towards nothing a second time.
 */
export async function checkCorrelations(tx: Tx, closes: readonly CorrelatedClose[], closing: Closing): Promise<void> {
  const { loaded, now } = closing;
  const portfolioId = loaded.portfolio.id;
  // A day without a session brings no return: it is no close to count towards confirmation.
  const counted = closes.filter(
    ({ day, strategies }) => strategies.length >= 2 && sessionOn(loaded.evaluation.calendar, day),
  );
  if (counted.length === 0) return;
  const series = await loadSeries(tx, counted, loaded);
  let newest: Verdict[] = [];
  for (const close of counted) newest = await checkClose(tx, close, series, closing);
  const at = counted.at(-1)?.closedAt ?? now;
  await saveLimitStates(
    tx,
    portfolioId,
    newest.map((v) => limitRowOfPair(v, portfolioId, at, now)),
  );
}

/** A day that closed, the strategies that were measured then, and whether it was told before. */
export type CorrelatedClose = { day: string; closedAt: Date; strategies: readonly string[]; isKnown: boolean };

async function checkClose(tx: Tx, close: CorrelatedClose, loadedSeries: Series, closing: Closing): Promise<Verdict[]> {
  const { loaded, now, state } = closing;
  const portfolioId = loaded.portfolio.id;
  const spliced = splicedSeries(close, loadedSeries, loaded);
  const series = new Map([...spliced].map(([id, { returns }]) => [id, returns]));
  const daysOf = (a: string, b: string) => splicedDays(spliced.get(a) as Spliced, spliced.get(b) as Spliced);
  const ids = [...spliced.keys()];
  const pairs = correlateAll(ids.map((id) => ({ id, returns: series.get(id) ?? new Float64Array() })));
  await saveCorrelations(
    tx,
    pairs.map(({ a, b, correlation }) => ({
      portfolioId,
      day: close.day,
      left: a,
      right: b,
      r: correlation.kind === 'value' ? fractionText(new Decimal(correlation.r)) : null,
      overlap: correlation.overlap,
      splicedDays: daysOf(a, b),
      computedAt: now,
    })),
  );
  const sets = setsInForce(loaded.evaluation.sets, close.closedAt);
  const verdicts = checkLimits(
    pairs.map((pair) => ({
      measure: 'correlation' as const,
      scope: { kind: 'portfolio' as const, id: portfolioId },
      subject: pairSubject(pair.a, pair.b),
      reading: readingOf(pair, daysOf(pair.a, pair.b)),
    })),
    sets,
    close.closedAt,
  ).map((v) => labelled(v, pairLabel(v.subject ?? '', loaded)));
  if (close.isKnown) return verdicts;
  const changes = driveByClose(verdicts, close, closing);
  await applyChanges(tx, changes, { loaded, state, verdicts, now, late: false });
  await keepFigures(tx, portfolioId, state, verdicts);
  for (const change of changes) {
    const asked = responsesOf(change).find(({ response }) => response.proposal === 'cut-capital');
    if (asked) await proposeCut(tx, { ...asked, key: change.key, at: change.at }, verdicts, series, closing);
  }
  return verdicts;
}

type Series = { live: Map<string, Map<string, number>>; backtests: Map<string, Map<string, number>> };
/** Days that a close looks back on: what an edge is measured over, and correlation within them. */
const LOOKED_BACK = 252;

/** Returns of every strategy by day, as far back as the first of these closes looks, and of their approved backtests. */
async function loadSeries(
  tx: Tx,
  closes: readonly CorrelatedClose[],
  { portfolio }: Closing['loaded'],
): Promise<Series> {
  const ids = [...new Set(closes.flatMap(({ strategies }) => strategies))];
  const wanted = { days: LOOKED_BACK + closes.length, until: closes.at(-1)?.day ?? '' };
  const { days, series } = await returnsOf(portfolio.id, ids, wanted, tx);
  const live = ids.map((id) => {
    const own = series.get(id);
    const returns = days.flatMap((d, i) => (own && !Number.isNaN(own[i]) ? [[d, own[i] as number] as const] : []));
    return [id, new Map(returns)] as const;
  });
  return { live: new Map(live), backtests: await backtestReturns(ids, tx) };
}

/** Each strategy's returns on the portfolio's sessions; days before its launch are those of its approved backtest. */
function splicedSeries(
  { day, strategies }: CorrelatedClose,
  { live, backtests }: Series,
  { evaluation }: Closing['loaded'],
): Map<string, Spliced> {
  const axis = sessionAxis(evaluation.calendar, day, LOOKED_BACK);
  // Where its own returns begin is not known from a later day either.
  const upTo = (id: string) => new Map([...(live.get(id) ?? [])].filter(([at]) => at <= day));
  return new Map([...strategies].sort().map((id) => [id, splice(axis, upTo(id), backtests.get(id) ?? null)]));
}

/** The names of a pair: "Trend SPX / Momentum US". */
const pairLabel = (subject: string, loaded: Closing['loaded']): string =>
  subject
    .split('+')
    .map((id) => loaded.strategies.find((s) => s.id === id)?.name ?? id)
    .join(' / ');

/** Feeds the closes to the confirmation windows and episodes inside the state, in place: it is saved by the caller. */
function driveByClose(verdicts: readonly Verdict[], { day, closedAt }: CorrelatedClose, { state }: Closing): Change[] {
  const changes: Change[] = [];
  for (const verdict of verdicts) {
    const key = limitKey(verdict);
    const level = levelOf(verdict.utilisation);
    const confirmation = level ? confirm(state.windows[key] ?? [], { at: closedAt, level }, CLOSE_CONFIRMATION) : null;
    if (confirmation) state.windows[key] = confirmation.window;
    const result = advanceEpisode(state.episodes[key] ?? null, {
      key,
      measure: 'correlation',
      scope: verdict.scope,
      subject: verdict.subject,
      at: closedAt,
      day,
      confirmed: confirmation?.confirmed ?? null,
      softLevel: softLevelOf(verdict.limit),
      verdict,
      within: isWithin(verdict),
      recovered: { hard: verdict.recovered, soft: verdict.state === 'within' },
    });
    if (result.episode) state.episodes[key] = result.episode;
    changes.push(...result.changes);
  }
  return changes;
}

/** Sharpe over the last 252 days, annualised; null under 30 days or without variance. */
export function sharpeOf(returns: Float64Array): number | null {
  const values = Array.from(returns)
    .filter((r) => !Number.isNaN(r))
    .slice(-252);
  if (values.length < 30) return null;
  const mean = values.reduce((sum, r) => sum + r, 0) / values.length;
  const variance = values.reduce((sum, r) => sum + (r - mean) ** 2, 0) / (values.length - 1);
  return variance > 0 ? (mean / Math.sqrt(variance)) * Math.sqrt(252) : null;
}

async function proposeCut(
  tx: Tx,
  asked: AskedResponse & { key: string; at: Date },
  verdicts: readonly Verdict[],
  series: Map<string, Float64Array>,
  { loaded, now }: Closing,
): Promise<void> {
  const verdict = verdicts.find((v) => limitKey(v) === asked.key);
  const episode = await findNewest(tx, loaded.portfolio.id, asked.key);
  const [left, right] = (verdict?.subject ?? '').split('+').map((id) => loaded.strategies.find((s) => s.id === id));
  if (!verdict || !episode || !left || !right) return;
  const side = (s: typeof left) => ({
    strategy: s.id,
    name: s.name,
    sharpe: sharpeOf(series.get(s.id) ?? new Float64Array()),
    since: s.createdAt,
  });
  await insertProposal(
    tx,
    episode,
    rungKey({ change: asked, isAgain: asked.isAgain }),
    verdict,
    diversify(side(left), side(right)),
    now,
    loaded.portfolio.id,
    RISK_JOB,
  );
}
