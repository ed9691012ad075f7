import 'server-only';
import { recordEvent } from '../audit/record';
import { expectationOf } from '../evidence/store';
import { authorize } from '../identity/authorize';
import { consumeStepUp } from '../identity/step-up';
import { enabledPeopleWith } from '../identity/store';
import { type Actor, actorRef, rolesIn } from '../kernel/actor';
import { DomainError, notFound } from '../kernel/errors';
import { newId } from '../kernel/ids';
import { inTransaction, publish, type Tx } from '../kernel/transaction';
import {
  approvalVerdict,
  type BaselineContent,
  type BaselineSpans,
  baselineHash,
  type Expectation,
  refusalsOf,
  spanOf,
  type TakenIn,
  takeBaseline,
} from './baseline';
import { measuredIn } from './measured-store';
import {
  type BaselineRow,
  findLaunchSubject,
  findNewestBaseline,
  insertBaseline,
  type LaunchSubject,
  lockBaseline,
  lockLaunchRow,
  supersedeProposals,
  updateBaseline,
} from './store';

/** The operation a second factor names when it approves; its content is the baseline's hash. */
export const APPROVE_BASELINE = 'baseline.approve';

export type ProposeInput = {
  launchId: string;
  takenIn: TakenIn;
  /** Hours up to now that it is taken from. */
  hours: number;
  /** Saturating metrics measured as headroom used. */
  headroom: string[];
};

/**
 * Proposes the raw minutes of the last hours as the baseline of a launch; a proposal nobody decided is replaced. Throws
 * NOTHING_MEASURED when they hold no minute.
 */
export async function proposeBaseline(actor: Actor, input: ProposeInput): Promise<{ id: string; version: number }> {
  return inTransaction(async (tx, now) => {
    const launch = await findLaunchSubject(input.launchId, tx);
    if (!launch) throw notFound('The launch');
    authorize(actor, 'baseline.approve', { portfolioId: launch.portfolioId });
    await lockLaunchRow(tx, launch.launchId);
    const content = await contentOf(tx, launch, input, now);
    if (content.spans.metrics.length === 0) {
      throw new DomainError(
        'NOTHING_MEASURED',
        'Nothing was measured in that span. Choose one in which the engine pushed metrics.',
      );
    }
    const version = ((await findNewestBaseline(launch.launchId, tx))?.version ?? 0) + 1;
    await supersedeProposals(tx, launch.launchId, now, `Replaced by version ${version}.`);
    const id = newId();
    const hash = baselineHash(content);
    await insertBaseline(tx, {
      id,
      launchId: launch.launchId,
      version,
      ...content,
      contentHash: hash,
      proposedBy: actorRef(actor),
      proposedByName: actor.name,
      proposedAt: now,
      approvals: [],
    });
    record(tx, 'baseline.proposed', actor, launch, id, { version, contentHash: hash, takenIn: input.takenIn });
    publish(tx, 'reports');
    return { id, version };
  });
}

async function contentOf(tx: Tx, launch: LaunchSubject, input: ProposeInput, now: Date): Promise<BaselineContent> {
  const { from, to } = spanOf(input.hours, now);
  return takeBaseline({
    ...input,
    from,
    to,
    measured: await measuredIn(launch, from, to, tx),
    expectation: await expectationFor(tx, launch),
  });
}

async function expectationFor(tx: Tx, launch: LaunchSubject): Promise<Expectation> {
  const found = await expectationOf(launch.releaseId, tx);
  return found
    ? { kind: 'approved', backtestId: found.id, name: found.nameInFile, digest: found.digest }
    : { kind: 'none' };
}

/**
 * One approval of a proposed baseline, with a fresh second factor over its hash. The second of two people (never the
 * proposer) puts it in force. Throws BASELINE_SATURATED, SELF_APPROVAL, ALREADY_APPROVED, STEP_UP_REQUIRED, FORBIDDEN.
 */
