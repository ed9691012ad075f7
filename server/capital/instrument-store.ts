import 'server-only';
import { and, asc, desc, eq, isNotNull, sql as query } from 'drizzle-orm';
import { db } from '@/db/client';
import { instrumentCloses, instruments } from '@/db/schema';
import { Decimal } from '../kernel/decimal';
import type { Tx } from '../kernel/transaction';

type Reader = Tx | typeof db;

export type CloseRow = { instrument: string; day: string; close: string; volume: string | null };

export const saveInstrument = (tx: Tx, row: typeof instruments.$inferInsert) =>
  tx
    .insert(instruments)
    .values(row)
    .onConflictDoUpdate({
      target: [instruments.portfolioId, instruments.instrument],
      set: {
        lot: row.lot,
        multiplier: row.multiplier,
        fx: row.fx,
        ...(row.initialMargin === undefined ? {} : { initialMargin: row.initialMargin }),
        updatedAt: row.updatedAt,
        updatedBy: row.updatedBy,
      },
    });

/** Initial margin by instrument, as a fraction of gross; of the others none is asked for. */
export async function marginRates(portfolioId: string, from: Reader = db): Promise<Map<string, Decimal>> {
  const rows = await from
    .select({ instrument: instruments.instrument, rate: instruments.initialMargin })
    .from(instruments)
    .where(and(eq(instruments.portfolioId, portfolioId), isNotNull(instruments.initialMargin)));
  return new Map(rows.map(({ instrument, rate }) => [instrument, new Decimal(rate ?? 0)]));
}

/** Keeps daily closes in one statement. An upload corrects what was there; a snapshot only fills what nobody uploaded. */
export async function saveInstrumentCloses(
  tx: Tx,
  portfolioId: string,
  rows: readonly CloseRow[],
  by: { source: 'snapshot' | 'upload'; at: Date },
): Promise<void> {
  if (rows.length === 0) return;
  await tx.execute(query`
    insert into instrument_closes (portfolio_id, instrument, day, close, volume, source, recorded_at)
    select distinct on (instrument, day) ${portfolioId}, instrument, day, close, volume, ${by.source}, ${by.at.toISOString()}::timestamptz
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r(instrument text, day text, close numeric, volume numeric)
    on conflict (portfolio_id, instrument, day) do update set close = excluded.close, volume = coalesce(excluded.volume, instrument_closes.volume),
      source = excluded.source, recorded_at = excluded.recorded_at
    where excluded.source = 'upload' or instrument_closes.source = 'snapshot'`);
}

/** The newest closes of an instrument, oldest first. */
export async function newestCloses(
  portfolioId: string,
  instrument: string,
  most: number,
  from: Reader = db,
): Promise<{ day: string; close: string }[]> {
  const rows = await from
    .select({ day: instrumentCloses.day, close: instrumentCloses.close })
    .from(instrumentCloses)
    .where(and(eq(instrumentCloses.portfolioId, portfolioId), eq(instrumentCloses.instrument, instrument)))
    .orderBy(desc(instrumentCloses.day))
    .limit(most);
  return rows.reverse();
}

/** Instruments of a portfolio that are registered or have daily closes, by name, with how many closes are known. */
export async function listInstruments(portfolioId: string, from: Reader = db) {
  const counted = await from
    .select({ instrument: instrumentCloses.instrument, closes: query<number>`count(*)::int` })
    .from(instrumentCloses)
    .where(eq(instrumentCloses.portfolioId, portfolioId))
    .groupBy(instrumentCloses.instrument);
  const registered = await from
    .select()
    .from(instruments)
    .where(eq(instruments.portfolioId, portfolioId))
    .orderBy(asc(instruments.instrument));
  const names = new Set([...counted.map((c) => c.instrument), ...registered.map((r) => r.instrument)]);
  return [...names].sort().map((instrument) => ({
    instrument,
    lot: registered.find((r) => r.instrument === instrument)?.lot ?? null,
    closes: counted.find((c) => c.instrument === instrument)?.closes ?? 0,
  }));
}
