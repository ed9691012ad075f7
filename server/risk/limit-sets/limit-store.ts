import 'server-only';
import { and, desc, eq, gt, inArray, isNotNull, isNull, or, sql as query } from 'drizzle-orm';
import { db } from '@/db/client';
import { limitSets } from '@/db/schema';
import { Decimal } from '../../kernel/decimal';
import type { Tx } from '../../kernel/transaction';
import type { AutomaticKind, AutomaticPolicy } from '../breaches/automatic-policy';
import type { DrawdownBasis } from '../equity-curve';
import { DEFAULT_LIMITS, type Limit, type LimitSet, limitOf, type Measure, type ScopeKind } from '../limit-definition';

import type { LimitRules } from './limit-rules';

type Reader = Tx | typeof db;
export type LimitSetRow = typeof limitSets.$inferSelect;

/** Limits as stored: text decimals; tiers that follow from the hard value are left out unless they were set apart. */
export type StoredLimit = {
  measure: Measure;
  appliesTo: ScopeKind;
  hard: string;
  soft?: string;
  recovery?: string;
  subject?: string;
};
export type StoredLimits = {
  basis?: DrawdownBasis;
  /** Of a portfolio: actions that are sent without waiting for a person. */
  automatic?: AutomaticKind[];
  /** Of a portfolio: when data are unknown, and how many samples confirm, where that is set apart. */
  rules?: LimitRules;
  /** Of an override that begins later than it is approved: ISO 8601 UTC. */
  startsAt?: string;
  limits: StoredLimit[];
};

/** True for a version that overrides one instrument or one measure, beside the sets of the levels. */
export const isOverride = ({ scope }: Pick<LimitSetRow, 'scope'>): boolean =>
  scope === 'instrument' || scope === 'measure';

/** When an override begins to count, where that is later than its approval. */
export function startOf(row: Pick<LimitSetRow, 'limits'>): Date | null {
  const { startsAt } = row.limits as StoredLimits;
  return startsAt ? new Date(startsAt) : null;
}

/** The limits of a version read back, with their tiers. */
export function limitsOf(row: Pick<LimitSetRow, 'scope' | 'limits' | 'change' | 'expiresAt'>): Limit[] {
  const stored = row.limits as StoredLimits;
  const override = row.change === 'tighten' ? ('beside' as const) : ('instead' as const);
  return stored.limits.map((s) => {
    const extra = { subject: s.subject, expiresAt: row.expiresAt ?? undefined };
    const derived = limitOf(s.measure, s.appliesTo, s.hard, extra);
    return {
      ...derived,
      ...(isOverride(row) ? { override, startsAt: startOf(row) } : {}),
      soft: s.soft === undefined ? derived.soft : new Decimal(s.soft),
      recovery: s.recovery === undefined ? derived.recovery : new Decimal(s.recovery),
    };
  });
}

/** Limits as they are stored and hashed. */
export const storedLimit = (limit: Limit): StoredLimit => ({
  measure: limit.measure,
  appliesTo: limit.appliesTo,
  hard: limit.hard.toFixed(),
  soft: limit.soft.toFixed(),
  recovery: limit.recovery.toFixed(),
  ...(limit.subject ? { subject: limit.subject } : {}),
});

export const DEFAULT_SET_ID = '00000000-0000-7000-8000-000000000001';

/**
 * The versions that may be in force for a portfolio, approved ones only: of the firm, the portfolio and its strategies,
 * overrides folded into the portfolio's versions. A portfolio nobody set limits for has the defaults as version 1.
 */
export async function limitSetsOf(
  portfolioId: string,
  from: Reader = db,
): Promise<{
  sets: LimitSet[];
  basis: DrawdownBasis;
  version: number;
  since: Date | null;
  policy: AutomaticPolicy;
  rules: LimitRules;
}> {
  const rows = await approvedVersions(portfolioId, from);
  const newest = rows.find((r) => r.scope === 'portfolio');
  const stored = newest?.limits as StoredLimits | undefined;
  return {
    sets: setsOf(portfolioId, rows),
    basis: stored?.basis ?? 'since-start',
    version: newest?.version ?? 1,
    since: newest?.effectiveAt ?? null,
    rules: stored?.rules ?? {},
    policy: {
      limitSetId: newest?.id ?? DEFAULT_SET_ID,
      version: newest?.version ?? 1,
      kinds: stored?.automatic ?? [],
    },
  };
}

/** Every approved version of a portfolio, its strategies and the firm, and every approved override; newest first. */
export async function approvedVersions(portfolioId: string, from: Reader = db): Promise<LimitSetRow[]> {
  return from
    .select()
    .from(limitSets)
    .where(
      and(
        isNotNull(limitSets.effectiveAt),
        isNull(limitSets.rejectedAt),
        or(eq(limitSets.portfolioId, portfolioId), eq(limitSets.scope, 'firm')),
      ),
    )
    .orderBy(desc(limitSets.version));
}

