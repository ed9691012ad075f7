import 'server-only';
import { recordEvent } from '../../audit/record';
import {
  type LeverageState,
  leverageContent,
  leverageFault,
  leverageState,
  maximumAllocation,
  PROPOSAL_HOURS,
} from '../../capital/leverage';
import {
  findLeverage,
  holdLeverage,
  insertLeverage,
  type LeverageRow,
  updateLeverage,
} from '../../capital/leverage-store';
import { listCapital } from '../../capital/store';
import { authorize } from '../../identity/authorize';
import { actorRef, type PersonActor, rolesIn } from '../../kernel/actor';
import { Decimal, fractionText, sumOf } from '../../kernel/decimal';
import { DomainError, notFound } from '../../kernel/errors';
import { percentText } from '../../kernel/format';
import { newId } from '../../kernel/ids';
import { inTransaction, publish, type Tx } from '../../kernel/transaction';
import { isRiskAndManager } from './four-eyes';
import { APPROVERS, addSignature, NEEDS_THE_OTHER } from './signature-actions';

const NOT_WAITING: Record<Exclude<LeverageState, 'waiting'>, string> = {
  'in-force': 'This leverage is in force already. Nothing was changed.',
  expired: 'This leverage has ended. Propose it again.',
  lapsed: `Nobody completed this within ${PROPOSAL_HOURS} h, or before the end it asked for. Propose it again.`,
  'turned-down': 'This proposal was turned down or taken back. Propose it again.',
  withdrawn: 'This leverage was withdrawn. Propose it again.',
};

const tell = (tx: Tx) => {
  for (const topic of ['leverage', 'overview', 'launch', 'launches']) publish(tx, topic);
};

function record(tx: Tx, actor: PersonActor, type: string, row: LeverageRow, data: Record<string, unknown>): void {
  recordEvent(tx, {
    type,
    actor,
    subject: { kind: 'leverage', id: row.id },
    portfolioId: row.portfolioId,
    data: { maximumAllocation: row.maximumAllocation, expiresAt: row.expiresAt?.toISOString() ?? null, ...data },
  });
  tell(tx);
}

/** The row held with its portfolio. */
async function held(tx: Tx, id: string): Promise<{ row: LeverageRow; all: LeverageRow[] }> {
  const found = await findLeverage(id, tx);
  if (!found) throw notFound('The leverage');
  const all = await holdLeverage(tx, found.portfolioId);
  const row = all.find((one) => one.id === id);
  if (!row) throw notFound('The leverage');
  return { row, all };
}

/**
 * Proposes that allocations of a portfolio may sum to `maximum` (a fraction, over 1) until `expiresAt`. Nothing changes
 * before a risk officer and a manager signed. One proposal waits at a time. Throws INVALID, PROPOSAL_OPEN, FORBIDDEN.
 */
export async function proposeLeverage(
  actor: PersonActor,
  input: { portfolioId: string; maximum: string; expiresAt: Date; reason: string },
): Promise<{ id: string }> {
  const { portfolioId, expiresAt, reason } = input;
  authorize(actor, 'limit.loosen', { portfolioId });
  return inTransaction(async (tx, now) => {
    const maximum = new Decimal(input.maximum);
    const fault = leverageFault({ maximum, expiresAt }, now);
    if (fault) throw new DomainError('INVALID', fault.text, { data: { fields: { [fault.field]: [fault.text] } } });
    const all = await holdLeverage(tx, portfolioId);
    const open = all.find((one) => leverageState(one, now) === 'waiting');
    if (open) {
      const text = `A proposal by ${open.proposedByName} waits already. Approve it, or turn it down first.`;
      throw new DomainError('PROPOSAL_OPEN', text);
    }
    const row: LeverageRow = {
      id: newId(),
      portfolioId,
      maximumAllocation: fractionText(maximum),
      reason,
      approvals: [],
      proposedBy: actorRef(actor),
      proposedByName: actor.name,
      proposedAt: now,
      effectiveAt: null,
      expiresAt,
      endedAt: null,
      endedByName: null,
      endedWhy: null,
    };
    await insertLeverage(tx, row);
    record(tx, actor, 'leverage.proposed', row, { reason, contentHash: leverageContent(row) });
    return { id: row.id };
  });
}

