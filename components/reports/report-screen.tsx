'use client';
import { useSuspenseQuery } from '@tanstack/react-query';
import { useTRPC } from '../trpc';
import { Button, ButtonLink } from '../ui/button';
import { ReportPaper } from './report-paper';

/** One report: who was told of it, how to print it, and the paper itself. */
export function ReportScreen({ id }: { id: string }) {
  const trpc = useTRPC();
  const report = useSuspenseQuery(trpc.reports.byId.queryOptions({ id })).data;
  const delivered = report.told.filter((one) => one.state === 'delivered').map((one) => one.channel);
  const failed = report.told.filter((one) => one.state === 'dead' || one.state === 'retrying').length;
  return (
    <>
      <div className="flex min-h-11 flex-wrap items-center gap-2 border-b border-line bg-surface px-4 py-1.5 print:hidden">
        <ButtonLink href="/reports" size="sm">
          All reports
        </ButtonLink>
        <span className="text-xs text-ink-3">
          {delivered.length > 0 ? `Delivered to ${delivered.join(', ')}` : 'On this page; no channel has been told'}
          {failed > 0 && `, ${failed} failed`}
        </span>
        <span className="ml-auto flex gap-2">
          <ButtonLink href={`/launches/${report.launchId}`} size="sm">
            Launch {report.launchNumber}
          </ButtonLink>
          <Button size="sm" onClick={() => window.print()}>
            Print or PDF
          </Button>
        </span>
      </div>
      <ReportPaper report={report} />
    </>
  );
}
