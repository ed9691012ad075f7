import 'server-only';
import { contentHash } from '../audit/canonical';
import { recordEvent } from '../audit/record';
import { authorize } from '../identity/authorize';
import { type Actor, actorRef } from '../kernel/actor';
import { fractionText, quantityText } from '../kernel/decimal';
import { DomainError } from '../kernel/errors';
import { inTransaction, publish } from '../kernel/transaction';
import type { InstrumentRow } from './instrument';
import { saveInstrument, saveInstrumentCloses } from './instrument-store';

/**
 * Registers how instruments trade (lot, multiplier, rate, initial margin) and takes their daily closes and volumes. A close told again
 * replaces the one before. Throws FORBIDDEN, INVALID (a close of a day that has begun nowhere yet).
 */
export async function recordInstruments(
  actor: Actor,
  input: { portfolioId: string; instruments: readonly InstrumentRow[] },
): Promise<{ instruments: number; closes: number }> {
  const { portfolioId } = input;
  if (actor.kind === 'person') throw new DomainError('FORBIDDEN', 'Market data comes from machines, with an API key.');
  authorize(actor, 'read', { portfolioId, keyScope: 'snapshots:write' });
  return inTransaction(async (tx, now) => {
    refuseDaysToCome(input.instruments, now);
    const rows = input.instruments.flatMap(({ instrument, closes }) =>
      closes.map((c) => ({
        instrument,
        day: c.day,
        close: quantityText(c.close),
        volume: c.volume && quantityText(c.volume),
      })),
    );
    for (const { instrument, lot, multiplier, fx, initialMargin } of input.instruments) {
      await saveInstrument(tx, {
        portfolioId,
        instrument,
        lot: quantityText(lot),
        multiplier: quantityText(multiplier),
        fx: quantityText(fx),
        source: 'registered',
        // Left out it stays: closes that come without it end no margin.
        ...(initialMargin === undefined ? {} : { initialMargin: initialMargin && fractionText(initialMargin) }),
        updatedAt: now,
        updatedBy: actorRef(actor),
      });
    }
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
      },
    });
    publish(tx, 'sizing');
    return { instruments: input.instruments.length, closes: rows.length };
  });
}

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
