import 'server-only';
import { recordEvent } from '../audit/record';
import { authorize } from '../identity/authorize';
import { consumeStepUp } from '../identity/step-up';
import { type Actor, actorRef, rolesIn } from '../kernel/actor';
import { DomainError, notFound } from '../kernel/errors';
import { inTransaction, publish, type Tx } from '../kernel/transaction';
import { APPROVE_EXPECTATION, type ExpectationFacts, verdictWith } from './expectation';
import {
  approvalsOf,
  type BacktestRow,
  deleteApprovals,
  insertApproval,
  lockBacktest,
  lockRelease,
  mayApproveNow,
  retireExpectation,
  updateBacktest,
} from './store';

/** Proposes a backtest as what its release is expected to do. Throws NOT_FOUND, SUPERSEDED, ALREADY_APPROVED, FORBIDDEN. */
export async function proposeExpectation(actor: Actor, input: { backtestId: string }): Promise<void> {
  await inTransaction(async (tx, now) => {
    const row = await locked(tx, input.backtestId);
    authorize(actor, 'baseline.approve', { portfolioId: row.portfolioId });
    if (row.supersededAt)
      throw new DomainError('SUPERSEDED', 'This reading was replaced by another. Propose the one that stands.');
    if (row.approvedAt)
      throw new DomainError('ALREADY_APPROVED', 'This backtest is approved already. Nothing was changed.');
    if (row.proposedAt && !row.rejectedAt) return;
    await deleteApprovals(tx, row.id);
    await updateBacktest(tx, row.id, {
      proposedAt: now,
      proposedBy: actorRef(actor),
      rejectedAt: null,
      rejectionReason: null,
    });
    recordEvent(tx, {
      type: 'evidence.expectation-proposed',
      actor,
      ...about(row),
      data: { backtestId: row.id, digest: row.digest },
    });
    publish(tx, 'evidence');
  });
}

/**
 * One approval of a proposed backtest, with a fresh second factor over its digest. The second of two people makes it the
 * release's expectation and retires the one before. Throws SELF_APPROVAL, NOT_PROPOSED, STEP_UP_REQUIRED, FORBIDDEN.
 */
export async function approveExpectation(
  actor: Actor,
  input: { backtestId: string; stepUp: string },
): Promise<{ approved: boolean; missing: number }> {
  return inTransaction(async (tx, now) => {
    const row = await locked(tx, input.backtestId);
    const leave = authorize(actor, 'baseline.approve', { portfolioId: row.portfolioId });
    if (actor.kind !== 'person' || leave !== 'one-of-two') {
      throw new DomainError('FORBIDDEN', 'You may propose this. Two of Risk officer and Manager approve it.');
    }
    const verdict = verdictWith(await factsOf(tx, row), actor.personId);
    if (verdict.kind === 'refused') throw new DomainError(verdict.code, verdict.message);
    await consumeStepUp(tx, actor, {
      token: input.stepUp,
      operation: APPROVE_EXPECTATION,
      contentHash: row.digest,
    });
    await insertApproval(tx, {
      backtestId: row.id,
      personId: actor.personId,
      name: actor.name,
      roles: rolesIn(actor.grants, row.portfolioId),
      digest: row.digest,
      approvedAt: now,
    });
    recordEvent(tx, {
      type: 'evidence.expectation-approval',
      actor,
      ...about(row),
      data: { backtestId: row.id, digest: row.digest },
    });
    if (verdict.kind === 'approved') {
      const retired = await retireExpectation(tx, row.releaseId, now);
      await updateBacktest(tx, row.id, { approvedAt: now });
      recordEvent(tx, {
        type: 'evidence.expectation-approved',
        actor,
        ...about(row),
        data: { backtestId: row.id, digest: row.digest, retired: retired.map((one) => one.id) },
      });
    }
    publish(tx, 'evidence');
    return { approved: verdict.kind === 'approved', missing: verdict.kind === 'waits' ? verdict.missing : 0 };
  });
}

/** Rejects a proposed backtest with a reason; approvals so far are void. Throws NOT_PROPOSED, FORBIDDEN. */
export async function rejectExpectation(actor: Actor, input: { backtestId: string; reason: string }): Promise<void> {
  await inTransaction(async (tx, now) => {
    const row = await locked(tx, input.backtestId);
    const leave = authorize(actor, 'baseline.approve', { portfolioId: row.portfolioId });
    if (leave === 'propose')
      throw new DomainError('FORBIDDEN', 'You may propose this. A Risk officer or Manager rejects it.');
    if (!row.proposedAt || row.rejectedAt || row.approvedAt)
      throw new DomainError('NOT_PROPOSED', 'This backtest is not waiting for a decision. Nothing was changed.');
    await deleteApprovals(tx, row.id);
    await updateBacktest(tx, row.id, { rejectedAt: now, rejectionReason: input.reason });
    recordEvent(tx, {
      type: 'evidence.expectation-rejected',
      actor,
      ...about(row),
      data: { backtestId: row.id, digest: row.digest, reason: input.reason },
    });
    publish(tx, 'evidence');
  });
}

async function locked(tx: Tx, backtestId: string): Promise<BacktestRow> {
  const row = await lockBacktest(tx, backtestId);
  if (!row) throw notFound('The backtest');
  await lockRelease(tx, row.releaseId);
  return row;
}

const about = (row: BacktestRow) => ({ subject: { kind: 'release', id: row.releaseId }, portfolioId: row.portfolioId });

async function factsOf(tx: Tx, row: BacktestRow): Promise<ExpectationFacts> {
  const approvals = await approvalsOf([row.id], tx);
  const may = await mayApproveNow(
    tx,
    approvals.map((approval) => approval.personId),
    row.portfolioId,
  );
  return {
    ...row,
    approvals: approvals.map(({ personId, digest }) => ({ personId, digest, mayApprove: may.has(personId) })),
  };
}
