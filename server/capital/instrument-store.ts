import 'server-only';
import { and, asc, desc, eq, inArray, isNotNull, lte, sql as query } from 'drizzle-orm';
import { db } from '@/db/client';
import { instrumentCloses, instruments, portfolios } from '@/db/schema';
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
        source: row.source,
        ...(row.initialMargin === undefined ? {} : { initialMargin: row.initialMargin }),
        updatedAt: row.updatedAt,
        updatedBy: row.updatedBy,
      },
    });

/** What is registered of these instruments, rows locked; a unit that only snapshots stated is not registered. */
export const lockRegistered = (tx: Tx, portfolioId: string, names: readonly string[]) =>
  tx
    .select()
    .from(instruments)
    .where(and(eq(instruments.portfolioId, portfolioId), inArray(instruments.instrument, [...names])))
    .orderBy(asc(instruments.instrument))
    .for('update');

export async function isPortfolio(tx: Tx, id: string): Promise<boolean> {
  const [row] = await tx.select({ id: portfolios.id }).from(portfolios).where(eq(portfolios.id, id));
  return row !== undefined;
}

/** What one unit of an instrument is worth in base currency for each unit of its price. */
export type UnitRow = { instrument: string; multiplier: string; fx: string };

/** Keeps the units of instruments that nobody registered, in one statement; what is registered stands. */
export async function saveHeldUnits(
  tx: Tx,
  portfolioId: string,
  rows: readonly UnitRow[],
  by: { name: string; at: Date },
): Promise<void> {
  if (rows.length === 0) return;
  await tx.execute(query`
    insert into instruments (portfolio_id, instrument, multiplier, fx, source, updated_at, updated_by)
    select ${portfolioId}, instrument, multiplier, fx, 'snapshot', ${by.at.toISOString()}::timestamptz, ${by.name}
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r(instrument text, multiplier numeric, fx numeric)
    on conflict (portfolio_id, instrument) do update set multiplier = excluded.multiplier, fx = excluded.fx,
      updated_at = excluded.updated_at, updated_by = excluded.updated_by
    where instruments.source = 'snapshot'`);
}

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

/** The newest closes of an instrument up to a day (YYYY-MM-DD), oldest first. */
export async function newestCloses(
  portfolioId: string,
  instrument: string,
  { most, until }: { most: number; until: string },
  from: Reader = db,
): Promise<{ day: string; close: string }[]> {
  const rows = await from
    .select({ day: instrumentCloses.day, close: instrumentCloses.close })
    .from(instrumentCloses)
    .where(
      and(
        eq(instrumentCloses.portfolioId, portfolioId),
        eq(instrumentCloses.instrument, instrument),
        lte(instrumentCloses.day, until),
      ),
    )
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
