import 'server-only';
import { recordEvent } from '../../audit/record';
import {
  CORRECTION_HOURS,
  type CorrectionChange,
  type CorrectionState,
  type CorrectionWish,
  changeOf,
  changesUnit,
  changeText,
  correctionContent,
  correctionKind,
  correctionState,
  type RegisteredTerms,
  termsAfter,
} from '../../capital/instrument-correction';
import {
  type CorrectionRow,
  findCorrection,
  type InstrumentStored,
  insertCorrection,
  openCorrections,
  registeredTerms,
  updateCorrection,
} from '../../capital/instrument-correction-store';
import { lockRegistered, saveInstrument } from '../../capital/instrument-store';
import { authorize } from '../../identity/authorize';
import { actorRef, type PersonActor, type Role, rolesIn } from '../../kernel/actor';
import { fractionText, quantityText } from '../../kernel/decimal';
import { DomainError, notFound } from '../../kernel/errors';
import { newId } from '../../kernel/ids';
import { inTransaction, publish, type Tx } from '../../kernel/transaction';
import { isRiskAndManager } from '../decisions/four-eyes';
import { APPROVERS, addSignature, NEEDS_THE_OTHER } from '../decisions/signature-actions';

/** More than these nobody reads. */
const WAITING_AT_MOST = 50;

const NOT_WAITING: Record<Exclude<CorrectionState, 'waiting'>, string> = {
  applied: 'This correction is in the register already. Nothing was changed.',
  overtaken: 'The register states something else since this was proposed. Look at it, and propose it again.',
  lapsed: `Nobody completed this within ${CORRECTION_HOURS} h. Propose it again.`,
  'turned-down': 'This correction was turned down. Propose it again.',
  'taken-back': 'This correction was taken back. Propose it again.',
};

const tell = (tx: Tx) => {
  for (const topic of ['instruments', 'sizing', 'overview']) publish(tx, topic);
};

/** The row of the register, held: what keys register and what people correct comes one after the other. */
async function held(tx: Tx, portfolioId: string, instrument: string): Promise<InstrumentStored> {
  const [row] = await lockRegistered(tx, portfolioId, [instrument]);
  if (!row) throw notFound('The instrument');
  return row;
}

function roleOf(actor: PersonActor, portfolioId: string): Role {
  const role = APPROVERS.find((one) => rolesIn(actor.grants, portfolioId).includes(one));
  if (!role) throw new DomainError('FORBIDDEN', 'Only a Risk officer or Manager corrects the register.');
  return role;
}

/** Takes a change over into the register. Snapshots state a unit no longer that people have stated. */
async function apply(
  tx: Tx,
  row: InstrumentStored,
  change: CorrectionChange,
  by: { actor: PersonActor; now: Date },
): Promise<void> {
  const next: RegisteredTerms = termsAfter(registeredTerms(row), change);
  await saveInstrument(tx, {
    portfolioId: row.portfolioId,
    instrument: row.instrument,
    multiplier: quantityText(next.multiplier),
    fx: quantityText(next.fx),
    lot: next.lot && quantityText(next.lot),
    initialMargin: next.initialMargin && fractionText(next.initialMargin),
    source: changesUnit(change) ? 'registered' : row.source,
    updatedAt: by.now,
    updatedBy: actorRef(by.actor),
  });
}

function record(tx: Tx, actor: PersonActor, type: string, row: CorrectionRow, data: Record<string, unknown>): void {
  recordEvent(tx, {
    type,
    actor,
    subject: { kind: 'instrument-correction', id: row.id },
    portfolioId: row.portfolioId,
    data: { instrument: row.instrument, change: row.change, contentHash: row.contentHash, ...data },
  });
  tell(tx);
}

/**
 * Corrects registered terms of an instrument, with a second factor over exactly the change and its reason. What makes a
 * unit or a margin larger, or a lot smaller, is in the register at once; what loosens (`correctionKind`) is one signature
 * and waits for that of another person: a risk officer and a manager do it together. One correction of an instrument waits at a time.
 *
 * Throws SAME_TERMS, PROPOSAL_OPEN, TOO_MANY_WAITING, NOT_FOUND (instrument), STEP_UP_REQUIRED, FORBIDDEN.
 */
