import 'server-only';
import { fingerprintOf } from '../../alerts/fingerprint';
import { raiseAlert } from '../../alerts/raise-actions';
import { recordEvent } from '../../audit/record';
import { authorize } from '../../identity/authorize';
import { job } from '../../kernel/actor';
import { sumOf } from '../../kernel/decimal';
import { log } from '../../kernel/log';
import { attempt, inTransaction, publish, readNow, type Tx } from '../../kernel/transaction';
import { releaseLatch } from '../../trading-state/actions';
import { listOpenLatches } from '../../trading-state/store';
import { releaseDue } from '../breaches/capital-release-actions';
import { watchCommands } from '../breaches/command-watch-actions';
import { evaluateSilence, silenceDueAt } from '../breaches/episode-drive';
import { listProposals, settledActions, updateAction } from '../breaches/episode-store';
import { expireProposals } from '../breaches/proposal-expiry-actions';
import type { Proposal } from '../breaches/proposals';
import { applyChanges } from '../breaches/response-actions';
import { tellStateNow } from '../breaches/restriction-actions';
import { shownOutcome } from '../breaches/shown-targets';
import { answerUnknown } from '../breaches/unknown-actions';
import { tellOverdueReviews } from '../decisions/false-alarm-actions';
import { checkLimits, setsInForce } from '../limits';
import { measurementsOf } from '../measurements';
import { oldestSample, shownBy, totalsOf } from '../samples';
import type { RiskState } from '../state';
import { type Freshness, freshnessOf, gapOf, type UnknownRung } from '../unknown';
import { limitRow } from '../views/limit-row';
import { daysBehind } from './closed-day-store';
import { capitalInForce, type LoadedContext, listPortfolioIds, loadContext } from './context-store';
import { pointsBehind } from './snapshot-store';
import { decodeState, encodeState } from './state-codec';
import { findState, listSilenceDue, lockState, type RiskStateRow, saveLimitStates, saveState } from './state-store';

const CHECK = job('limit-checks');
/** A gap of the watch itself longer than this is not held against the feed. */
const WATCH_GAP_MS = 120_000;

export type PortfolioCheck = {
  portfolioId: string;
  name: string;
  freshness: Freshness['state'] | 'waiting';
  confirmed: number;
  unknown: UnknownRung;
};
export type CheckResult = { portfolios: PortfolioCheck[]; settled: number; escalated: number };

/**
 * Looks at every portfolio without waiting for a sample: what silence confirms, how old the newest data are, the same
 * limits on what is known, latches that end by time, actions the engines have settled, proposals nobody decided on.
 *
 * Called twice it changes nothing more. Returns what was found and done. A portfolio that cannot be checked keeps no other
 * from it; the first pass over all of them done, it throws, so that the job is known to have failed.
 */
export async function runLimitChecks(): Promise<CheckResult> {
  authorize(CHECK, 'read');
  const portfolios: PortfolioCheck[] = [];
  const failures: unknown[] = [];
  for (const id of await listPortfolioIds()) {
    try {
      const check = await inTransaction((tx, now) => checkPortfolio(tx, id, now));
      if (check) portfolios.push(check);
    } catch (error) {
      log.error({ err: error, portfolioId: id }, 'a portfolio could not be checked');
      failures.push(error);
    }
  }
  const settled = await inTransaction(settleActions);
  await inTransaction(expireProposals);
  await inTransaction(releaseDue);
  const escalated = await inTransaction(escalateProposals);
  await inTransaction(tellOverdueReviews);
  await watchCommands();
  if (failures.length > 0) throw new AggregateError(failures, `${failures.length} portfolios could not be checked.`);
  return { portfolios, settled, escalated };
}

/**
 * Looks at the portfolios in which silence confirms a breach by now. Its own turn every second: a breach waits 10 s for the
 * next sample and not for the next round of all checks as well. Returns how many there were.
 */
export async function confirmSilence(): Promise<number> {
  authorize(CHECK, 'read');
  const due = await listSilenceDue(await readNow());
  for (const id of due) {
    try {
      await inTransaction((tx, now) => checkPortfolio(tx, id, now));
    } catch (error) {
      // The round of all checks finds it as well, and fails where it cannot be looked at.
      log.error({ err: error, portfolioId: id }, 'what silence confirms could not be looked at');
    }
  }
  return due.length;
}

async function checkPortfolio(tx: Tx, portfolioId: string, now: Date): Promise<PortfolioCheck | null> {
  const loaded = await loadContext(portfolioId, tx);
  if (!loaded) return null;
  const { row, state } = await lockState(tx, portfolioId);
  const quiet = evaluateSilence(state, now);
  await liftTimed(tx, loaded, now);
  const freshness = freshnessOf(
    oldestSample(state.accounts, loaded.evaluation.accounts),
    now,
    loaded.evaluation.calendar,
    loaded.evaluation.reportingIntervalMs,
  );
  const expects = state.live || (await capitalInForce(portfolioId, tx)).length > 0;
  const verdicts = freshness.state === 'fresh' ? await lookAgain(tx, quiet.state, loaded, now) : [];
  await applyChanges(tx, quiet.changes, { loaded, state: quiet.state, verdicts, now, late: false, actor: CHECK });
  const isBlownUp = sumOf(Object.values(state.accounts).map((a) => a.equity)).lte(0);
  const gap = expects ? gapOf(freshness, { isLive: state.live, isBlownUp, verdicts }) : null;
  const unknownSince = gap && since(row, freshness, now);
  const rung = await answerUnknown(tx, loaded, gap && unknownSince && { ...gap, since: unknownSince }, now);
  await saveState(tx, portfolioId, {
    state: encodeState(quiet.state),
    silenceDueAt: silenceDueAt(quiet.state),
    unknownSince,
    checkedAt: now,
    // What was in a row before risk was unknown is not in a row with what comes after.
    ...(gap ? { freshWithin: 0 } : {}),
  });
  return {
    portfolioId,
    name: loaded.portfolio.name,
    freshness: expects ? freshness.state : 'waiting',
    confirmed: quiet.changes.length,
    unknown: rung,
  };
}

