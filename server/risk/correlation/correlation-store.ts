import 'server-only';
import { and, asc, desc, eq, inArray, lte, sql as query } from 'drizzle-orm';
import { db } from '@/db/client';
import { correlations, dailyCloses } from '@/db/schema';
import type { Tx } from '../../kernel/transaction';

type Reader = Tx | typeof db;
export type CorrelationRow = typeof correlations.$inferSelect;

/**
 * Simple daily returns of subjects over the last days up to `until` that any of them has, aligned by day; NaN where one has
 * none. What closed later is none of it.
 */
export async function returnsOf(
  portfolioId: string,
  subjects: string[],
  { days, until }: { days: number; until: string },
  from: Reader = db,
): Promise<{ days: string[]; series: Map<string, Float64Array> }> {
  if (subjects.length === 0) return { days: [], series: new Map() };
  const rows = await from
    .select({ subject: dailyCloses.subject, day: dailyCloses.day, value: dailyCloses.simpleReturn })
    .from(dailyCloses)
    .where(
      and(
        eq(dailyCloses.portfolioId, portfolioId),
        inArray(dailyCloses.subject, subjects),
        lte(dailyCloses.day, until),
      ),
    )
    .orderBy(desc(dailyCloses.day))
    .limit(days * subjects.length);
  const axis = [...new Set(rows.map((r) => r.day))].sort().slice(-days);
  const place = new Map(axis.map((day, i) => [day, i]));
  const series = new Map(subjects.map((s) => [s, new Float64Array(axis.length).fill(Number.NaN)]));
  for (const row of rows) {
    const index = place.get(row.day);
    const line = series.get(row.subject);
    if (line && index !== undefined && row.value !== null) line[index] = Number(row.value);
  }
  return { days: axis, series };
}

/** Keeps the pairs of a day; a day that is worked out again is written again. */
export async function saveCorrelations(tx: Tx, rows: readonly (typeof correlations.$inferInsert)[]): Promise<void> {
  if (rows.length === 0) return;
  await tx
    .insert(correlations)
    .values([...rows])
    .onConflictDoUpdate({
      target: [correlations.portfolioId, correlations.day, correlations.left, correlations.right],
      set: {
        r: query`excluded.r`,
        overlap: query`excluded.overlap`,
        splicedDays: query`excluded.spliced_days`,
        computedAt: query`excluded.computed_at`,
      },
    });
}

/** The pairs of the newest day that was computed, in a stable order. */
export async function newestCorrelations(portfolioId: string, from: Reader = db): Promise<CorrelationRow[]> {
  const [newest] = await from
    .select({ day: correlations.day })
    .from(correlations)
    .where(eq(correlations.portfolioId, portfolioId))
    .orderBy(desc(correlations.day))
    .limit(1);
  if (!newest) return [];
  return from
    .select()
    .from(correlations)
    .where(and(eq(correlations.portfolioId, portfolioId), eq(correlations.day, newest.day)))
    .orderBy(asc(correlations.left), asc(correlations.right));
}
