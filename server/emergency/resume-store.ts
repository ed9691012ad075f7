import 'server-only';
import { type PersonActor, ROLE_LABEL, rolesIn } from '../kernel/actor';
import { closeRefusal, openingOf } from './opening';
import { listOpenings } from './opening-store';
import { RESUME_CHECKLIST, resumeVerdict, standingOf } from './resume';
import { resumeHash, standingsFor } from './resume-actions';
import type { EmergencyRow } from './store';
import type { EmergencyView } from './view';

/** What the systems were told at the resume and answered, and whether people may close it over them. */
export async function openingView(row: EmergencyRow, now: Date): Promise<EmergencyView['opening']> {
  const isOver = row.resumedAt === null || row.supersededBy !== null;
  const openings = isOver ? [] : (await listOpenings(row.id)).map((one) => openingOf(one, now));
  return {
    lines: openings.map(({ id, engineId, engineName, standing, sentence, attempts }) => ({
      commandId: id,
      engineId,
      engineName,
      standing,
      sentence,
      attempts,
    })),
    closeRefusal: row.state === 'resuming' ? closeRefusal(openings) : 'Nothing is waited for.',
  };
}

/** What a resume signs, who has signed, and whether the one who asks may. */
export async function resumeView(actor: PersonActor, row: EmergencyRow): Promise<EmergencyView['resume']> {
  const hash = await resumeHash(row);
  const stands = await standingsFor(row);
  const verdict = resumeVerdict(row.resumeApprovals, { scope: row.scope, contentHash: hash, standing: stands });
  return {
    contentHash: hash,
    checklist: RESUME_CHECKLIST.map(({ key, statement }) => ({
      key,
      statement,
      by: row.resumeChecklist[key]?.by ?? null,
    })),
    approvals: row.resumeApprovals.map((approval) => ({
      name: approval.name,
      role: ROLE_LABEL[approval.role],
      at: new Date(approval.at),
      counts: row.resumedAt !== null || (stands(approval.personId) !== null && approval.contentHash === hash),
    })),
    stillNeeded: row.resumedAt ? null : verdict.kind === 'needs' ? verdict.text : null,
    refusal: refusalOf(actor, row, hash, stands(actor.personId) !== null),
  };
}

function refusalOf(actor: PersonActor, row: EmergencyRow, hash: string, standing: boolean): string | null {
  if (row.resumedAt) return 'Trading has been resumed.';
  if (row.state === 'running') return 'The steps are still running.';
  if (!standing) {
    const ownerId = (row.atStart as { ownerId?: string | null }).ownerId ?? null;
    const why = standingOf(
      { personId: actor.personId, roles: rolesIn(actor.grants, row.portfolioId) },
      { ownerId, otherOfficers: 2 },
    );
    return 'refused' in why ? why.refused : 'You no longer hold a role that may resume.';
  }
  if (row.resumeApprovals.some((held) => held.personId === actor.personId && held.contentHash === hash)) {
    return 'You have signed. Another person must be the second.';
  }
  return null;
}