/** Since when risk is known to be unknown, for whatever reason: as long as this watch was looking, no longer. */
function since(row: RiskStateRow, freshness: Freshness, now: Date): Date {
  const watched = row.checkedAt !== null && now.getTime() - row.checkedAt.getTime() <= WATCH_GAP_MS;
  if (watched && row.unknownSince) return row.unknownSince;
  if (watched && freshness.state === 'stale')
    return new Date(Math.max(freshness.staleSince.getTime(), row.checkedAt?.getTime() ?? 0));
  return now;
}

/** The same limits on the newest sample, so that a version that came into force is seen before the next one. */
async function lookAgain(tx: Tx, state: RiskState, loaded: LoadedContext, now: Date) {
  if (!state.curve || !state.day || !state.last || !state.live) return [];
  const { evaluation } = loaded;
  const sets = setsInForce(evaluation.sets, now);
  const at = state.last.at;
  const points = await pointsBehind(evaluation.portfolioId, at, at, tx);
  const lookback = { points, ...(await daysBehind(state, evaluation, tx)) };
  const totals = totalsOf(Object.values(state.accounts));
  const verdicts = checkLimits(measurementsOf(state, totals, sets, at, evaluation, lookback), sets, now);
  await saveLimitStates(
    tx,
    evaluation.portfolioId,
    verdicts.map((v) => limitRow(v, evaluation.portfolioId, state, now)),
  );
  return verdicts;
}

async function liftTimed(tx: Tx, loaded: LoadedContext, now: Date): Promise<void> {
  const open = await listOpenLatches([loaded.portfolio.id], tx);
  const due = open.filter((l) => l.exitRule === 'timed' && l.earliestExitAt !== null && l.earliestExitAt <= now);
  for (const latch of due) {
    // On its own: a latch that cannot be lifted must not cost what silence or stale data ask for.
    const lifted = await attempt(tx, async () => {
      await releaseLatch(tx, latch.id, { actor: CHECK, reason: 'Its time is over.' });
      await tellStateNow(tx, latch.scope, loaded, `lift:${latch.id}`, CHECK);
    });
    if (!lifted.ok) log.error({ err: lifted.error, latchId: latch.id }, 'a latch could not be lifted at its time');
  }
}

type Settled = Awaited<ReturnType<typeof settledActions>>[number];

/** What engines say they did counts once a snapshot shows it; null while one may still come. */
async function onceShown(tx: Tx, settled: Settled, now: Date): Promise<Settled | null> {
  const { action, portfolioId, answeredAt } = settled;
  if (settled.state === 'failed' || !SHOWN_ACTIONS.includes(action.type)) return settled;
  const state = decodeState<RiskState>((await findState(portfolioId, tx))?.state ?? { accounts: {} });
  const open = (await loadContext(portfolioId, tx))?.evaluation.accounts ?? [];
  const seen = shownBy(state.accounts, open);
  const outcome = shownOutcome(decodeState<Proposal>(action.params), seen, answeredAt, now);
  if (outcome.kind === 'waits') return null;
  return outcome.kind === 'failed' ? { ...settled, state: 'failed', error: outcome.why } : settled;
}
const SHOWN_ACTIONS: readonly string[] = ['reduce-positions', 'reduce-position', 'raise-cash'];

/** What an engine answered, and a snapshot shows, becomes the state of the action that was sent. */
async function settleActions(tx: Tx, now: Date): Promise<number> {
  const settled: Settled[] = [];
  for (const one of await settledActions(tx)) {
    const shown = await onceShown(tx, one, now);
    if (shown) settled.push(shown);
  }
  for (const { action, portfolioId, state, error } of settled) {
    await updateAction(tx, action.id, { state, settledAt: now, error });
    recordEvent(tx, {
      type: `risk.action-${state}`,
      actor: CHECK,
      subject: { kind: 'breach-action', id: action.id },
      portfolioId,
      data: { type: action.type, commandIds: action.commandIds, error },
    });
  }
  if (settled.length > 0) publish(tx, 'risk');
  return settled.length;
}

/** A proposal nobody decided on in 15 min is told again, one severity up. */
async function escalateProposals(tx: Tx, now: Date): Promise<number> {
  const waiting = await listProposals(null, tx);
  const due = waiting.filter(({ action }) => action.expiresAt !== null && action.expiresAt <= now);
  for (const { action, episode } of due) {
    await updateAction(tx, action.id, { expiresAt: null });
    await raiseAlert(tx, {
      fingerprint: fingerprintOf('risk', 'undecided', { kind: 'breach-action', id: action.id }),
      severity: episode.priority === 'medium' ? 'high' : 'critical',
      title: `${episode.number}: the proposed action waits for a decision`,
      body: `${action.reason}. The action was proposed 15 min ago and nobody has approved or rejected it.`,
      portfolioId: episode.portfolioId,
      strategyId: episode.strategyId,
      subject: { kind: 'breach-episode', id: episode.id },
      link: `/risk?episode=${episode.number}`,
      actor: CHECK,
    });
    recordEvent(tx, {
      type: 'risk.action-escalated',
      actor: CHECK,
      subject: { kind: 'breach-action', id: action.id },
      portfolioId: episode.portfolioId,
      data: { episode: episode.number },
    });
  }
  return due.length;
}