export async function correctInstrument(
  actor: PersonActor,
  input: { portfolioId: string; instrument: string; wish: CorrectionWish; reason: string; stepUp: string },
): Promise<{ id: string; applied: boolean; text: string }> {
  const { portfolioId, instrument, wish, reason } = input;
  authorize(actor, 'instrument.correct', { portfolioId });
  const role = roleOf(actor, portfolioId);
  return inTransaction(async (tx, now) => {
    const registered = await held(tx, portfolioId, instrument);
    const standing = registeredTerms(registered);
    const change = changeOf(standing, wish);
    const words = changeText(change);
    if (words === '')
      throw new DomainError('SAME_TERMS', `${instrument} is registered like this already. Nothing was changed.`);
    const kind = correctionKind(change);
    const isLooser = kind === 'looser';
    if (isLooser) await refuseMore(tx, { portfolioId, instrument, standing, now });
    const contentHash = correctionContent({ portfolioId, instrument, change, reason });
    const stepUp = { token: input.stepUp, operation: 'risk.correct-instrument', contentHash } as const;
    const { approvals, factor } = await addSignature(tx, actor, now, { approvals: [], role, portfolioId, stepUp });
    const row: CorrectionRow = {
      id: newId(),
      portfolioId,
      instrument,
      kind,
      change,
      reason,
      contentHash,
      proposedBy: actorRef(actor),
      proposedByName: actor.name,
      proposedAt: now,
      approvals,
      appliedAt: isLooser ? null : now,
      endedAt: null,
      endedBy: null,
      endedByName: null,
      endedWhy: null,
    };
    await insertCorrection(tx, row);
    if (!isLooser) await apply(tx, registered, change, { actor, now });
    const type = isLooser ? 'risk.instrument-correction-proposed' : 'risk.instrument-corrected';
    record(tx, actor, type, row, { kind, reason, role, factor, approvals: [actor.personId] });
    const other = role === 'risk-officer' ? 'a Manager' : 'a Risk officer';
    return isLooser
      ? { id: row.id, applied: false, text: `${instrument}: ${words} waits for the signature of ${other}.` }
      : { id: row.id, applied: true, text: `${instrument}: ${words}, from now on.` };
  });
}

/** Refuses a second correction of what one waits for, and more than are read. */
async function refuseMore(
  tx: Tx,
  place: { portfolioId: string; instrument: string; standing: RegisteredTerms; now: Date },
): Promise<void> {
  const { portfolioId, instrument, standing, now } = place;
  const open = await openCorrections(portfolioId, now, tx);
  const own = open.find((row) => row.instrument === instrument && correctionState(row, standing, now) === 'waiting');
  if (own) {
    const text = `A correction of ${instrument} by ${own.proposedByName} waits already. Sign it, or turn it down first.`;
    throw new DomainError('PROPOSAL_OPEN', text);
  }
  if (open.length >= WAITING_AT_MOST) {
    const text = `${WAITING_AT_MOST} corrections of this portfolio wait for a signature. Have them signed or turned down first.`;
    throw new DomainError('TOO_MANY_WAITING', text);
  }
}

/** A correction with the row of the register it concerns, both held. */
async function heldCorrection(tx: Tx, actor: PersonActor, id: string, now: Date) {
  const found = await findCorrection(id, tx);
  if (!found) throw notFound('The correction');
  authorize(actor, 'instrument.correct', { portfolioId: found.portfolioId });
  const registered = await held(tx, found.portfolioId, found.instrument);
  const row = await findCorrection(id, tx);
  if (!row) throw notFound('The correction');
  return { row, registered, state: correctionState(row, registeredTerms(registered), now) };
}

/**
 * The signature of another person under a correction that loosens what limits measure, with a second factor over its content.
 * In the register when a risk officer and another person who is a manager have signed. A rate of exchange that moved
 * meanwhile stays where it is; where what it changes was stated otherwise, nothing is changed.
 *
 * Throws NOT_WAITING, SELF_APPROVAL (the same person twice), STEP_UP_REQUIRED, FORBIDDEN.
 */
export async function approveCorrection(
  actor: PersonActor,
  input: { correctionId: string; stepUp: string },
): Promise<{ applied: boolean; text: string }> {
  return inTransaction(async (tx, now) => {
    const { row, registered, state } = await heldCorrection(tx, actor, input.correctionId, now);
    const { portfolioId, instrument, contentHash } = row;
    const role = roleOf(actor, portfolioId);
    if (state !== 'waiting') throw new DomainError('NOT_WAITING', NOT_WAITING[state]);
    const { approvals, people, factor } = await addSignature(tx, actor, now, {
      approvals: row.approvals,
      role,
      portfolioId,
      stepUp: { token: input.stepUp, operation: 'risk.approve-correction', contentHash },
    });
    const applied = isRiskAndManager(approvals, people);
    await updateCorrection(tx, row.id, { approvals, appliedAt: applied ? now : null });
    if (applied) await apply(tx, registered, row.change, { actor, now });
    record(tx, actor, applied ? 'risk.instrument-corrected' : 'risk.instrument-correction-approved', row, {
      kind: row.kind,
      role,
      factor,
      approvals: approvals.map((one) => one.personId),
    });
    return applied
      ? { applied, text: `${instrument}: ${changeText(row.change)}, from now on.` }
      : { applied, text: NEEDS_THE_OTHER };
  });
}

/** Ends a correction that nobody completed, with a reason: taken back by who proposed it, turned down by another. */
export async function rejectCorrection(
  actor: PersonActor,
  input: { correctionId: string; reason: string },
): Promise<void> {
  return inTransaction(async (tx, now) => {
    const { row, state } = await heldCorrection(tx, actor, input.correctionId, now);
    if (state !== 'waiting' && state !== 'overtaken') throw new DomainError('NOT_WAITING', NOT_WAITING[state]);
    const by = actorRef(actor);
    await updateCorrection(tx, row.id, {
      endedAt: now,
      endedBy: by,
      endedByName: actor.name,
      endedWhy: input.reason,
    });
    const isOwn = row.proposedBy === by;
    record(tx, actor, isOwn ? 'risk.instrument-correction-taken-back' : 'risk.instrument-correction-turned-down', row, {
      reason: input.reason,
    });
  });
}
