import type { Metadata } from 'next';
import { AuditScreen } from '@/components/audit/audit-screen';
import { Hydrate, prefetch, trpc } from '@/server/trpc/rsc';

export const metadata: Metadata = { title: 'Audit' };

export default async function AuditPage() {
  await prefetch(trpc.audit.overview.queryOptions());
  return (
    <Hydrate>
      <AuditScreen />
    </Hydrate>
  );
}
