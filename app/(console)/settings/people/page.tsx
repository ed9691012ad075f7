import type { Metadata } from 'next';
import { InviteForm } from '@/components/identity/invite-form';
import { PeopleTable } from '@/components/identity/people-table';
import { RoleProposals } from '@/components/identity/role-proposals';
import { Note } from '@/components/ui/note';
import { MainAndSide, PageHeader, Region } from '@/components/ui/page';
import { RegionBoundary } from '@/components/ui/region-boundary';
import { leaveFor } from '@/server/identity/permissions';
import { caller, Hydrate, prefetch, trpc } from '@/server/trpc/rsc';

export const metadata: Metadata = { title: 'People' };

export default async function PeoplePage() {
  const { grants } = await (await caller()).identity.me();
  await prefetch(trpc.people.list.queryOptions());
  return (
    <Hydrate>
      <PageHeader title="People" />
      <MainAndSide
        sideLast
        main={
          <Region title="People" flush>
            <RegionBoundary label="People" rows={7}>
              <PeopleTable />
            </RegionBoundary>
          </Region>
        }
        side={
          <>
            <Region title="Waiting for a second person" flush>
              <RegionBoundary label="Proposed roles" rows={2}>
                <RoleProposals />
              </RegionBoundary>
            </Region>
            <Region title="Invite a person">
              {leaveFor(grants, 'people.invite', undefined) ? (
                <InviteForm />
              ) : (
                <Note tone="off" title="An admin invites people.">
                  Ask one; roles of risk officer, manager, board and admin are then agreed by two people.
                </Note>
              )}
            </Region>
          </>
        }
      />
    </Hydrate>
  );
}
