import 'server-only';
import type { Actor } from '../../kernel/actor';
import { readNow } from '../../kernel/transaction';
import type { DrawdownBasis } from '../equity-curve';
import type { Measure } from '../limit-definition';
import { ownSet, setsInForce } from '../limits';
import { maxAgeMs } from '../unknown';
import type { LimitVersionView } from '../views/view';
import { contextFor, namesOf } from '../views/view-store';
import { basisText, limitLine, limitTitle, rulesText } from '../views/view-words';
import { ownTiers } from './limit-change';
import { type LimitSetRow, limitSetsOf, limitsFrom, listLimitVersions, type StoredLimits } from './limit-store';

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
        : `${SET_NAME[row.scope](names(row.scopeId))} v${row.version}`,
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
  strategies: { id: string; name: string }[];
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
  const views = rows.map((row) => versionView(row, inForce, now, namesOf(loaded)));
  const own = ownSet(current, portfolioId);
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
    strategies: loaded.strategies.map(({ id, name }) => ({ id, name })),
    basis,
    maxAgeMs: maxAgeMs(loaded.evaluation.reportingIntervalMs),
  };
}
