import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { ReportScreen } from '@/components/reports/report-screen';
import { windowName } from '@/components/reports/report-words';
import { RegionBoundary } from '@/components/ui/region-boundary';
import { caller, Hydrate, prefetch, trpc } from '@/server/trpc/rsc';

type Props = { params: Promise<{ reportId: string }> };

async function reportOf(params: Props['params']) {
  const { reportId } = await params;
  return (await caller()).reports.byId({ id: reportId }).catch(() => null);
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const report = await reportOf(params);
  return {
    title: report ? `${report.launchNumber} ${report.strategyName}, ${windowName(report.windowHours)}` : 'Report',
  };
}

export default async function ReportPage({ params }: Props) {
  const report = await reportOf(params);
  if (!report) notFound();
  await prefetch(trpc.reports.byId.queryOptions({ id: report.id }));
  return (
    <Hydrate>
      <RegionBoundary label="Report" rows={10}>
        <ReportScreen id={report.id} />
      </RegionBoundary>
    </Hydrate>
  );
}
