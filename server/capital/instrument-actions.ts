import 'server-only';
import { contentHash } from '../audit/canonical';
import { recordEvent } from '../audit/record';
import { authorize } from '../identity/authorize';
import { type Actor, actorRef } from '../kernel/actor';
import { fractionText, ONE, quantityText } from '../kernel/decimal';
import { DomainError, notFound } from '../kernel/errors';
import { inTransaction, publish, type Tx } from '../kernel/transaction';
import { type InstrumentRow, loosened, loosenedBesideUnit, type RefusedInstrument, type Terms } from './instrument';
import type { RegisteredTerms } from './instrument-correction';
import { correctedMultipliers, registeredTerms } from './instrument-correction-store';
import { isPortfolio, lockRegistered, saveInstrument, saveInstrumentCloses } from './instrument-store';

/**
 * Registers how instruments trade (lot, multiplier, rate, initial margin) and takes their daily closes and volumes. A close told again
 * replaces the one before. Terms that would loosen what limits measure (`loosened`) are refused with their index; their closes
 * are taken. Throws FORBIDDEN, INVALID (a close of a day that has begun nowhere yet), NOT_FOUND (portfolio).
 */
export async function recordInstruments(
  actor: Actor,
  input: { portfolioId: string; instruments: readonly InstrumentRow[] },
): Promise<{ instruments: number; closes: number; refused: RefusedInstrument[] }> {
  const { portfolioId } = input;
  if (actor.kind === 'person') throw new DomainError('FORBIDDEN', 'Market data comes from machines, with an API key.');
  authorize(actor, 'read', { portfolioId, keyScope: 'snapshots:write' });
  return inTransaction(async (tx, now) => {
    if (!(await isPortfolio(tx, portfolioId))) throw notFound('The portfolio');
    refuseDaysToCome(input.instruments, now);
    const rows = input.instruments.flatMap(({ instrument, closes }) =>
      closes.map((c) => ({
        instrument,
        day: c.day,
        close: quantityText(c.close),
        volume: c.volume && quantityText(c.volume),
      })),
    );
    const { changes, refused } = await registerTerms(tx, { actor, portfolioId, instruments: input.instruments, now });
    await saveInstrumentCloses(tx, portfolioId, rows, { source: 'upload', at: now });
    recordEvent(tx, {
      type: 'capital.instruments-recorded',
      actor,
      subject: { kind: 'portfolio', id: portfolioId },
      portfolioId,
      data: {
        instruments: input.instruments.map((i) => i.instrument).slice(0, 50),
        closes: rows.length,
        contentHash: contentHash(rows),
        changes,
        refused: refused.map(({ code, message }) => ({ code, message })).slice(0, 50),
      },
    });
    publish(tx, 'sizing');
    if (changes.length > 0) publish(tx, 'instruments');
    return { instruments: input.instruments.length - refused.length, closes: rows.length, refused };
  });
}

type Change = {
  instrument: string;
  before: Record<string, string | null> | null;
  after: Record<string, string | null>;
};

/** Keeps the terms that a key may state, and tells which of them are others than before. */
async function registerTerms(
  tx: Tx,
  input: { actor: Actor; portfolioId: string; instruments: readonly InstrumentRow[]; now: Date },
): Promise<{ changes: Change[]; refused: RefusedInstrument[] }> {
  const { actor, portfolioId, instruments, now } = input;
  const names = instruments.map(({ instrument }) => instrument);
  const rows = await lockRegistered(tx, portfolioId, names);
  const known = new Map(rows.map((row) => [row.instrument, { ...registeredTerms(row), updatedAt: row.updatedAt }]));
  const corrected = await correctedMultipliers(tx, portfolioId, names);
  const isRegistered = new Set(rows.filter((row) => row.source === 'registered').map((row) => row.instrument));
  const changes: Change[] = [];
  const refused: RefusedInstrument[] = [];
  for (const [index, { instrument, ...stated }] of instruments.entries()) {
    const standing = known.get(instrument);
    const isSilent = [stated.lot, stated.multiplier, stated.fx, stated.initialMargin].every((one) => one === undefined);
    // Closes that come by themselves change no terms.
    if (isSilent) continue;
    const registered = isRegistered.has(instrument) ? standing : undefined;
    // One that nobody knows has a unit when somebody states it, and is never taken for 1 by the way.
    if (!standing && stated.multiplier === undefined && stated.fx === undefined) {
      const message = `${instrument}: state its multiplier (and fx, where it is quoted in another currency). Its closes were taken.`;
      refused.push({ index, code: 'UNIT_UNSTATED', message });
      continue;
    }
    const { initialMargin } = stated.initialMargin === undefined ? (standing ?? { initialMargin: null }) : stated;
    const next: Terms = {
      lot: stated.lot ?? standing?.lot ?? ONE,
      multiplier: stated.multiplier ?? standing?.multiplier ?? ONE,
      fx: stated.fx ?? standing?.fx ?? ONE,
      initialMargin: initialMargin ?? null,
    };
    // A unit that snapshots stated gives way; a lot or margin beside it was stated by people.
    const why = registered
      ? loosened({ ...registered, isCorrected: corrected.has(instrument) }, next, now)
      : standing && loosenedBesideUnit(standing, next);
    if (why) {
      refused.push({ index, code: why.code, message: `${instrument}: ${why.message}` });
      continue;
    }
    const [before, after] = [standing ? wordsOf(standing) : null, wordsOf(next)];
    const isChanged = JSON.stringify(before) !== JSON.stringify(after);
    if (isChanged) changes.push({ instrument, before, after });
    // What is told again as it stands is no registration anew: from when it stands says how far it may fall.
    if (!isChanged && registered) continue;
    await saveInstrument(tx, {
      portfolioId,
      instrument,
      lot: quantityText(next.lot),
      multiplier: quantityText(next.multiplier),
      fx: quantityText(next.fx),
      source: 'registered',
      initialMargin: next.initialMargin && fractionText(next.initialMargin),
      updatedAt: now,
      updatedBy: actorRef(actor),
    });
    known.set(instrument, { ...next, updatedAt: now });
    isRegistered.add(instrument);
  }
  return { changes, refused };
}

const wordsOf = ({ lot, multiplier, fx, initialMargin }: RegisteredTerms) => ({
  lot: (lot ?? ONE).toFixed(),
  multiplier: multiplier.toFixed(),
  fx: fx.toFixed(),
  initialMargin: initialMargin?.toFixed() ?? null,
});

/** The zone that is furthest ahead is 14 h before UTC: a later day has begun nowhere. */
const FURTHEST_AHEAD_MS = 14 * 3_600_000;

function refuseDaysToCome(instruments: readonly InstrumentRow[], now: Date): void {
  const newest = new Date(now.getTime() + FURTHEST_AHEAD_MS).toISOString().slice(0, 10);
  for (const { instrument, closes } of instruments) {
    const ahead = closes.find(({ day }) => day > newest);
    if (ahead)
      throw new DomainError(
        'INVALID',
        `A close of ${instrument} is of ${ahead.day}, which is to come. Correct its day.`,
      );
  }
}
