import 'server-only';
import type { Actor } from '../../kernel/actor';
import { readNow } from '../../kernel/transaction';
import { AUTOMATIC_LABEL, type AutomaticKind } from '../breaches/automatic-policy';
import type { DrawdownBasis } from '../equity-curve';
import type { Measure } from '../limit-definition';
import { ownSet, setsInForce } from '../limits';
import { maxAgeMs } from '../unknown';
import type { LimitVersionView } from '../views/view';
import { contextFor, namesOf } from '../views/view-store';
import { basisText, limitLine, limitTitle, rulesText } from '../views/view-words';
import { ownTiers } from './limit-change';
import { CONFIRMED_MEASURES, type ConfirmedMeasure, type Count, countOf, rulesLines } from './limit-rules';
import {
  isOverride,
  type LimitSetRow,
  limitSetsOf,
  limitsOf,
  listLimitVersions,
  type StoredLimits,
  startOf,
} from './limit-store';
import { overrideName } from './override-change';

const SET_NAME = {
  firm: () => 'Limits of the firm',
  portfolio: () => 'Limit set',
  strategy: (name: string) => `Limits of ${name}`,
};

function versionView(
  row: LimitSetRow,
  inForce: ReadonlySet<string>,
  now: Date,
  names: (strategyId: string) => string,
): LimitVersionView {
  const startsAt = startOf(row);
  return {
    id: row.id,
    version: row.version,
    title:
      row.scope === 'instrument' || row.scope === 'measure'
        ? `Override ${overrideName(row)} v${row.version}`
        : `${SET_NAME[row.scope](names(row.scopeId))} v${row.version}`,
    change: row.change,
    reason: row.reason,
    lines: versionLines(row),
    state: stateOf(row, startsAt, inForce, now),
    isOverride: isOverride(row),
    proposedByName: row.proposedByName,
    proposedAt: row.proposedAt,
    effectiveAt: row.effectiveAt,
    startsAt: startsAt && row.effectiveAt && startsAt <= row.effectiveAt ? null : startsAt,
    expiresAt: row.expiresAt,
    approvals: row.approvals.map(({ name, role, at }) => ({ name, role, at })),
    rejectedWhy: row.rejectedWhy,
    endedByName: row.endedByName,
    endedWhy: row.endedWhy,
    contentHash: row.contentHash,
  };
}

function stateOf(
  row: LimitSetRow,
  startsAt: Date | null,
  inForce: ReadonlySet<string>,
  now: Date,
): LimitVersionView['state'] {
  if (row.rejectedAt) return 'rejected';
  if (row.expiresAt && row.expiresAt <= now) return row.endedByName ? 'withdrawn' : 'expired';
  if (!row.effectiveAt) return 'waiting';
  if (startsAt && startsAt > now) return 'scheduled';
  return inForce.has(row.id) ? 'in-force' : 'past';
}

function versionLines(row: LimitSetRow): string[] {
  const stored = row.limits as StoredLimits;
  const kinds = stored.automatic ?? [];
  const automatic =
    kinds.length > 0 ? [`Sent by itself: ${kinds.map((kind) => AUTOMATIC_LABEL[kind]).join(', ')}`] : [];
  const lines = [...limitsOf(row).map(limitLine), ...rulesLines(stored.rules ?? {}), ...automatic];
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
  strategies: { id: string; name: string; ownerId: string }[];
  basis: DrawdownBasis;
  /** Actions that are sent without waiting for a person. */
  automatic: AutomaticKind[];
  maxAgeMs: number;
  /** How many samples confirm a breach. */
  counts: Record<ConfirmedMeasure, Count>;
};

/** Overrides that run: of each place the newest that two people approved, and those that tighten beside it since. */
function overridesInForce(rows: readonly LimitSetRow[], now: Date): string[] {
  const isRunning = (row: LimitSetRow) =>
    row.effectiveAt && !row.rejectedAt && !(row.expiresAt && row.expiresAt <= now) && (startOf(row) ?? now) <= now;
  const hidden = new Set<string>();
  const found: string[] = [];
  for (const row of rows.filter((r) => isOverride(r) && isRunning(r)).sort((a, b) => b.version - a.version)) {
    if (!hidden.has(row.scopeId)) found.push(row.id);
    if (row.change === 'override') hidden.add(row.scopeId);
  }
  return found;
}

/** Versions of the limits and overrides, those that wait first, then newest first. */
export async function limitVersionsView(actor: Actor, portfolioId: string): Promise<LimitVersionsView> {
  const loaded = await contextFor(actor, portfolioId);
  const [rows, { sets, basis, policy, rules }, now] = await Promise.all([
    listLimitVersions(portfolioId),
    limitSetsOf(portfolioId),
    readNow(),
  ]);
  const current = setsInForce(sets, now);
  const inForce = new Set([...current.map((s) => s.id), ...overridesInForce(rows, now)]);
  const views = rows.map((row) => versionView(row, inForce, now, namesOf(loaded)));
  const own = ownSet(current, portfolioId);
  return {
    versions: [...views.filter((v) => v.state === 'waiting'), ...views.filter((v) => v.state !== 'waiting')],
    general: (own?.limits ?? [])
      .filter((l) => l.subject === null && l.appliesTo !== 'firm' && !l.override)
      .map((l) => ({
        measure: l.measure,
        appliesTo: l.appliesTo as 'portfolio' | 'strategy',
        name: limitTitle(l.measure, l.appliesTo),
        hard: l.hard.toFixed(),
        soft: ownTiers(l).soft?.toFixed() ?? null,
        recovery: ownTiers(l).recovery?.toFixed() ?? null,
        line: limitLine(l),
        rules: rulesText(l, rules.confirmation),
      })),
    strategies: loaded.strategies.map(({ id, name, ownerId }) => ({ id, name, ownerId })),
    basis,
    automatic: [...policy.kinds],
    maxAgeMs: maxAgeMs(loaded.evaluation.reportingIntervalMs),
    counts: Object.fromEntries(CONFIRMED_MEASURES.map((one) => [one, countOf(rules, one)])) as Record<
      ConfirmedMeasure,
      Count
    >,
  };
}
