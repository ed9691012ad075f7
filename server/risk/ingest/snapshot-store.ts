import 'server-only';
import { and, asc, desc, eq, gt, gte, isNotNull, lte, sql as query } from 'drizzle-orm';
import { db } from '@/db/client';
import { copyInto } from '@/db/copy';
import { accounts, snapshots } from '@/db/schema';
import { Decimal } from '../../kernel/decimal';
import type { Tx } from '../../kernel/transaction';
import { NEAR_MS } from '../loss-reference';
import type { AccountRow } from '../samples';
import type { Point } from '../state';
import { hotRow, rowMemo } from './hot-row';
import { type DerivedTexts, SNAPSHOT_COLUMNS } from './snapshot-line';
import { accountRowOf, type RowNames, SnapshotRow } from './snapshot-row';

type Reader = Tx | typeof db;

const made = new Set<number>();
/** The bounds of the month that was looked at last: the next row is of it, nearly always. */
let seen = { from: 0, until: 0 };
const monthNumber = (at: Date) => at.getUTCFullYear() * 12 + at.getUTCMonth();
const startOf = (month: number) => Date.UTC(Math.floor(month / 12), month % 12);

/**
 * Makes the monthly partitions that rows of this portfolio's own accounts need; once per month and process. Whose rows they
 * are is asked only when a month is new.
 */
export async function ensureMonths(
  portfolioId: string,
  rows: readonly { row: { account: string; asOf: Date } }[],
): Promise<void> {
  const missing = rows.filter(({ row }) => !isMade(row.asOf)).map(({ row }) => row);
  if (missing.length === 0) return;
  const own = await db.select({ code: accounts.code }).from(accounts).where(eq(accounts.portfolioId, portfolioId));
  const codes = new Set(own.map(({ code }) => code));
  const months = new Set(missing.filter(({ account }) => codes.has(account)).map(({ asOf }) => monthNumber(asOf)));
  for (const month of months) {
    const start = new Date(startOf(month)).toISOString();
    await db.execute(query`select app.ensure_month('snapshots', ${start}::timestamptz)`);
    made.add(month);
  }
}

function isMade(asOf: Date): boolean {
  const at = asOf.getTime();
  if (at >= seen.from && at < seen.until) return true;
  const month = monthNumber(asOf);
  if (!made.has(month)) return false;
  seen = { from: startOf(month), until: startOf(month + 1) };
  return true;
}

/** Content hashes already stored under these sequences of an account. Under the portfolio's lock nothing races it. */
export async function storedSequences(
  tx: Tx,
  accountId: string,
  sequences: readonly number[],
): Promise<Map<number, string>> {
  const [newest] = await tx.execute<{ sequence: string | null }>(
    query`select max(sequence) as sequence from snapshots where account_id = ${accountId}`,
  );
  const upTo = Number(newest?.sequence ?? -1);
  // A feed counts on: its next batch lies after everything stored, and needs no look at each row.
  const within = sequences.filter((sequence) => sequence <= upTo);
  if (within.length === 0) return new Map();
  const rows = await tx.execute<{ sequence: string; content_hash: string }>(
    query`select sequence, content_hash from snapshots where account_id = ${accountId} and sequence in (select value::bigint from jsonb_array_elements_text(${JSON.stringify(within)}::jsonb))`,
  );
  return new Map(rows.map((r) => [Number(r.sequence), r.content_hash]));
}

/** Inserts rows by COPY, as `snapshotLines` writes them: the fastest way in that PostgreSQL has. */
export const insertSnapshots = (tx: Tx, lines: Iterable<string>): Promise<void> =>
  copyInto(tx, `snapshots (${SNAPSHOT_COLUMNS})`, lines);

const pointColumns = {
  at: snapshots.asOf,
  equity: snapshots.portfolioEquity,
  flow: snapshots.cumulativeFlow,
};
type PointRow = { at: Date; equity: string | null; flow: string | null };
const pointFrom = (row: PointRow): Point => ({
  at: row.at,
  equity: new Decimal(row.equity ?? 0),
  cumulativeFlow: new Decimal(row.flow ?? 0),
});

/**
 * Points that samples from `first` to `last` look back on for their rolling 24 h, oldest first: those of the same span a
 * day before, the one they begin from, and where that is not near the first one after. Only sane, evaluated samples.
 */
export async function pointsBehind(portfolioId: string, first: Date, last: Date, from: Reader = db): Promise<Point[]> {
  const dayBefore = (at: Date) => new Date(at.getTime() - 86_400_000);
  const usable = and(
    eq(snapshots.portfolioId, portfolioId),
    isNotNull(snapshots.portfolioEquity),
    eq(snapshots.suspect, false),
  );
  const anchor = await from
    .select(pointColumns)
    .from(snapshots)
    .where(and(usable, lte(snapshots.asOf, dayBefore(first))))
    .orderBy(desc(snapshots.asOf))
    .limit(1);
  const between = await from
    .select(pointColumns)
    .from(snapshots)
    .where(and(usable, gt(snapshots.asOf, dayBefore(first)), lte(snapshots.asOf, dayBefore(last))))
    .orderBy(asc(snapshots.asOf));
  const newest = between.at(-1) ?? anchor[0];
  const isNear = newest && dayBefore(last).getTime() - newest.at.getTime() <= NEAR_MS;
  const after = isNear
    ? []
    : await from
        .select(pointColumns)
        .from(snapshots)
        .where(and(usable, gt(snapshots.asOf, dayBefore(last))))
        .orderBy(asc(snapshots.asOf))
        .limit(1);
  return [...anchor, ...between, ...after].map(pointFrom);
}

/** Rows of a portfolio after an instant, as the evaluator takes them, in no particular order. */
export async function rowsAfter(
  portfolioId: string,
  after: Date,
  names: RowNames,
  from: Reader = db,
): Promise<AccountRow[]> {
  const rows = await from
    .select()
    .from(snapshots)
    .where(and(eq(snapshots.portfolioId, portfolioId), gte(snapshots.asOf, after)));
  const memo = rowMemo();
  return rows.map((stored) => {
    const { accountId, sequence, kind, equity, cash, flows, positions, strategies } = stored;
    const asOf = stored.asOf.toISOString();
    const raw = { account: accountId, asOf, sequence, kind, equity, cash, flows, positions, strategies };
    const { isFreeOfProceeds } = stored;
    return accountRowOf({ ...(hotRow(raw, memo) ?? SnapshotRow.parse(raw)), isFreeOfProceeds }, accountId, names);
  });
}

/** What late rows changed in the rows after them: the derived columns are written again. */
export async function rewriteDerived(
  tx: Tx,
  rows: readonly (DerivedTexts & { accountId: string; sequence: number; asOf: string })[],
): Promise<void> {
  if (rows.length === 0) return;
  await tx.execute(query`
    update snapshots set suspect = row.suspect, portfolio_equity = row."portfolioEquity", portfolio_cash = row."portfolioCash",
      unit_value = row."unitValue", mark_unit_value = row."markUnitValue", cumulative_flow = row."cumulativeFlow"
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as row("accountId" uuid, sequence bigint, "asOf" timestamptz, suspect boolean,
      "portfolioEquity" numeric, "portfolioCash" numeric, "unitValue" numeric, "markUnitValue" numeric, "cumulativeFlow" numeric)
    where snapshots.account_id = row."accountId" and snapshots.sequence = row.sequence and snapshots.as_of = row."asOf"`);
}
