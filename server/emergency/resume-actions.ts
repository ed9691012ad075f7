import 'server-only';
import { contentHash } from '../audit/canonical';
import { recordEvent } from '../audit/record';
import type { CommandScope } from '../engines/messages';
import { authorize } from '../identity/authorize';
import { consumeStepUp } from '../identity/step-up';
import { enabledPeopleWith } from '../identity/store';
import { beginReview } from '../incidents/open-actions';
import { type PersonActor, type Role, rolesIn } from '../kernel/actor';
import { DomainError, notFound } from '../kernel/errors';
import { inTransaction, publish, type Tx } from '../kernel/transaction';
import { tellResumed } from './notice-actions';
import { reopenEngine } from './reopen-actions';
import {
  RESUME_CHECKLIST,
  type ResumeApproval,
  type ResumeVerdict,
  resumeContent,
  resumeVerdict,
  standingOf,
} from './resume';
import { type EmergencyRow, listSteps, lockEmergency, updateEmergency } from './store';
import { releaseLatches } from './supersede-actions';

const TOPICS = ['emergency', 'overview', 'incidents', 'engines', 'risk'];
const factsOf = (row: EmergencyRow) => row.atStart as { ownerId?: string | null; commandScope: CommandScope };

/** The hash of what a resume signs for this emergency as it stands. */
export async function resumeHash(row: EmergencyRow, tx?: Tx): Promise<string> {
  const open = (await listSteps(row.id, tx)).filter(({ state }) => state !== 'verified' && state !== 'skipped');
  const { id, number, scopeKey, severity, state, epoch } = row;
  const openSteps = open.map((step) => `${step.action}:${step.engineName}:${step.state}`);
  return contentHash(resumeContent({ id, number, scopeKey, severity, state, epoch, openSteps }));
}

/** Who counts towards resuming this emergency now, by the roles people hold now. */
export async function standingsFor(row: EmergencyRow, tx?: Tx): Promise<(personId: string) => Role | null> {
  const people = await enabledPeopleWith(['risk-officer', 'manager', 'board', 'engineer'], row.portfolioId, tx);
  const officers = new Set(
    people.filter(({ role }) => role === 'risk-officer' || role === 'manager').map(({ id }) => id),
  );
  return (personId) => {
    const roles = people.filter(({ id }) => id === personId).map(({ role }) => role);
    const standing = standingOf(
      { personId, roles },
      { ownerId: factsOf(row).ownerId ?? null, otherOfficers: officers.size },
    );
    return 'role' in standing ? standing.role : null;
  };
}

/**
 * One person's signed leave to resume, with the whole checklist attested. With the second the halt is lifted, the engines
 * are told, and the incident goes into review. Throws STILL_RUNNING, RESUMED, CHECKLIST_INCOMPLETE, SELF_APPROVAL for a
 * second signature of the same person, FORBIDDEN for who never may, STEP_UP_REQUIRED.
 */
export async function approveResume(
  actor: PersonActor,
  input: { emergencyId: string; checked: string[]; stepUp: string },
): Promise<ResumeVerdict> {
  return inTransaction(async (tx, now) => {
    const row = await lockEmergency(tx, input.emergencyId);
    if (!row) throw notFound('The emergency');
    authorize(actor, 'emergency.resume', { portfolioId: row.portfolioId });
    refuseUnready(row, input.checked);
    const stands = await standingsFor(row, tx);
    const hash = await resumeHash(row, tx);
    const role = stands(actor.personId);
    if (!role) {
      const standing = standingOf(
        { personId: actor.personId, roles: rolesIn(actor.grants, row.portfolioId) },
        { ownerId: factsOf(row).ownerId ?? null, otherOfficers: 2 },
      );
      throw new DomainError(
        'FORBIDDEN',
        'refused' in standing ? standing.refused : 'You no longer hold a role that may resume.',
      );
    }
    if (row.resumeApprovals.some((held) => held.personId === actor.personId && held.contentHash === hash)) {
      throw new DomainError('SELF_APPROVAL', 'You have signed already: another person must be the second.');
    }
    const { factor } = await consumeStepUp(tx, actor, {
      token: input.stepUp,
      operation: 'emergency.resume',
      contentHash: hash,
    });
    const mine: ResumeApproval = {
      personId: actor.personId,
      name: actor.name,
      role,
      at: now.toISOString(),
      factor,
      contentHash: hash,
    };
    const approvals = [
      ...row.resumeApprovals.filter((held) => held.personId !== actor.personId && held.contentHash === hash),
      mine,
    ];
    const by = { by: actor.name, at: now.toISOString() };
    const resumeChecklist = Object.fromEntries(input.checked.map((key) => [key, row.resumeChecklist[key] ?? by]));
    await updateEmergency(tx, row.id, { resumeApprovals: approvals, resumeChecklist });
    recordEvent(tx, {
      type: 'emergency.resume-approved',
      actor,
      subject: { kind: 'emergency', id: row.id },
      portfolioId: row.portfolioId,
      data: { number: row.number, role, factor, contentHash: hash, checked: input.checked },
    });
    const verdict = resumeVerdict(approvals, { scope: row.scope, contentHash: hash, standing: stands });
    if (verdict.kind === 'may') await resume(tx, row, approvals, actor, now);
    for (const topic of TOPICS) publish(tx, topic);
    return verdict;
  });
}

function refuseUnready(row: EmergencyRow, checked: string[]): void {
  if (row.resumedAt) throw new DomainError('RESUMED', 'Trading has been resumed already.');
  if (row.state === 'running') {
    throw new DomainError(
      'STILL_RUNNING',
      'The steps are still running. Resume when they have stopped or ended partial.',
    );
  }
  const missing = RESUME_CHECKLIST.filter(({ key }) => !checked.includes(key));
  if (missing.length > 0) {
    throw new DomainError(
      'CHECKLIST_INCOMPLETE',
      `Not attested: "${missing[0]?.statement}" Each line must be true before trading resumes.`,
      { kind: 'invalid' },
    );
  }
}

async function resume(
  tx: Tx,
  row: EmergencyRow,
  approvals: ResumeApproval[],
  actor: PersonActor,
  now: Date,
): Promise<void> {
  // A new fence ends whatever still runs; a press from here on is a new emergency with a higher epoch.
  await updateEmergency(tx, row.id, {
    state: 'resuming',
    resumedAt: now,
    fence: row.fence + 1,
    leaseOwner: null,
    leaseUntil: null,
  });
  await releaseLatches(tx, row.id, actor, `Resumed by ${approvals.map(({ name }) => name).join(' and ')}.`);
  const engines = new Map((await listSteps(row.id, tx)).map((step) => [step.engineId, step.engineName]));
  const { id, number, isDrill, strategyId } = row;
  const { commandScope } = factsOf(row);
  for (const engineId of engines.keys())
    await reopenEngine(tx, engineId, { id, number, isDrill, strategyId, commandScope, actor });
  recordEvent(tx, {
    type: 'emergency.resumed',
    actor,
    subject: { kind: 'emergency', id: row.id },
    portfolioId: row.portfolioId,
    data: {
      number: row.number,
      approvals: approvals.map(({ personId, name, role }) => ({ personId, name, role })),
      engines: [...engines.values()],
    },
  });
  await beginReview(tx, row.id, actor);
  await tellResumed(tx, row, approvals);
}
