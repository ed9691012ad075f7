import 'server-only';
import { and, desc, eq, gt, inArray, isNotNull, isNull, sql as query } from 'drizzle-orm';
import { db } from '@/db/client';
import { instrumentCorrections, instruments } from '@/db/schema';
import { Decimal } from '../kernel/decimal';
import type { Tx } from '../kernel/transaction';
import { CORRECTION_HOURS, correctionState, type RegisteredTerms } from './instrument-correction';

type Reader = Tx | typeof db;
export type CorrectionRow = typeof instrumentCorrections.$inferSelect;
export type InstrumentStored = typeof instruments.$inferSelect;

/** A row of the register as its terms. */
export const registeredTerms = (
  row: Pick<InstrumentStored, 'lot' | 'multiplier' | 'fx' | 'initialMargin'>,
): RegisteredTerms => ({
  lot: row.lot === null ? null : new Decimal(row.lot),
  multiplier: new Decimal(row.multiplier),
  fx: new Decimal(row.fx),
  initialMargin: row.initialMargin === null ? null : new Decimal(row.initialMargin),
});

export async function findInstrument(
  portfolioId: string,
  instrument: string,
  from: Reader = db,
): Promise<InstrumentStored | undefined> {
  const [row] = await from
    .select()
    .from(instruments)
    .where(and(eq(instruments.portfolioId, portfolioId), eq(instruments.instrument, instrument)));
  return row;
}

export async function findCorrection(id: string, from: Reader = db): Promise<CorrectionRow | undefined> {
  const [row] = await from.select().from(instrumentCorrections).where(eq(instrumentCorrections.id, id));
  return row;
}

/** Corrections of a portfolio that nobody applied or ended and that have not lapsed, newest first; some may be overtaken. */
export const openCorrections = (portfolioId: string, now: Date, from: Reader = db): Promise<CorrectionRow[]> =>
  from
    .select()
    .from(instrumentCorrections)
    .where(
      and(
        eq(instrumentCorrections.portfolioId, portfolioId),
        isNull(instrumentCorrections.appliedAt),
        isNull(instrumentCorrections.endedAt),
        gt(instrumentCorrections.proposedAt, new Date(now.getTime() - CORRECTION_HOURS * 3_600_000)),
      ),
    )
    .orderBy(desc(instrumentCorrections.proposedAt));

/** Those of them that another person can sign: the register states what they change from. */
export async function correctionsThatWait(portfolioId: string, now: Date, from: Reader = db): Promise<CorrectionRow[]> {
  const open = await openCorrections(portfolioId, now, from);
  const names = open.map(({ instrument }) => instrument);
  const rows = await from
    .select()
    .from(instruments)
    .where(and(eq(instruments.portfolioId, portfolioId), inArray(instruments.instrument, names)));
  const standing = new Map(rows.map((row) => [row.instrument, registeredTerms(row)]));
  return open.filter((row) => correctionState(row, standing.get(row.instrument) ?? null, now) === 'waiting');
}

/** Every correction of an instrument, newest first. */
export const correctionsOf = (portfolioId: string, instrument: string, from: Reader = db): Promise<CorrectionRow[]> =>
  from
    .select()
    .from(instrumentCorrections)
    .where(and(eq(instrumentCorrections.portfolioId, portfolioId), eq(instrumentCorrections.instrument, instrument)))
    .orderBy(desc(instrumentCorrections.proposedAt), desc(instrumentCorrections.id))
    .limit(100);

/** Which of these instruments had their multiplier corrected by people. */
export async function correctedMultipliers(
  tx: Tx,
  portfolioId: string,
  names: readonly string[],
): Promise<ReadonlySet<string>> {
  const rows = await tx
    .selectDistinct({ instrument: instrumentCorrections.instrument })
    .from(instrumentCorrections)
    .where(
      and(
        eq(instrumentCorrections.portfolioId, portfolioId),
        inArray(instrumentCorrections.instrument, [...names]),
        isNotNull(instrumentCorrections.appliedAt),
        query`jsonb_exists(${instrumentCorrections.change}, 'multiplier')`,
      ),
    );
  return new Set(rows.map(({ instrument }) => instrument));
}

export const insertCorrection = (tx: Tx, row: typeof instrumentCorrections.$inferInsert) =>
  tx.insert(instrumentCorrections).values(row);
export const updateCorrection = (tx: Tx, id: string, change: Partial<typeof instrumentCorrections.$inferInsert>) =>
  tx.update(instrumentCorrections).set(change).where(eq(instrumentCorrections.id, id));
