import 'server-only';
import { and, asc, desc, eq, inArray, isNotNull, isNull, lt, or } from 'drizzle-orm';
import { db } from '@/db/client';
import { tradingLatches } from '@/db/schema';
import type { Tx } from '../kernel/transaction';
import { type ExitRule, effectiveState, type Latch, type TradingState } from './latch';
import type { ExitApproval } from './lifting';

type Reader = Tx | typeof db;
type Row = typeof tradingLatches.$inferSelect;

/** A latch as stored, with who set it and who has agreed to lift it. */
export type LatchRow = Latch & {
  openedBy: string;
  openedByName: string;
  exitApprovals: ExitApproval[];
  liftedBy: string | null;
  liftReason: string | null;
  falseAlarm: boolean;
  /** What was wrong and what the right figures are; a false alarm is not lifted without. */
  correctedData: string | null;
  reviewDueAt: Date | null;
  reviewedAt: Date | null;
  reviewedByName: string | null;
  reviewNote: string | null;
};

const typed = (row: Row): LatchRow => ({
  id: row.id,
  scope: { kind: row.scope, portfolioId: row.portfolioId, strategyId: row.strategyId },
  state: row.state,
  cause: row.cause as Latch['cause'],
  reason: row.reason,
  exitRule: row.exitRule as ExitRule,
  earliestExitAt: row.earliestExitAt,
  openedAt: row.openedAt,
  liftedAt: row.liftedAt,
  openedBy: row.openedBy,
  openedByName: row.openedByName,
  exitApprovals: row.exitApprovals as ExitApproval[],
  liftedBy: row.liftedBy,
  liftReason: row.liftReason,
  falseAlarm: row.falseAlarm,
  correctedData: row.correctedData,
  reviewDueAt: row.reviewDueAt,
  reviewedAt: row.reviewedAt,
  reviewedByName: row.reviewedByName,
  reviewNote: row.reviewNote,
});

const within = (portfolioIds: string[] | null) =>
  portfolioIds === null
    ? undefined
    : or(
        eq(tradingLatches.scope, 'firm'),
        inArray(tradingLatches.portfolioId, portfolioIds.length ? portfolioIds : [NOBODY]),
      );
const NOBODY = '00000000-0000-0000-0000-000000000000';

/** Latches that are on, of these portfolios (null: all) and of the firm; oldest first. */
export async function listOpenLatches(portfolioIds: string[] | null, from: Reader = db): Promise<LatchRow[]> {
  const rows = await from
    .select()
    .from(tradingLatches)
    .where(and(isNull(tradingLatches.liftedAt), within(portfolioIds)))
    .orderBy(asc(tradingLatches.openedAt));
  return rows.map(typed);
}

/** The newest lifted latches of these portfolios, for the history on the page. */
export async function listLiftedLatches(
  portfolioIds: string[] | null,
  limit = 20,
  from: Reader = db,
): Promise<LatchRow[]> {
  const rows = await from
    .select()
    .from(tradingLatches)
    .where(and(isNotNull(tradingLatches.liftedAt), within(portfolioIds)))
    .orderBy(desc(tradingLatches.liftedAt))
    .limit(limit);
  return rows.map(typed);
}

/** False alarms whose review was due before an instant and is not closed. */
export async function listOverdueReviews(now: Date, from: Reader = db): Promise<LatchRow[]> {
  const rows = await from
    .select()
    .from(tradingLatches)
    .where(and(lt(tradingLatches.reviewDueAt, now), isNull(tradingLatches.reviewedAt)));
  return rows.map(typed);
}

/** The effective trading state of a portfolio, or of one strategy in it. */
export async function tradingStateOf(
  place: { portfolioId: string; strategyId: string | null },
  from: Reader = db,
): Promise<TradingState> {
  return effectiveState(await listOpenLatches([place.portfolioId], from), place);
}

export async function lockLatch(tx: Tx, id: string): Promise<LatchRow | undefined> {
  const [row] = await tx.select().from(tradingLatches).where(eq(tradingLatches.id, id)).for('update');
  return row && typed(row);
}

export async function findLatch(id: string, from: Reader = db): Promise<LatchRow | undefined> {
  const [row] = await from.select().from(tradingLatches).where(eq(tradingLatches.id, id));
  return row && typed(row);
}

export const insertLatch = (tx: Tx, row: typeof tradingLatches.$inferInsert) => tx.insert(tradingLatches).values(row);

export const updateLatch = (tx: Tx, id: string, change: Partial<typeof tradingLatches.$inferInsert>) =>
  tx.update(tradingLatches).set(change).where(eq(tradingLatches.id, id));
