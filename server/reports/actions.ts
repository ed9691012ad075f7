import 'server-only';
import { fingerprintOf } from '../alerts/fingerprint';
import { raiseAlert, resolveAlert } from '../alerts/raise-actions';
import { contentHash } from '../audit/canonical';
import { recordEvent } from '../audit/record';
import { authorize } from '../identity/authorize';
import { job } from '../kernel/actor';
import { newId } from '../kernel/ids';
import { inTransaction, nextNumber, publish, readNow, type Tx } from '../kernel/transaction';
import { queueNotice } from '../notifications/notice-actions';
import type { BaselineSeries, BaselineSpans } from './baseline';
import type { ReportStatus } from './findings';
import { measuredIn } from './measured-store';
import { buildReport, inShort, type ReportContent } from './report';
import {
  findBaseline,
  findIssued,
  findLaunchesWithStays,
  insertReport,
  type LaunchSubject,
  lockLaunchRow,
  readAuditHead,
} from './store';
import { dueWindows, type ReportWindow, WINDOW_NAME, windowKey, windowsOf } from './windows';

const ISSUER = job('deviation-reports');

export type IssueReport = { issued: { number: string; launch: string; window: string; status: ReportStatus }[] };

/**
 * Issues the report of every window that has ended and has none, however often and from however many instances it is
 * called: each exactly once. Always a report, all-clear and unknown included. Answers with what was issued.
 */
export async function issueDueReports(): Promise<IssueReport> {
  const issued: IssueReport['issued'] = [];
  for (const { launch, stays } of await findLaunchesWithStays()) {
    const done = new Set((await findIssued(launch.launchId)).map((one) => windowKey(keyed(one))));
    for (const window of dueWindows(windowsOf(stays), done, await readNow())) {
      const report = await issue(launch, window);
      if (report) issued.push(report);
    }
  }
  return { issued };
}

const keyed = (one: { tranche: number; hours: number; start: Date }) => ({
  ...one,
  hours: one.hours as ReportWindow['hours'],
});

async function issue(launch: LaunchSubject, window: ReportWindow): Promise<IssueReport['issued'][number] | null> {
  return inTransaction(async (tx, now) => {
    authorize(ISSUER, 'read', { portfolioId: launch.portfolioId });
    await lockLaunchRow(tx, launch.launchId);
    const done = new Set((await findIssued(launch.launchId, tx)).map((one) => windowKey(keyed(one))));
    if (done.has(windowKey(window))) return null;
    const baseline = await findBaseline(launch.launchId, tx);
    const content = buildReport({
      window,
      timeZone: launch.timeZone,
      baseline: baseline ? { spans: baseline.spans as BaselineSpans, series: baseline.series as BaselineSeries } : null,
      measured: await measuredIn(launch, window.start, window.end, tx),
    });
    const id = newId();
    const number = await nextNumber(tx, 'report');
    const row = {
      id,
      number,
      launchId: launch.launchId,
      portfolioId: launch.portfolioId,
      tranche: window.tranche,
      windowHours: window.hours,
      windowStart: window.start,
      windowEnd: window.end,
      baselineId: baseline?.id ?? null,
      ...content,
      auditHead: await readAuditHead(tx),
      issuedAt: now,
    };
    if (!(await insertReport(tx, { ...row, contentHash: contentHash(row) }))) return null;
    recordEvent(tx, {
      type: 'report.issued',
      actor: ISSUER,
      subject: { kind: 'report', id },
      portfolioId: launch.portfolioId,
      launchId: launch.launchId,
      data: {
        number,
        window: WINDOW_NAME[window.hours],
        tranche: window.tranche,
        status: content.status,
        findings: content.findings.map((finding) => ({ metric: finding.metric, severity: finding.severity })),
        contentHash: contentHash(row),
      },
    });
    await tell(tx, launch, window, { id, number }, content);
    publish(tx, 'reports');
    return { number, launch: launch.launchNumber, window: WINDOW_NAME[window.hours], status: content.status };
  });
}

/** The team hears of every report; a high finding is an alert besides, and a later report that is clear ends it. */
async function tell(
  tx: Tx,
  launch: LaunchSubject,
  window: ReportWindow,
  report: { id: string; number: string },
  content: ReportContent,
): Promise<void> {
  const name = `${launch.strategyName} ${launch.releaseVersion} after ${WINDOW_NAME[window.hours]} at ${window.tranche} %`;
  const summary = inShort(content);
  const fingerprint = fingerprintOf('reports', 'deviation', { kind: 'launch', id: launch.launchId });
  const high = content.findings.filter((finding) => finding.severity === 'high');
  const place = { portfolioId: launch.portfolioId, strategyId: launch.strategyId, launchId: launch.launchId };
  if (high.length) {
    await raiseAlert(tx, {
      fingerprint,
      severity: 'high',
      title: `${high.map((finding) => finding.label).join(', ')} far from the baseline: ${launch.launchNumber}`,
      body: summary,
      ...place,
      subject: { kind: 'report', id: report.id },
      link: `/reports/${report.number}`,
      facts: { Report: report.number, Window: WINDOW_NAME[window.hours], Tranche: `${window.tranche} %` },
      nextStep: content.recommendations.join(' '),
      actor: ISSUER,
    });
  } else if (content.status === 'all-clear') {
    await resolveAlert(tx, fingerprint, `${report.number} is all clear.`, ISSUER);
  }
  await queueNotice(tx, {
    subject: { kind: 'report', id: report.id },
    severity: 'low',
    title: `${report.number}: ${STATUS_TEXT[content.status]}. ${name}`,
    body: summary,
    facts: Object.fromEntries(
      content.findings.map((finding) => [finding.label, `${finding.severity}: ${finding.sentence}`]),
    ),
    nextStep: content.recommendations.join(' '),
    link: `/reports/${report.number}`,
    portfolioId: launch.portfolioId,
    dedupePrefix: `report:${report.id}`,
  });
}

const STATUS_TEXT: Record<ReportStatus, string> = {
  'all-clear': 'All clear',
  'issues-detected': 'Issues detected',
  unknown: 'Unknown, no baseline',
};
