import type { Metadata } from 'next';
import { Authenticator } from '@/components/identity/authenticator';
import { Passkeys } from '@/components/identity/passkeys';
import { PasswordForm } from '@/components/identity/password-form';
import { Recovery } from '@/components/identity/recovery';
import { SessionTable } from '@/components/identity/session-table';
import { MainAndSide, PageHeader, Region } from '@/components/ui/page';
import { RegionBoundary } from '@/components/ui/region-boundary';
import { ROLE_LABEL } from '@/server/kernel/actor';
import { caller, Hydrate, prefetch, trpc } from '@/server/trpc/rsc';

export const metadata: Metadata = { title: 'My account' };

export default async function AccountPage() {
  const me = await (await caller()).identity.me();
  await prefetch(trpc.identity.factors.queryOptions(), trpc.identity.sessions.queryOptions());
  return (
    <Hydrate>
      <PageHeader title="My account">
        <span>
          {me.name}, {me.email}
        </span>
        <span>{me.roles.map((role) => ROLE_LABEL[role]).join(', ') || 'No role yet'}</span>
      </PageHeader>
      <MainAndSide
        sideLast
        main={
          <>
            <Region title="Sessions" flush>
              <RegionBoundary label="Sessions" rows={3}>
                <SessionTable />
              </RegionBoundary>
            </Region>
            <Region title="Passkeys" flush>
              <RegionBoundary label="Passkeys" rows={2}>
                <Passkeys />
              </RegionBoundary>
            </Region>
            <Region title="Authenticator">
              <RegionBoundary label="Authenticator" rows={1}>
                <Authenticator />
              </RegionBoundary>
            </Region>
            <Region title="Recovery codes">
              <RegionBoundary label="Recovery codes" rows={1}>
                <Recovery />
              </RegionBoundary>
            </Region>
          </>
        }
        side={
          <Region title="Password">
            <PasswordForm />
          </Region>
        }
      />
    </Hydrate>
  );
}
