import 'server-only';
import { z } from 'zod';
import {
  CORRECTED,
  type CorrectionWish,
  changeOf,
  changesUnit,
  changeText,
  correctionContent,
  correctionKind,
  correctionState,
  lapsesAt,
  type RegisteredTerms,
  restatedIn,
  termsAfter,
} from '../../capital/instrument-correction';
import {
  type CorrectionRow,
  correctionsOf,
  findInstrument,
  openCorrections,
  registeredTerms,
} from '../../capital/instrument-correction-store';
import { authorize } from '../../identity/authorize';
import type { Actor } from '../../kernel/actor';
import { DomainError, notFound } from '../../kernel/errors';
import { readNow } from '../../kernel/transaction';
import { portfolioById } from '../../portfolios/store';
import { decodeState } from '../ingest/state-codec';
import { findState } from '../ingest/state-store';
import { NOTHING_KNOWN, portfolioNow } from '../orders/order-check-facts';
import type { RiskState } from '../state';
import { CorrectionEffect, correctionEffect } from './correction-effect';

const Change = z.partialRecord(z.enum(CORRECTED), z.object({ from: z.string().nullable(), to: z.string().nullable() }));

export const CorrectionView = z.object({
  id: z.string(),
  instrument: z.string(),
  kind: z.enum(['stricter', 'looser', 'even']),
  change: Change,
  text: z.string(),
  reason: z.string(),
  state: z.enum(['applied', 'waiting', 'overtaken', 'lapsed', 'turned-down', 'taken-back']),
  proposedById: z.string(),
  proposedByName: z.string(),
  proposedAt: z.date(),
  /** When it lapses unless another person signs. */
  lapsesAt: z.date(),
  approvals: z.array(z.object({ personId: z.string(), name: z.string(), role: z.string(), at: z.string() })),
  appliedAt: z.date().nullable(),
  endedAt: z.date().nullable(),
  endedByName: z.string().nullable(),
  endedWhy: z.string().nullable(),
  /** What it states and the register does not any more; empty for what is not in the register. */
  restated: z.array(z.enum(CORRECTED)),
  contentHash: z.string(),
});
export type CorrectionView = z.infer<typeof CorrectionView>;

export const WaitingCorrections = z.object({
  currency: z.string(),
  rows: z.array(CorrectionView.extend({ effect: CorrectionEffect, changesUnit: z.boolean() })),
});
export type WaitingCorrections = z.infer<typeof WaitingCorrections>;

export const CorrectionPreview = z.object({
  currency: z.string(),
  kind: z.enum(['stricter', 'looser', 'even']),
  change: Change,
  text: z.string(),
  /** Snapshots state its unit now, and will not once people have. */
  endsSnapshots: z.boolean(),
  effect: CorrectionEffect,
  contentHash: z.string(),
});
export type CorrectionPreview = z.infer<typeof CorrectionPreview>;

function viewOf(row: CorrectionRow, standing: RegisteredTerms | null, now: Date): CorrectionView {
  return {
    id: row.id,
    instrument: row.instrument,
    kind: row.kind,
    change: row.change,
    text: changeText(row.change),
    reason: row.reason,
    state: correctionState(row, standing, now),
    proposedById: row.proposedBy.replace(/^person:/, ''),
    proposedByName: row.proposedByName,
    proposedAt: row.proposedAt,
    lapsesAt: lapsesAt(row),
    approvals: row.approvals.map(({ personId, name, role, at }) => ({ personId, name, role, at })),
    appliedAt: row.appliedAt,
    endedAt: row.endedAt,
    endedByName: row.endedByName,
    endedWhy: row.endedWhy,
    restated: restatedIn(row, standing),
    contentHash: row.contentHash,
  };
}

async function currencyOf(portfolioId: string): Promise<string> {
  const portfolio = await portfolioById(portfolioId);
  if (!portfolio) throw notFound('The portfolio');
  return portfolio.baseCurrency;
}

/** What the newest snapshots of a portfolio say is held. */
async function heldNow(portfolioId: string) {
  const row = await findState(portfolioId);
  return row ? portfolioNow(row.version, decodeState<RiskState>(row.state), []) : NOTHING_KNOWN;
}

/** Corrections that a person can still sign or end, with what each means for what is held, newest first. */
export async function waitingCorrections(actor: Actor, portfolioId: string): Promise<WaitingCorrections> {
  authorize(actor, 'read', { portfolioId });
  const now = await readNow();
  const [currency, open] = await Promise.all([currencyOf(portfolioId), openCorrections(portfolioId, now)]);
  if (open.length === 0) return { currency, rows: [] };
  const portfolio = await heldNow(portfolioId);
  const rows = await Promise.all(
    open.map(async (row) => {
      const stored = await findInstrument(portfolioId, row.instrument);
      if (!stored) return [];
      const before = registeredTerms(stored);
      const effect = correctionEffect(row.instrument, { before, after: termsAfter(before, row.change) }, portfolio);
      return [{ ...viewOf(row, before, now), effect, changesUnit: changesUnit(row.change) }];
    }),
  );
  return { currency, rows: rows.flat() };
}

/** Every correction of one instrument, newest first: who, when, from what to what, and why. */
export async function correctionHistory(
  actor: Actor,
  input: { portfolioId: string; instrument: string },
): Promise<CorrectionView[]> {
  const { portfolioId, instrument } = input;
  authorize(actor, 'read', { portfolioId });
  const [rows, stored, now] = await Promise.all([
    correctionsOf(portfolioId, instrument),
    findInstrument(portfolioId, instrument),
    readNow(),
  ]);
  const standing = stored ? registeredTerms(stored) : null;
  return rows.map((row) => viewOf(row, standing, now));
}

/**
 * What a correction would change and mean, and the hash that is signed for it. Throws NOT_FOUND (instrument), SAME_TERMS.
 */
export async function previewCorrection(
  actor: Actor,
  input: { portfolioId: string; instrument: string; wish: CorrectionWish; reason: string },
): Promise<CorrectionPreview> {
  const { portfolioId, instrument, wish, reason } = input;
  authorize(actor, 'read', { portfolioId });
  const [currency, stored] = await Promise.all([currencyOf(portfolioId), findInstrument(portfolioId, instrument)]);
  if (!stored) throw notFound('The instrument');
  const before = registeredTerms(stored);
  const change = changeOf(before, wish);
  const text = changeText(change);
  if (text === '')
    throw new DomainError('SAME_TERMS', `${instrument} is registered like this already. Change a figure.`);
  const portfolio = await heldNow(portfolioId);
  return {
    currency,
    kind: correctionKind(change),
    change,
    text,
    endsSnapshots: changesUnit(change) && stored.source === 'snapshot',
    effect: correctionEffect(instrument, { before, after: termsAfter(before, change) }, portfolio),
    contentHash: correctionContent({ portfolioId, instrument, change, reason }),
  };
}