export async function approveBaseline(
  actor: Actor,
  input: { id: string; stepUp: string },
): Promise<{ approved: boolean }> {
  return inTransaction(async (tx, now) => {
    const { row, launch } = await locked(tx, input.id);
    const leave = authorize(actor, 'baseline.approve', { portfolioId: launch.portfolioId });
    if (actor.kind !== 'person' || leave !== 'one-of-two') {
      throw new DomainError('FORBIDDEN', 'You may propose a baseline. Two of Risk officer and Manager approve it.');
    }
    const standing = await standingApprovals(tx, row, launch);
    const verdict = approvalVerdict({ ...factsOf(row), approvals: standing }, actor.personId);
    if (verdict.kind === 'refused') throw new DomainError(verdict.code, verdict.message);
    const { factor } = await consumeStepUp(tx, actor, {
      token: input.stepUp,
      operation: APPROVE_BASELINE,
      contentHash: row.contentHash,
    });
    const role = rolesIn(actor.grants, launch.portfolioId).find((one) => one === 'risk-officer' || one === 'manager');
    const approval = { personId: actor.personId, name: actor.name, role: role ?? '', at: now.toISOString(), factor };
    const approved = verdict.kind === 'approved';
    await updateBaseline(tx, row.id, {
      approvals: [...standing, approval],
      ...(approved ? { approvedAt: now } : {}),
    });
    const data = { version: row.version, contentHash: row.contentHash };
    record(tx, 'baseline.approval', actor, launch, row.id, data);
    if (approved) record(tx, 'baseline.approved', actor, launch, row.id, data);
    publish(tx, 'reports');
    return { approved };
  });
}

/** Rejects a proposed baseline with a reason. Throws ALREADY_DECIDED, FORBIDDEN. */
export async function rejectBaseline(actor: Actor, input: { id: string; reason: string }): Promise<{ id: string }> {
  return inTransaction(async (tx, now) => {
    const { row, launch } = await locked(tx, input.id);
    const leave = authorize(actor, 'baseline.approve', { portfolioId: launch.portfolioId });
    if (leave === 'propose') throw new DomainError('FORBIDDEN', 'A Risk officer or Manager rejects a baseline.');
    if (row.approvedAt || row.rejectedAt) {
      throw new DomainError('ALREADY_DECIDED', 'This baseline is decided. Nothing was changed.');
    }
    await updateBaseline(tx, row.id, { rejectedAt: now, rejectedWhy: input.reason });
    record(tx, 'baseline.rejected', actor, launch, row.id, { version: row.version, reason: input.reason });
    publish(tx, 'reports');
    return { id: row.id };
  });
}

async function locked(tx: Tx, id: string): Promise<{ row: BaselineRow; launch: LaunchSubject }> {
  const row = await lockBaseline(tx, id);
  const launch = row && (await findLaunchSubject(row.launchId, tx));
  if (!row || !launch) throw notFound('The baseline');
  return { row, launch };
}

/** Approvals of people who may still give them: one disabled or demoted since counts no more. */
async function standingApprovals(tx: Tx, row: BaselineRow, launch: LaunchSubject): Promise<BaselineRow['approvals']> {
  const may = new Set(
    (await enabledPeopleWith(['risk-officer', 'manager'], launch.portfolioId, tx)).map((person) => person.id),
  );
  return row.approvals.filter((approval) => may.has(approval.personId));
}

const factsOf = (row: BaselineRow) => ({
  proposedBy: row.proposedBy,
  approvals: row.approvals,
  isDecided: row.approvedAt !== null || row.rejectedAt !== null,
  refusals: refusalsOf(row.spans as BaselineSpans),
});

function record(
  tx: Tx,
  type: string,
  actor: Actor,
  launch: LaunchSubject,
  id: string,
  data: Record<string, unknown>,
): void {
  recordEvent(tx, {
    type,
    actor,
    subject: { kind: 'baseline', id },
    portfolioId: launch.portfolioId,
    launchId: launch.launchId,
    data,
  });
}