/** The sets that these approved versions (newest first) make, with the defaults of the portfolio below them. */
export function setsOf(portfolioId: string, rows: readonly LimitSetRow[]): LimitSet[] {
  const overrides = rows.filter(isOverride);
  const defaults: LimitSet = {
    id: DEFAULT_SET_ID,
    level: { kind: 'portfolio', id: portfolioId },
    version: 1,
    effectiveFrom: new Date(0),
    limits: [...DEFAULT_LIMITS],
  };
  const own = rows.filter((r) => !isOverride(r)).map(setFrom);
  return [defaults, ...own].map((set) => (set.level.kind === 'portfolio' ? withOverrides(set, overrides) : set));
}

const setFrom = (row: LimitSetRow): LimitSet => ({
  id: row.id,
  level: { kind: row.scope as ScopeKind, id: row.scopeId === '' ? null : row.scopeId },
  version: row.version,
  effectiveFrom: row.effectiveAt as Date,
  limits: limitsOf({ ...row, expiresAt: null }),
});

/**
 * Overrides stand in the set newest first: the newest that runs counts for its instrument or measure, and what stood before
 * a temporary one stands again when that ends.
 */
function withOverrides(set: LimitSet, overrides: readonly LimitSetRow[]): LimitSet {
  const added = overrides.flatMap(limitsOf);
  return { ...set, limits: [...set.limits, ...added] };
}

/** Every version of a portfolio's limits and overrides, newest first, proposals that wait included. */
export async function listLimitVersions(portfolioId: string, from: Reader = db): Promise<LimitSetRow[]> {
  return from
    .select()
    .from(limitSets)
    .where(or(eq(limitSets.portfolioId, portfolioId), eq(limitSets.scope, 'firm')))
    .orderBy(desc(limitSets.proposedAt));
}

/** Proposals nobody has decided on, of these portfolios (null: all). */
export async function listWaitingLimits(portfolioIds: string[] | null, from: Reader = db): Promise<LimitSetRow[]> {
  const ids =
    portfolioIds === null
      ? undefined
      : or(
          eq(limitSets.scope, 'firm'),
          inArray(limitSets.portfolioId, portfolioIds.length ? portfolioIds : [DEFAULT_SET_ID]),
        );
  return from
    .select()
    .from(limitSets)
    .where(and(isNull(limitSets.effectiveAt), isNull(limitSets.rejectedAt), ids))
    .orderBy(desc(limitSets.proposedAt));
}

export async function lockLimitSet(tx: Tx, id: string): Promise<LimitSetRow | undefined> {
  const [row] = await tx.select().from(limitSets).where(eq(limitSets.id, id)).for('update');
  return row;
}

export async function findLimitSet(id: string, from: Reader = db): Promise<LimitSetRow | undefined> {
  const [row] = await from.select().from(limitSets).where(eq(limitSets.id, id));
  return row;
}

/** The next version number of a scope; the defaults count as version 1 of a portfolio. */
export async function nextVersion(tx: Tx, scope: LimitSetRow['scope'], scopeId: string): Promise<number> {
  const [row] = await tx
    .select({ version: limitSets.version })
    .from(limitSets)
    .where(and(eq(limitSets.scope, scope), eq(limitSets.scopeId, scopeId), gt(limitSets.version, 0)))
    .orderBy(desc(limitSets.version))
    .limit(1);
  return (row?.version ?? (scope === 'portfolio' ? 1 : 0)) + 1;
}

/**
 * One change of limits at a time, in the whole house: each is built on what is in force, and must not miss one that comes
 * into force beside it. Taken before any row of them.
 */
export const lockLimits = async (tx: Tx): Promise<void> => {
  await tx.execute(query`select pg_advisory_xact_lock(hashtext('limits'))`);
};

/** The version of a scope that came into force last; 0 where none did. */
export async function newestInForce(tx: Tx, scope: LimitSetRow['scope'], scopeId: string): Promise<number> {
  const [row] = await tx
    .select({ version: limitSets.version })
    .from(limitSets)
    .where(and(eq(limitSets.scope, scope), eq(limitSets.scopeId, scopeId), isNotNull(limitSets.effectiveAt)))
    .orderBy(desc(limitSets.effectiveAt), desc(limitSets.version))
    .limit(1);
  return row?.version ?? 0;
}

export const insertLimitSet = (tx: Tx, row: typeof limitSets.$inferInsert) => tx.insert(limitSets).values(row);
export const updateLimitSet = (tx: Tx, id: string, change: Partial<typeof limitSets.$inferInsert>) =>
  tx.update(limitSets).set(change).where(eq(limitSets.id, id));
