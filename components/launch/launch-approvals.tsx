'use client';
import { ROLE_LABEL, type Role } from '@/server/kernel/actor';
import type { ApprovalView } from '@/server/launch/view';
import { type ApprovalRow, ApprovalTable } from '../ui/approval-table';
import { Region } from '../ui/page';
import { EmptyState } from '../ui/states';
import { useLaunch } from './use-launch';

const DECISION: Record<ApprovalView['standing'], ApprovalRow['decision']> = {
  counts: 'approved',
  rejected: 'rejected',
  superseded: 'voided',
  voided: 'voided',
  expired: 'expired',
  'not-standing': 'voided',
  excluded: 'voided',
};

function reasonOf(one: ApprovalView): string | undefined {
  switch (one.standing) {
    case 'rejected':
      return one.reason;
    case 'superseded':
      return 'decided anew';
    case 'not-standing':
      return 'the account or role is gone';
    case 'excluded':
      return 'runs or made it';
    case 'voided':
      return one.voidReason ?? 'what it was bound to changed';
    default:
      return one.reason || undefined;
  }
}

/** Who must approve the next gate, who did, and to which content it is bound. */
export function LaunchApprovals({ launchId }: { launchId: string }) {
  const { gate } = useLaunch(launchId);
  if (!gate) return null;
  const awaited = gate.slots
    .filter((slot) => slot.personName === null)
    .map((slot, index) => ({
      key: `awaited-${slot.role}-${index}`,
      role: ROLE_LABEL[slot.role],
      person: null,
      decision: 'awaited' as const,
      boundHash: gate.hash,
    }));
  const given = [...gate.approvals].reverse().map((one) => ({
    key: one.id,
    role: ROLE_LABEL[one.role as Role],
    person: one.personName,
    decision: DECISION[one.standing],
    reason: reasonOf(one),
    boundHash: one.contentHash,
    at: one.decidedAt,
  }));
  return (
    <Region
      title="Approvals"
      flush
      end={<span>{gate.rolesText}; nobody approves what they proposed, ran or made</span>}
    >
      <ApprovalTable rows={[...awaited, ...given]} empty={<EmptyState title="This gate asks for no approval." />} />
    </Region>
  );
}
