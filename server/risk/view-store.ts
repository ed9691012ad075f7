import 'server-only';
import { visiblePortfolios } from '../identity/authorize';
import type { Actor } from '../kernel/actor';
import { Decimal } from '../kernel/decimal';
import { notFound } from '../kernel/errors';
import { readNow } from '../kernel/transaction';
import type { LatchRow } from '../trading-state/store';
import { listLiftedLatches, listOpenLatches } from '../trading-state/store';
import { type LoadedContext, loadContext } from './context-store';
import { decisionContent } from './decision-content';
import { type ActionRow, actionsOf, type EpisodeRow, listEpisodes } from './episode-store';
import type { DrawdownBasis } from './equity-curve';
import { exitContent } from './exit-content';
import { liftContent } from './lift-content';
import { ownTiers } from './limit-change';
import { limitOf, type Measure } from './limit-definition';
import { type LimitSetRow, limitSetsOf, limitsFrom, listLimitVersions, type StoredLimits } from './limit-store';
import { limitFor, setsInForce } from './limits';
import type { Proposal } from './proposals';
import { decodeState } from './state-codec';
import { findState, listLimitStates } from './state-store';
import { freshUntil, maxAgeMs } from './unknown';
import { compareUtilisation, type Utilisation } from './utilisation';
import type { ActionView, EpisodeView, LatchView, LimitsView, LimitVersionView, LimitView } from './view';
import {
  actionText,
  basisText,
  clearsText,
  exitText,
  limitLine,
  limitTitle,
  rulesText,
  subjectText,
} from './view-words';

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
  // Limits nothing has been measured for yet are unknown, not absent.
  for (const measure of ['drawdown', 'dailyLoss', 'position', 'cash', 'correlation'] as const) {
    const limit = limitFor(sets, { measure, appliesTo: 'portfolio', subject: null }, now);
    if (!limit || views.some((v) => v.measure === measure && v.scope === 'portfolio')) continue;
    const nothingHeld = measure === 'position' && state?.asOf;
    const note = nothingHeld ? 'no position is held' : measure === 'correlation' ? 'no pair yet' : 'no sample yet';
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

const PROPOSALS = ['reduce-positions', 'reduce-position', 'raise-cash', 'cut-capital'];

function actionView(row: ActionRow, loaded: LoadedContext): ActionView {
  const names = namesOf(loaded);
  const proposal =
    PROPOSALS.includes(row.type) && row.rung.includes(':proposal') ? decodeState<Proposal>(row.params) : null;
  const targets = proposal && 'targets' in proposal ? proposal.targets : [];
  return {
    id: row.id,
    type: row.type,
    ...actionText(row.type, proposal, { currency: loaded.portfolio.currency, names }),
    state: row.state,
    automatic: row.automatic,
    proposedAt: row.proposedAt,
    decidedBy: row.decidedByName,
    error: row.error,
    contentHash: decisionContent(row),
    targets: targets.map((t) => ({
      strategy: names(t.strategy),
      instrument: t.instrument,
      from: t.from.toFixed(),
      to: t.to.toFixed(),
    })),
  };
}

function episodeView(row: EpisodeRow, actions: readonly ActionRow[], loaded: LoadedContext): EpisodeView {
  const measure = row.measure as Measure;
  const names = namesOf(loaded);
  const limit = limitOf(measure, 'portfolio', row.limitValue);
  const subject = subjectText(measure, row.subject, row.strategyId, names);
  return {
    id: row.id,
    number: row.number,
    measure,
    title: subject ? `${limitTitle(measure, row.scope)} ${subject}` : limitTitle(measure, row.scope),
    sentence: measure === 'correlation' ? row.sentence.replace(row.subject, subject ?? row.subject) : row.sentence,
    place: row.strategyId ? names(row.strategyId) : loaded.portfolio.name,
    tier: row.tier,
    state: row.state,
    severity: row.severity as EpisodeView['severity'],
    openedAt: row.openedAt,
    clearedAt: row.clearedAt,
    acknowledgedBy: row.acknowledgedByName,
    acceptedUntil: row.acceptedUntil,
    late: row.late,
    clears: clearsText(limit),
    actions: actions.filter((a) => a.episodeId === row.id).map((a) => actionView(a, loaded)),
    exits: {
      rebase: measure === 'drawdown' ? exitContent(row, 'rebase', null) : null,
      accept: exitContent(row, 'accept', ACCEPT_DAYS),
    },
  };
}

/** The days an acceptance is offered for on the page. */
export const ACCEPT_DAYS = 30;

/** Episodes of the last six months and those that run, newest first, with what was done and proposed. */
export async function episodesView(actor: Actor, portfolioId: string): Promise<EpisodeView[]> {
  const loaded = await contextFor(actor, portfolioId);
  const now = await readNow();
  const rows = await listEpisodes(portfolioId, new Date(now.getTime() - 183 * 86_400_000));
  const actions = await actionsOf(rows.map((r) => r.id));
  return rows.map((row) => episodeView(row, actions, loaded));
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
    exit: exitText(row.exitRule, row.state, row.cause.kind),
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

function versionView(row: LimitSetRow, inForce: ReadonlySet<string>, now: Date): LimitVersionView {
  const expired = row.expiresAt !== null && row.expiresAt <= now;
  const state = row.rejectedAt
    ? 'rejected'
    : !row.effectiveAt
      ? 'waiting'
      : expired
        ? 'expired'
        : inForce.has(row.id)
          ? 'in-force'
          : 'past';
  return {
    id: row.id,
    version: row.version,
    title:
      row.scope === 'instrument'
        ? `Override ${row.scopeId.split('/').slice(1).join('/')} v${row.version}`
        : `Limit set v${row.version}`,
    change: row.change,
    reason: row.reason,
    lines: versionLines(row.limits as StoredLimits, row.expiresAt),
    state,
    proposedByName: row.proposedByName,
    proposedAt: row.proposedAt,
    effectiveAt: row.effectiveAt,
    expiresAt: row.expiresAt,
    approvals: row.approvals.map(({ name, role, at }) => ({ name, role, at })),
    rejectedWhy: row.rejectedWhy,
    contentHash: row.contentHash,
  };
}

function versionLines(stored: StoredLimits, expiresAt: Date | null): string[] {
  const lines = limitsFrom(stored, expiresAt).map(limitLine);
  return stored.basis && stored.basis !== 'since-start' ? [...lines, `Drawdown ${basisText(stored.basis)}`] : lines;
}

type LimitVersionsView = {
  versions: LimitVersionView[];
  general: {
    measure: Measure;
    appliesTo: 'portfolio' | 'strategy';
    name: string;
    hard: string;
    /** Set apart from what follows from the hard value; null where it follows. */
    soft: string | null;
    recovery: string | null;
    line: string;
    rules: string;
  }[];
  basis: DrawdownBasis;
  maxAgeMs: number;
};

/** Versions of the limits and overrides, those that wait first, then newest first. */
export async function limitVersionsView(actor: Actor, portfolioId: string): Promise<LimitVersionsView> {
  const loaded = await contextFor(actor, portfolioId);
  const [rows, { sets, basis }, now] = await Promise.all([
    listLimitVersions(portfolioId),
    limitSetsOf(portfolioId),
    readNow(),
  ]);
  const current = setsInForce(sets, now);
  const newestOverride = new Map<string, string>();
  const standing = rows.filter(
    (r) => r.scope === 'instrument' && r.effectiveAt && !(r.expiresAt && r.expiresAt <= now),
  );
  for (const row of standing.sort((a, b) => b.version - a.version)) {
    if (!newestOverride.has(row.scopeId)) newestOverride.set(row.scopeId, row.id);
  }
  const inForce = new Set([...current.map((s) => s.id), ...newestOverride.values()]);
  const views = rows.map((row) => versionView(row, inForce, now));
  const own = current.find((s) => s.level.kind === 'portfolio');
  return {
    versions: [...views.filter((v) => v.state === 'waiting'), ...views.filter((v) => v.state !== 'waiting')],
    general: (own?.limits ?? [])
      .filter((l) => l.subject === null && l.appliesTo !== 'firm')
      .map((l) => ({
        measure: l.measure,
        appliesTo: l.appliesTo as 'portfolio' | 'strategy',
        name: limitTitle(l.measure, l.appliesTo),
        hard: l.hard.toFixed(),
        soft: ownTiers(l).soft?.toFixed() ?? null,
        recovery: ownTiers(l).recovery?.toFixed() ?? null,
        line: limitLine(l),
        rules: rulesText(l),
      })),
    basis,
    maxAgeMs: maxAgeMs(loaded.evaluation.reportingIntervalMs),
  };
}
