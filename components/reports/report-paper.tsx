import { changeText, instantText, percentText } from '@/server/kernel/format';
import { valueText } from '@/server/reports/findings';
import type { ReportDetail } from '@/server/reports/view';
import { shortHash } from '../ui/format';
import { Status } from '../ui/status';
import { TableFrame, Td, Th } from '../ui/table';
import { ReportWindows } from './report-windows';
import { pText, VERDICTS, windowName } from './report-words';

/** A report as paper: light in both themes, black rules, severity by glyph, two A4 pages when printed. */
export function ReportPaper({ report }: { report: ReportDetail }) {
  const at = (instant: Date) => instantText(instant, report.timeZone, report.issuedAt);
  const [seq = '', hash = ''] = report.auditHead.split(':');
  return (
    <article
      data-theme="light"
      aria-label={`Report ${report.number}`}
      className="mx-auto my-6 w-full max-w-230 bg-surface px-12 pt-9 pb-8 text-ink inset-ring inset-ring-line-strong phone:my-0 phone:px-4 phone:pt-6 phone:pb-4 print:m-0 print:max-w-none print:p-0 print:inset-ring-0"
    >
      <header className="flex flex-wrap items-start justify-between gap-4">
        <div className="min-w-0">
          <div className="text-xs text-ink-3">
            Going Live · post-launch report {report.number} · {report.portfolioName}
          </div>
          <h1 className="mt-1.5 text-2xl leading-8.5 font-semibold tracking-[-0.02em]">
            {report.strategyName} {report.releaseVersion} after {windowName(report.windowHours)}
          </h1>
          <div className="mt-1 text-xs text-ink-2">
            Launch {report.launchNumber}, at {report.tranche} % since {at(report.windowStart)} · window to{' '}
            {at(report.windowEnd)} ·{' '}
            {report.baseline
              ? `baseline b-${report.baseline.version} from ${report.baseline.takenIn === 'staging' ? 'staging' : 'the 10 % soak'}`
              : 'no approved baseline'}
          </div>
        </div>
        <div className="text-right text-xs text-ink-3 phone:text-left">
          Release <span className="mono">{shortHash(report.releaseDigest.replace('sha256:', ''))}</span>
          <br />
          Audit head {seq} <span className="mono">{shortHash(hash)}</span>
          <br />
          Issued {at(report.issuedAt)}
        </div>
      </header>
      <ReportWindows report={report} />
      <Section title="In short">
        <p className="max-w-[74ch] text-base leading-5.5">{report.inShort}</p>
      </Section>
      <Section title="Deviations from baseline">
        <Comparisons report={report} />
      </Section>
      <Section title="What to do">
        <Findings report={report} />
      </Section>
      <footer className="mt-6 flex justify-between gap-4 border-t border-line pt-2 text-xs text-ink-3">
        <span>
          Windows are compared with the same hours of the baseline. A gap is a finding, never a pass. Content{' '}
          <span className="mono">{shortHash(report.contentHash)}</span>
        </span>
        <span className="whitespace-nowrap">{report.number}</span>
      </footer>
    </article>
  );
}

function Section({ title, children }: { title: string; children: React.ReactNode }) {
  return (
    <section className="break-inside-avoid">
      <h2 className="mt-5 mb-1.5 border-t border-ink pt-3 text-base font-semibold print:mt-3.5">{title}</h2>
      {children}
    </section>
  );
}

function Comparisons({ report }: { report: ReportDetail }) {
  if (report.comparisons.length === 0) {
    return (
      <Status kind="no-data">
        <span className="whitespace-normal">Nothing was measured in this window.</span>
      </Status>
    );
  }
  return (
    <>
      <TableFrame label="Deviations">
        <thead>
          <tr>
            <Th className="!pl-0">Metric</Th>
            <Th numeric>Baseline</Th>
            <Th numeric>{windowName(report.windowHours)}</Th>
            <Th numeric>Change</Th>
            <Th numeric>Allowed</Th>
            <Th numeric>p, Mann-Whitney</Th>
            <Th>Finding</Th>
          </tr>
        </thead>
        <tbody>
          {report.comparisons.map((row) => (
            <tr key={row.metric} className="group/row">
              <Td className="!pl-0 font-medium">{row.label}</Td>
              <Td numeric className="text-ink-2">
                {valueText(row, row.baseline)}
              </Td>
              <Td numeric>{valueText(row, row.now)}</Td>
              <Td numeric className="font-medium">
                {row.change === null
                  ? row.effect === 'over' || row.effect === 'under-floor'
                    ? 'from zero'
                    : '?'
                  : changeText(row.change, 1)}
              </Td>
              <Td numeric className="text-ink-2">
                {row.worse === 'up' ? '+' : '−'}
                {percentText(row.maxChange, 0)}
                {row.measure === 'headroom' && ' of headroom'}
              </Td>
              <Td numeric className="text-ink-2">
                {pText(row.p)}
              </Td>
              <Td className="whitespace-nowrap">
                <Status kind={VERDICTS[row.verdict].kind}>
                  {row.effect === 'vanished' ? 'Vanished' : VERDICTS[row.verdict].word}
                </Status>
              </Td>
            </tr>
          ))}
        </tbody>
      </TableFrame>
      <Unsure report={report} />
    </>
  );
}

/** What could not be judged, and why, in the words it was found with. */
function Unsure({ report }: { report: ReportDetail }) {
  const unsure = new Map<string, string[]>();
  for (const { sureness, label } of report.comparisons)
    if (sureness) unsure.set(sureness, [...(unsure.get(sureness) ?? []), label]);
  if (unsure.size === 0) return null;
  return (
    <ul className="mt-2 text-xs text-ink-2">
      {[...unsure].map(([why, labels]) => (
        <li key={why}>
          <span className="font-medium">{labels.join('; ')}:</span> {why}
        </li>
      ))}
    </ul>
  );
}

const WORD = { high: 'High', medium: 'Medium', low: 'Low', gap: 'Gap' } as const;

function Findings({ report }: { report: ReportDetail }) {
  if (report.findings.length === 0)
    return <p className="text-ink-2">Nothing. The next window is compared by itself.</p>;
  return (
    <ol>
      {report.findings.map((finding, index) => (
        <li
          key={finding.metric}
          className="grid grid-cols-[1.25rem_7.5rem_minmax(0,1fr)] gap-x-3 py-1.5 phone:grid-cols-[1.25rem_minmax(0,1fr)]"
        >
          <span className="text-ink-3">{index + 1}</span>
          <div>
            <div className="font-medium">{finding.label}</div>
            <div className="text-xs">
              <Status kind={finding.severity === 'gap' ? 'unknown' : finding.severity} size="sm">
                {WORD[finding.severity]}
              </Status>
            </div>
          </div>
          <div className="phone:col-start-2">
            <p>{finding.recommendation}</p>
            <p className="text-xs text-ink-2">{finding.sentence}</p>
          </div>
        </li>
      ))}
    </ol>
  );
}
