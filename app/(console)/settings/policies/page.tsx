import type { Metadata } from 'next';
import { TemplateRegion } from '@/components/checklist/template-region';
import { PoliciesScreen } from '@/components/policies/policies-screen';
import { RegionBoundary } from '@/components/ui/region-boundary';
import { Hydrate, prefetch, trpc } from '@/server/trpc/rsc';

export const metadata: Metadata = { title: 'Policies' };

export default async function PoliciesPage() {
  await prefetch(trpc.policies.page.queryOptions(), trpc.checklist.template.queryOptions());
  return (
    <Hydrate>
      <RegionBoundary label="Policies" rows={9}>
        <PoliciesScreen />
      </RegionBoundary>
      <RegionBoundary label="Checklist template" rows={9}>
        <TemplateRegion />
      </RegionBoundary>
    </Hydrate>
  );
}