/**
 * One person's signature under a proposed leverage, with a second factor over its sum, end and reason. In force when a
 * risk officer and another person who is a manager have signed; it then takes the place of what stood before.
 *
 * Throws NOT_WAITING, SELF_APPROVAL (the same person twice), STEP_UP_REQUIRED, FORBIDDEN.
 */
export async function approveLeverage(
  actor: PersonActor,
  input: { leverageId: string; stepUp: string },
): Promise<{ inForce: boolean; text: string }> {
  return inTransaction(async (tx, now) => {
    const { row, all } = await held(tx, input.leverageId);
    authorize(actor, 'limit.loosen', { portfolioId: row.portfolioId });
    const role = APPROVERS.find((r) => rolesIn(actor.grants, row.portfolioId).includes(r));
    if (!role) throw new DomainError('FORBIDDEN', 'Only a Risk officer or Manager approves leverage.');
    const state = leverageState(row, now);
    if (state !== 'waiting') throw new DomainError('NOT_WAITING', NOT_WAITING[state]);
    const hash = leverageContent(row);
    const stepUp = { token: input.stepUp, operation: 'risk.approve-leverage', contentHash: hash } as const;
    const { portfolioId } = row;
    const signed = { approvals: row.approvals, role, portfolioId, stepUp };
    const { approvals, people, factor } = await addSignature(tx, actor, now, signed);
    const inForce = isRiskAndManager(approvals, people);
    await updateLeverage(tx, row.id, { approvals, effectiveAt: inForce ? now : null });
    const replaced = inForce ? all.filter((one) => leverageState(one, now) === 'in-force') : [];
    for (const one of replaced)
      await updateLeverage(tx, one.id, { endedAt: now, endedByName: actor.name, endedWhy: 'Another took its place.' });
    record(tx, actor, inForce ? 'leverage.in-force' : 'leverage.approved', row, {
      contentHash: hash,
      role,
      factor,
      approvals: approvals.map((a) => a.personId),
      replaced: replaced.map((one) => one.id),
    });
    const share = percentText(row.maximumAllocation, 0);
    return inForce
      ? { inForce, text: `Allocations of this portfolio may sum to ${share} from now on.` }
      : { inForce, text: NEEDS_THE_OTHER };
  });
}

/**
 * Ends leverage at once, or takes back or turns down a proposal; one person, since it only tightens. While more than 100 %
 * is allocated it stops promotions, so a risk officer or manager does it. Nothing is sold and no capital is taken away.
 *
 * Throws NOT_IN_FORCE, NEEDS_RISK_OFFICER, FORBIDDEN.
 */
export async function withdrawLeverage(
  actor: PersonActor,
  input: { leverageId: string; reason: string },
): Promise<void> {
  return inTransaction(async (tx, now) => {
    const { row, all } = await held(tx, input.leverageId);
    const { portfolioId } = row;
    const state = leverageState(row, now);
    const isOwn = row.proposedBy === actorRef(actor);
    if (state === 'waiting' && isOwn) authorize(actor, 'limit.loosen', { portfolioId });
    else if (state === 'waiting') refuseProposer(actor, portfolioId);
    else authorize(actor, 'limit.tighten', { portfolioId });
    if (state !== 'waiting' && state !== 'in-force')
      throw new DomainError('NOT_IN_FORCE', 'This is not in force and does not wait. Nothing was changed.');
    if (state === 'in-force') {
      const allocated = sumOf((await listCapital([portfolioId], tx)).map((one) => new Decimal(one.allocation)));
      const left = maximumAllocation(
        all.filter((one) => one.id !== row.id),
        now,
      );
      const roles = rolesIn(actor.grants, portfolioId);
      if (allocated.gt(left) && !APPROVERS.some((role) => roles.includes(role))) {
        const text = `${percentText(allocated)} is allocated: ending this now stops promotions. A Risk officer or Manager does that.`;
        throw new DomainError('NEEDS_RISK_OFFICER', text, { kind: 'forbidden' });
      }
    }
    await updateLeverage(tx, row.id, { endedAt: now, endedByName: actor.name, endedWhy: input.reason });
    record(tx, actor, state === 'waiting' ? 'leverage.turned-down' : 'leverage.withdrawn', row, {
      reason: input.reason,
    });
  });
}

function refuseProposer(actor: PersonActor, portfolioId: string): void {
  if (authorize(actor, 'limit.loosen', { portfolioId }) === 'propose')
    throw new DomainError('FORBIDDEN', 'Who proposed it, a Risk officer or a Manager takes a proposal back.');
}
