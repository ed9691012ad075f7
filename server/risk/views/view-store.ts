import 'server-only';
import { visiblePortfolios } from '../../identity/authorize';
import type { Actor } from '../../kernel/actor';
import { Decimal } from '../../kernel/decimal';
import { notFound } from '../../kernel/errors';
import { readNow } from '../../kernel/transaction';
import type { LatchRow } from '../../trading-state/store';
import { listLiftedLatches, listOpenLatches } from '../../trading-state/store';
import { liftContent } from '../decisions/lift-content';
import { type LoadedContext, loadContext } from '../ingest/context-store';
import { findState, listLimitStates } from '../ingest/state-store';
import type { Measure } from '../limit-definition';
import { limitSetsOf } from '../limit-sets/limit-store';
import { limitFor, setsInForce } from '../limits';
import { freshUntil, maxAgeMs } from '../unknown';
import { compareUtilisation, type Utilisation } from '../utilisation';
import type { LatchView, LimitsView, LimitView } from './view';
import { exitText, limitTitle, subjectText } from './view-words';

/** Refuses, as if it were not there, a portfolio the caller may not see. */
function seePortfolio(actor: Actor, portfolioId: string): void {
  const visible = visiblePortfolios(actor);
  if (visible !== null && !visible.includes(portfolioId)) throw notFound('The portfolio');
}

/** The context of a portfolio the caller may see; NOT_FOUND otherwise. */
export async function contextFor(actor: Actor, portfolioId: string): Promise<LoadedContext> {
  seePortfolio(actor, portfolioId);
  const loaded = await loadContext(portfolioId);
  if (!loaded) throw notFound('The portfolio');
  return loaded;
}

export const namesOf = (loaded: LoadedContext) => (id: string) =>
  loaded.strategies.find((s) => s.id === id)?.name ?? id;

/** How old the newest sample may be before it reads as unknown; long while the market is closed. */
export function maxAgeAt(asOf: Date | null, loaded: LoadedContext): number {
  const { calendar, reportingIntervalMs } = loaded.evaluation;
  return asOf
    ? freshUntil(asOf, calendar, reportingIntervalMs).getTime() - asOf.getTime()
    : maxAgeMs(reportingIntervalMs);
}

const utilisationFrom = (text: string | null): Utilisation =>
  text === null
    ? { kind: 'unknown' }
    : text === 'beyond'
      ? { kind: 'beyond' }
      : { kind: 'ratio', ratio: new Decimal(text) };

/** Every limit of a portfolio with its newest verdict, worst first, unknown ones last but counted. */
export async function limitsView(actor: Actor, portfolioId: string): Promise<LimitsView> {
  const loaded = await contextFor(actor, portfolioId);
  const [rows, state, limits, now] = await Promise.all([
    listLimitStates(portfolioId),
    findState(portfolioId),
    limitSetsOf(portfolioId),
    readNow(),
  ]);
  const names = namesOf(loaded);
  const sets = setsInForce(loaded.evaluation.sets, now);
  const views = rows.map(
    (row): LimitView => ({
      key: row.key,
      measure: row.measure as Measure,
      name: limitTitle(row.measure as Measure, row.scope),
      subject: subjectText(row.measure as Measure, row.subject, row.strategyId, names),
      scope: row.scope,
      state: row.verdict,
      value: row.value,
      note: row.note,
      soft: row.soft,
      hard: row.hard,
      direction: row.direction,
      utilisation: row.utilisation,
      headroom: row.headroom,
      headroomAmount: row.headroomAmount,
      sentence: row.sentence,
      asOf: row.asOf,
    }),
  );
  // While nothing is known of the portfolio, nobody knows either that it holds nothing.
  const own = rows.filter((row) => row.scope === 'portfolio' && row.measure !== 'correlation');
  const isKnown = own.some((row) => row.verdict !== 'unknown');
  // Limits nothing has been measured for yet are unknown, not absent.
  for (const measure of ['drawdown', 'dailyLoss', 'position', 'cash', 'correlation'] as const) {
    const limit = limitFor(sets, { measure, appliesTo: 'portfolio', subject: null }, now);
    if (!limit || views.some((v) => v.measure === measure && v.scope === 'portfolio')) continue;
    const nothingHeld = measure === 'position' && isKnown;
    const unmeasured = (measure === 'position' && own[0]?.note) || 'no sample yet';
    const note = nothingHeld ? 'no position is held' : measure === 'correlation' ? 'no pair yet' : unmeasured;
    views.push({
      key: `${measure}|portfolio|${portfolioId}|`,
      measure,
      name: limitTitle(measure, 'portfolio'),
      subject: null,
      scope: 'portfolio',
      state: nothingHeld ? 'within' : 'unknown',
      value: nothingHeld ? '0' : null,
      note,
      soft: limit.soft.toFixed(),
      hard: limit.hard.toFixed(),
      direction: limit.direction,
      utilisation: nothingHeld ? '0' : null,
      headroom: nothingHeld ? limit.hard.toFixed() : null,
      headroomAmount: null,
      sentence: note,
      asOf: nothingHeld ? (state?.asOf ?? null) : null,
    });
  }
  views.sort(
    (a, b) =>
      compareUtilisation(utilisationFrom(a.utilisation), utilisationFrom(b.utilisation)) || a.key.localeCompare(b.key),
  );
  const count = (wanted: LimitView['state']) => views.filter((v) => v.state === wanted).length;
  return {
    version: limits.version,
    since: limits.since,
    rows: views,
    counts: { breach: count('breach'), soft: count('soft'), unknown: count('unknown') },
    currency: loaded.portfolio.currency,
    asOf: state?.asOf ?? null,
    maxAgeMs: maxAgeAt(state?.asOf ?? null, loaded),
  };
}

function latchView(row: LatchRow, loaded: LoadedContext): LatchView {
  const strategy = row.scope.strategyId ? namesOf(loaded)(row.scope.strategyId) : null;
  return {
    id: row.id,
    state: row.state,
    place: row.scope.kind === 'firm' ? 'The firm' : (strategy ?? loaded.portfolio.name),
    reason: row.reason,
    cause: row.cause.label,
    openedByName: row.openedByName,
    openedAt: row.openedAt,
    exit: exitText(row.exitRule, row.cause.kind),
    earliestExitAt: row.earliestExitAt,
    liftsByItself:
      row.exitRule === 'timed' ||
      (row.exitRule === 'fresh-samples' && row.state === 'REDUCING') ||
      row.cause.kind === 'emergency',
    approvals: row.exitApprovals.map(({ name, role, at }) => ({ name, role, at })),
    contentHash: liftContent(row, false),
    falseAlarmHash: liftContent(row, true),
    correctedData: row.correctedData,
    falseAlarm: row.falseAlarm,
    reviewDueAt: row.reviewDueAt,
    reviewedAt: row.reviewedAt,
    reviewedByName: row.reviewedByName,
    reviewNote: row.reviewNote,
    liftedAt: row.liftedAt,
    liftReason: row.liftReason,
  };
}

/** Latches that are on for a portfolio, and the newest that came off. */
export async function latchesView(
  actor: Actor,
  portfolioId: string,
): Promise<{ open: LatchView[]; lifted: LatchView[] }> {
  const loaded = await contextFor(actor, portfolioId);
  const [open, lifted] = await Promise.all([listOpenLatches([portfolioId]), listLiftedLatches([portfolioId], 8)]);
  return { open: open.map((l) => latchView(l, loaded)), lifted: lifted.map((l) => latchView(l, loaded)) };
}
