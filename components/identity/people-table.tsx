'use client';
import { useSuspenseQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { leaveFor } from '@/server/identity/permissions';
import { ROLE_LABEL } from '@/server/kernel/actor';
import { useMe } from '../shell/me';
import { useTRPC } from '../trpc';
import { Button } from '../ui/button';
import { Status } from '../ui/status';
import { Table } from '../ui/table';
import { PersonPanel } from './person-panel';
import { useScopeName } from './role-choice';

/** Everyone with their roles and whether they have a second factor. */
export function PeopleTable() {
  const trpc = useTRPC();
  const { people } = useSuspenseQuery(trpc.people.list.queryOptions()).data;
  const { grants } = useMe();
  const scopeName = useScopeName();
  const [openId, setOpenId] = useState<string | null>(null);
  const open = people.find((person) => person.id === openId);
  const mayManage = leaveFor(grants, 'people.manage', undefined) !== null;
  return (
    <>
      <Table
        label="People"
        rows={people}
        rowKey={(row) => row.id}
        selectedKey={openId ?? undefined}
        columns={[
          {
            key: 'name',
            head: 'Name',
            cell: (row) => <span className={row.disabledAt ? 'text-ink-3' : 'font-medium'}>{row.name}</span>,
          },
          { key: 'email', head: 'E-mail', deskOnly: true, cell: (row) => row.email },
          {
            key: 'roles',
            head: 'Roles',
            cell: (row) =>
              row.grants.length === 0 ? (
                <span className="text-ink-3">none</span>
              ) : (
                row.grants.map((grant) => (
                  <span key={grant.id} className="mr-3 whitespace-nowrap">
                    {ROLE_LABEL[grant.role]} <span className="text-ink-3">{scopeName(grant.portfolioId)}</span>
                  </span>
                ))
              ),
          },
          {
            key: 'state',
            head: 'State',
            cell: (row) =>
              row.disabledAt ? (
                <Status kind="off">Disabled</Status>
              ) : row.enrolledAt ? (
                <Status kind="verified">Second factor set</Status>
              ) : (
                <Status kind="awaiting">Invited</Status>
              ),
          },
          {
            key: 'manage',
            head: <span className="sr-only">Manage</span>,
            numeric: true,
            cell: (row) =>
              mayManage && (
                <Button size="sm" onClick={() => setOpenId(row.id)} aria-label={`Manage ${row.name}`}>
                  Manage…
                </Button>
              ),
          },
        ]}
      />
      {open && <PersonPanel person={open} onClose={() => setOpenId(null)} />}
    </>
  );
}
