import 'server-only';
import { and, desc, eq, inArray, lte, ne, sql as query } from 'drizzle-orm';
import { db } from '@/db/client';
import { dailyCloses, limitStates, riskStates } from '@/db/schema';
import { Decimal } from '../../kernel/decimal';
import type { Tx } from '../../kernel/transaction';
import { EMPTY_STATE, type RiskState } from '../state';
import { decodeState, encodeState } from './state-codec';

type Reader = Tx | typeof db;
export type RiskStateRow = typeof riskStates.$inferSelect;
export type LimitStateRow = typeof limitStates.$inferSelect;

/** The state of a portfolio, its row locked: samples of one portfolio are evaluated one batch at a time. */
export async function lockState(tx: Tx, portfolioId: string): Promise<{ row: RiskStateRow; state: RiskState }> {
  await tx
    .insert(riskStates)
    .values({ portfolioId, state: encodeState(EMPTY_STATE), version: 0 })
    .onConflictDoNothing();
  const [row] = await tx.select().from(riskStates).where(eq(riskStates.portfolioId, portfolioId)).for('update');
  if (!row) throw new Error('the risk state vanished');
  return { row, state: decodeState<RiskState>(row.state) };
}

export const saveState = (tx: Tx, portfolioId: string, change: Partial<typeof riskStates.$inferInsert>) =>
  tx
    .update(riskStates)
    .set({ ...change, version: query`${riskStates.version} + 1` })
    .where(eq(riskStates.portfolioId, portfolioId));

/** How often the state was stored, as this transaction has left it. */
export async function stateVersion(tx: Tx, portfolioId: string): Promise<number> {
  const [row] = await tx
    .select({ version: riskStates.version })
    .from(riskStates)
    .where(eq(riskStates.portfolioId, portfolioId));
  return row?.version ?? 0;
}

export async function findState(portfolioId: string, from: Reader = db): Promise<RiskStateRow | undefined> {
  const [row] = await from.select().from(riskStates).where(eq(riskStates.portfolioId, portfolioId));
  return row;
}

export async function listStates(portfolioIds: string[] | null, from: Reader = db): Promise<RiskStateRow[]> {
  if (portfolioIds !== null && portfolioIds.length === 0) return [];
  return from
    .select()
    .from(riskStates)
    .where(portfolioIds === null ? undefined : inArray(riskStates.portfolioId, portfolioIds));
}

/** Portfolios in which silence confirms a breach at an instant. */
export async function listSilenceDue(at: Date, from: Reader = db): Promise<string[]> {
  const rows = await from
    .select({ id: riskStates.portfolioId })
    .from(riskStates)
    .where(lte(riskStates.silenceDueAt, at));
  return rows.map((row) => row.id);
}

/** A statement takes 65,535 values, and each verdict has 19. */
const ROWS_A_STATEMENT = 2_000;

/** Writes the newest verdict of each limit and drops those of positions and strategies that are not measured any more. */
export async function saveLimitStates(
  tx: Tx,
  portfolioId: string,
  rows: readonly (typeof limitStates.$inferInsert)[],
): Promise<void> {
  if (rows.length === 0) return;
  for (let from = 0; from < rows.length; from += ROWS_A_STATEMENT)
    await writeVerdicts(tx, rows.slice(from, from + ROWS_A_STATEMENT));
  const keys = rows.map((r) => r.key);
  await tx.execute(
    query`delete from limit_states where portfolio_id = ${portfolioId} and (measure = 'position' or scope = 'strategy') and key not in (select jsonb_array_elements_text(${JSON.stringify(keys)}::jsonb))`,
  );
}

async function writeVerdicts(tx: Tx, rows: readonly (typeof limitStates.$inferInsert)[]): Promise<void> {
  await tx
    .insert(limitStates)
    .values([...rows])
    .onConflictDoUpdate({
      target: [limitStates.portfolioId, limitStates.key],
      set: {
        verdict: query`excluded.verdict`,
        value: query`excluded.value`,
        amount: query`excluded.amount`,
        note: query`excluded.note`,
        soft: query`excluded.soft`,
        hard: query`excluded.hard`,
        utilisation: query`excluded.utilisation`,
        headroom: query`excluded.headroom`,
        headroomAmount: query`excluded.headroom_amount`,
        sentence: query`excluded.sentence`,
        asOf: query`excluded.as_of`,
        evaluatedAt: query`excluded.evaluated_at`,
      },
    });
}

