import 'server-only';
import { and, asc, desc, eq, gt, gte, isNotNull, lte, sql as query } from 'drizzle-orm';
import { db } from '@/db/client';
import { snapshots } from '@/db/schema';
import { Decimal } from '../kernel/decimal';
import type { Tx } from '../kernel/transaction';
import type { AccountRow } from './samples';
import { accountRowOf, SnapshotRow } from './snapshot-row';
import type { Point } from './state';

type Reader = Tx | typeof db;

export type NewSnapshot = {
  accountId: string;
  sequence: number;
  portfolioId: string;
  kind: 'live' | 'history';
  asOf: string;
  receivedAt: string;
  late: boolean;
  suspect: boolean;
  equity: string;
  cash: string | null;
  netFlow: string;
  flows: unknown;
  positions: unknown;
  strategies: unknown;
  contentHash: string;
  recordedBy: string;
  portfolioEquity: string | null;
  portfolioCash: string | null;
  unitValue: string | null;
  markUnitValue: string | null;
  cumulativeFlow: string | null;
  cumulativeWithdrawals: string | null;
};

const made = new Set<string>();

/** Makes the monthly partitions that rows of these instants need; once per month and process. */
export async function ensureMonths(instants: readonly Date[]): Promise<void> {
  for (const at of instants) {
    const month = at.toISOString().slice(0, 7);
    if (made.has(month)) continue;
    await db.execute(query`select app.ensure_month('snapshots', ${at.toISOString()}::timestamptz)`);
    made.add(month);
  }
}

/** Content hashes already stored under these sequences of an account. Under the portfolio's lock nothing races it. */
export async function storedSequences(
  tx: Tx,
  accountId: string,
  sequences: readonly number[],
): Promise<Map<number, string>> {
  const rows = await tx.execute<{ sequence: string; content_hash: string }>(
    query`select sequence, content_hash from snapshots where account_id = ${accountId} and sequence in (select value::bigint from jsonb_array_elements_text(${JSON.stringify(sequences)}::jsonb))`,
  );
  return new Map(rows.map((r) => [Number(r.sequence), r.content_hash]));
}

/** Inserts rows in one statement, from one JSON parameter: no limit of parameters, one parse. */
export async function insertSnapshots(tx: Tx, rows: readonly NewSnapshot[]): Promise<void> {
  if (rows.length === 0) return;
  await tx.execute(query`
    insert into snapshots (account_id, sequence, portfolio_id, kind, as_of, received_at, late, suspect, equity, cash, net_flow, flows, positions,
      strategies, content_hash, recorded_by, portfolio_equity, portfolio_cash, unit_value, mark_unit_value, cumulative_flow, cumulative_withdrawals)
    select "accountId", sequence, "portfolioId", kind, "asOf", "receivedAt", late, suspect, equity, cash, "netFlow", flows, positions,
      strategies, "contentHash", "recordedBy", "portfolioEquity", "portfolioCash", "unitValue", "markUnitValue", "cumulativeFlow", "cumulativeWithdrawals"
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as row(
      "accountId" uuid, sequence bigint, "portfolioId" uuid, kind text, "asOf" timestamptz, "receivedAt" timestamptz, late boolean,
      suspect boolean, equity numeric, cash numeric, "netFlow" numeric, flows jsonb, positions jsonb, strategies jsonb, "contentHash" text,
      "recordedBy" text, "portfolioEquity" numeric, "portfolioCash" numeric, "unitValue" numeric, "markUnitValue" numeric, "cumulativeFlow" numeric,
      "cumulativeWithdrawals" numeric)
    on conflict do nothing`);
}

const pointColumns = {
  at: snapshots.asOf,
  equity: snapshots.portfolioEquity,
  flow: snapshots.cumulativeFlow,
  withdrawals: snapshots.cumulativeWithdrawals,
};
type PointRow = { at: Date; equity: string | null; flow: string | null; withdrawals: string | null };
const pointFrom = (row: PointRow): Point => ({
  at: row.at,
  equity: new Decimal(row.equity ?? 0),
  cumulativeFlow: new Decimal(row.flow ?? 0),
  cumulativeWithdrawals: new Decimal(row.withdrawals ?? 0),
});

/**
 * Points that samples from `first` to `last` look back on for their rolling 24 h, oldest first: those of the same span a
 * day before, and the one they begin from. Only sane, evaluated samples.
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
  if (anchor.length || between.length) return [...anchor, ...between].map(pointFrom);
  const earliest = await from.select(pointColumns).from(snapshots).where(usable).orderBy(asc(snapshots.asOf)).limit(1);
  return earliest.map(pointFrom);
}

/** Rows of a portfolio after an instant, as the evaluator takes them, in no particular order. */
export async function rowsAfter(
  portfolioId: string,
  after: Date,
  idOf: ReadonlyMap<string, string>,
  from: Reader = db,
): Promise<AccountRow[]> {
  const rows = await from
    .select()
    .from(snapshots)
    .where(and(eq(snapshots.portfolioId, portfolioId), gte(snapshots.asOf, after)));
  return rows.map((row) =>
    accountRowOf(
      SnapshotRow.parse({
        account: row.accountId,
        asOf: row.asOf.toISOString(),
        sequence: row.sequence,
        kind: row.kind,
        equity: row.equity,
        cash: row.cash,
        flows: row.flows,
        positions: row.positions,
        strategies: row.strategies,
      }),
      row.accountId,
      idOf,
    ),
  );
}

/** What late rows changed in the rows after them: the derived columns are written again. */
export async function rewriteDerived(
  tx: Tx,
  rows: readonly Pick<
    NewSnapshot,
    | 'accountId'
    | 'sequence'
    | 'asOf'
    | 'suspect'
    | 'portfolioEquity'
    | 'portfolioCash'
    | 'unitValue'
    | 'markUnitValue'
    | 'cumulativeFlow'
    | 'cumulativeWithdrawals'
  >[],
): Promise<void> {
  await tx.execute(query`
    update snapshots set suspect = row.suspect, portfolio_equity = row."portfolioEquity", portfolio_cash = row."portfolioCash",
      unit_value = row."unitValue", mark_unit_value = row."markUnitValue", cumulative_flow = row."cumulativeFlow", cumulative_withdrawals = row."cumulativeWithdrawals"
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as row("accountId" uuid, sequence bigint, "asOf" timestamptz, suspect boolean,
      "portfolioEquity" numeric, "portfolioCash" numeric, "unitValue" numeric, "markUnitValue" numeric, "cumulativeFlow" numeric, "cumulativeWithdrawals" numeric)
    where snapshots.account_id = row."accountId" and snapshots.sequence = row.sequence and snapshots.as_of = row."asOf"`);
}
