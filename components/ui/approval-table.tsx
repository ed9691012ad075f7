import type { ReactNode } from 'react';
import { cx } from './cx';
import { shortHash } from './format';
import type { Instant } from './instant';
import { Initials, Status } from './status';
import { Table } from './table';
import { Time } from './time';

export type ApprovalRow = {
  key: string;
  role: string;
  /** Initials of who decided or is asked; null while nobody is named. */
  person: string | null;
  decision: 'awaited' | 'approved' | 'rejected' | 'voided' | 'expired';
  /** Reason of a rejection or of the change that voided it. */
  reason?: ReactNode;
  boundHash?: string;
  at?: Instant;
  action?: ReactNode;
};

const KIND = {
  awaited: 'awaiting',
  approved: 'approved',
  rejected: 'rejected',
  voided: 'voided',
  expired: 'expired',
} as const;
const WORD = {
  awaited: 'Awaited',
  approved: 'Approved',
  rejected: 'Rejected',
  voided: 'Voided by change',
  expired: 'Expired',
} as const;

/** Who must approve, who did, and to which content it is bound. */
export function ApprovalTable({
  label = 'Approvals',
  rows,
  empty,
}: {
  label?: string;
  rows: readonly ApprovalRow[];
  empty?: ReactNode;
}) {
  return (
    <Table
      label={label}
      rows={rows}
      rowKey={(row) => row.key}
      empty={empty}
      columns={[
        { key: 'role', head: 'Role', cell: (row) => row.role },
        {
          key: 'person',
          head: 'Person',
          cell: (row) =>
            row.person ? (
              <span className="inline-flex items-center gap-1.5">
                <Initials>{row.person}</Initials>
                {row.person}
              </span>
            ) : (
              <span className="text-ink-3">nobody yet</span>
            ),
        },
        {
          key: 'decision',
          head: 'Decision',
          cell: (row) => (
            <Status kind={KIND[row.decision]} detail={row.reason}>
              {WORD[row.decision]}
            </Status>
          ),
        },
        {
          key: 'bound',
          head: 'Bound to',
          cell: (row) =>
            row.boundHash ? (
              <span
                className={cx('mono', row.decision === 'voided' && 'text-ink-3 line-through')}
                title={row.boundHash}
              >
                {shortHash(row.boundHash)}
              </span>
            ) : null,
        },
        { key: 'at', head: 'When', cell: (row) => (row.at ? <Time at={row.at} className="text-ink-2" /> : null) },
        { key: 'action', head: <span className="sr-only">Action</span>, numeric: true, cell: (row) => row.action },
      ]}
    />
  );
}
