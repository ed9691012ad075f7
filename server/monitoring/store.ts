import 'server-only';
import { and, asc, eq, gte, inArray, lt, sql } from 'drizzle-orm';
import { db } from '@/db/client';
import { metricMinutes } from '@/db/schema';
import type { Tx } from '../kernel/transaction';
import type { Sample } from './samples';

type Reader = Tx | typeof db;
const CHUNK = 500;

/** Stores minute values; one that is there stays as it is. Returns those that were new. */
export async function insertMinutes(tx: Tx, portfolioId: string, samples: Sample[], source: string): Promise<Sample[]> {
  const months = new Set(samples.map((sample) => `${sample.minute.toISOString().slice(0, 7)}-01T00:00:00Z`));
  for (const month of months) await tx.execute(sql`select app.ensure_month('metric_minutes', ${month}::timestamptz)`);
  const made: Sample[] = [];
  for (let at = 0; at < samples.length; at += CHUNK) {
    const rows = await tx
      .insert(metricMinutes)
      .values(samples.slice(at, at + CHUNK).map((sample) => ({ ...sample, portfolioId, source })))
      .onConflictDoNothing()
      .returning();
    made.push(...rows.map(({ portfolioId: _, source: __, ...sample }) => sample));
  }
  return made;
}

export type MinuteValue = { metric: string; minute: Date; value: number; samples: number };

/** Minute values in [from, to) of these subjects in a portfolio, by metric and time. */
export async function findMinutes(
  where: { portfolioId: string; subjects: string[]; from: Date; to: Date },
  reader: Reader = db,
): Promise<MinuteValue[]> {
  return reader
    .select({
      metric: metricMinutes.metric,
      minute: metricMinutes.minute,
      // Several subjects of one launch in a minute: their mean, weighted by what each measured.
      value:
        sql<number>`sum(${metricMinutes.value} * ${metricMinutes.samples}) / sum(${metricMinutes.samples})`.mapWith(
          Number,
        ),
      samples: sql<number>`sum(${metricMinutes.samples})`.mapWith(Number),
    })
    .from(metricMinutes)
    .where(
      and(
        eq(metricMinutes.portfolioId, where.portfolioId),
        inArray(metricMinutes.subject, where.subjects),
        gte(metricMinutes.minute, where.from),
        lt(metricMinutes.minute, where.to),
      ),
    )
    .groupBy(metricMinutes.metric, metricMinutes.minute)
    .orderBy(asc(metricMinutes.metric), asc(metricMinutes.minute));
}
