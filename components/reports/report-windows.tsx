import Link from 'next/link';
import { instantText } from '@/server/kernel/format';
import type { ReportDetail } from '@/server/reports/view';
import { cx } from '../ui/cx';
import { Status } from '../ui/status';
import { reportStatus, windowName } from './report-words';

/** The windows of one tranche side by side: how each came out, or when it is due. */
export function ReportWindows({ report }: { report: ReportDetail }) {
  return (
    <ul aria-label="Windows" className="mt-4.5 grid grid-cols-2 gap-2 md:grid-cols-4 print:grid-cols-4">
      {report.windows.map((window) => {
        const isThis = window.hours === report.windowHours;
        const known = window.status && window.counts ? reportStatus(window.status, window.counts) : null;
        return (
          <li
            key={window.hours}
            aria-current={isThis ? 'true' : undefined}
            className={cx(
              'rounded-sm border px-3 py-2',
              isThis ? 'border-ink inset-ring inset-ring-ink' : 'border-line-strong',
            )}
          >
            {window.number && !isThis ? (
              <Link href={`/reports/${window.number}`} className="font-medium underline underline-offset-3">
                {windowName(window.hours)}
              </Link>
            ) : (
              <span className="font-medium">{windowName(window.hours)}</span>
            )}
            <div className="text-xs">
              {known ? (
                <Status kind={known.kind} size="sm">
                  <span className="whitespace-normal">{known.word}</span>
                </Status>
              ) : (
                <Status kind="pending" size="sm">
                  {window.dueAt ? `Due ${instantText(window.dueAt, report.timeZone, report.issuedAt)}` : 'Not due'}
                </Status>
              )}
            </div>
          </li>
        );
      })}
    </ul>
  );
}