export async function listLimitStates(portfolioId: string, from: Reader = db): Promise<LimitStateRow[]> {
  return from.select().from(limitStates).where(eq(limitStates.portfolioId, portfolioId));
}

/**
 * Nothing fresh is known: every limit that samples measure reads unknown until they come again. Correlations are of closed
 * days, which no silence makes older; only the next close writes them.
 */
export const markUnknown = (tx: Tx, portfolioId: string, why: string, at: Date) =>
  tx
    .update(limitStates)
    .set({ verdict: 'unknown', utilisation: null, headroom: null, headroomAmount: null, note: why, evaluatedAt: at })
    .where(
      and(
        eq(limitStates.portfolioId, portfolioId),
        ne(limitStates.verdict, 'unknown'),
        ne(limitStates.measure, 'correlation'),
      ),
    )
    .returning({ key: limitStates.key });

/** A closed day of a portfolio (empty subject) or strategy, decimals and instants as text. */
export type NewClose = {
  portfolioId: string;
  subject: string;
  day: string;
  equity: string;
  netFlow: string;
  unitValue: string;
  maxUnitValue: string;
  simpleReturn: string | null;
  checkpoint: unknown;
  source: string;
  closedAt: string;
};

/** Keeps closed days in one statement, however many a history brings; a day that is told again is written again. */
export async function saveCloses(tx: Tx, rows: readonly NewClose[]): Promise<void> {
  if (rows.length === 0) return;
  await tx.execute(query`
    insert into daily_closes (portfolio_id, subject, day, equity, net_flow, unit_value, max_unit_value, simple_return, checkpoint, source, closed_at)
    select "portfolioId", subject, day, equity, "netFlow", "unitValue", "maxUnitValue", "simpleReturn", nullif(checkpoint, 'null'), source, "closedAt"
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as row("portfolioId" uuid, subject text, day text, equity numeric, "netFlow" numeric,
      "unitValue" numeric, "maxUnitValue" numeric, "simpleReturn" numeric, checkpoint jsonb, source text, "closedAt" timestamptz)
    on conflict (portfolio_id, subject, day) do update set equity = excluded.equity, net_flow = excluded.net_flow, unit_value = excluded.unit_value,
      max_unit_value = excluded.max_unit_value, simple_return = excluded.simple_return, checkpoint = excluded.checkpoint`);
}

/** Which of these days of a portfolio were told as closed before. */
export async function closedDays(tx: Tx, portfolioId: string, days: readonly string[]): Promise<Set<string>> {
  const rows = await tx
    .select({ day: dailyCloses.day })
    .from(dailyCloses)
    .where(
      and(
        eq(dailyCloses.portfolioId, portfolioId),
        eq(dailyCloses.subject, ''),
        inArray(dailyCloses.day, [...days]),
        ne(dailyCloses.source, 'backtest'),
      ),
    );
  return new Set(rows.map((row) => row.day));
}

/** The newest state that was kept at the close of a day at or before an instant, to evaluate late rows from. */
export async function checkpointBefore(
  portfolioId: string,
  at: Date,
  from: Reader = db,
): Promise<{ state: RiskState; at: Date } | null> {
  const [row] = await from
    .select({ checkpoint: dailyCloses.checkpoint, closedAt: dailyCloses.closedAt })
    .from(dailyCloses)
    .where(
      and(
        eq(dailyCloses.portfolioId, portfolioId),
        eq(dailyCloses.subject, ''),
        lte(dailyCloses.closedAt, at),
        query`${dailyCloses.checkpoint} is not null`,
      ),
    )
    .orderBy(desc(dailyCloses.closedAt))
    .limit(1);
  return row ? { state: decodeState<RiskState>(row.checkpoint), at: row.closedAt } : null;
}

/** The last unit value before a day of everything in a portfolio that has one, by subject: what a return counts from. */
export async function unitsBefore(tx: Tx, portfolioId: string, day: string): Promise<Map<string, Decimal>> {
  const rows = await tx.execute<{ subject: string; unit: string | null }>(query`
    select distinct on (subject) subject, unit_value as unit from daily_closes
    where portfolio_id = ${portfolioId} and day < ${day} order by subject, day desc`);
  return new Map(rows.flatMap((r) => (r.unit === null ? [] : [[r.subject, new Decimal(r.unit)]])));
}
