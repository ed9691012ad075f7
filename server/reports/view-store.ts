import 'server-only';
import { visiblePortfolios } from '../identity/authorize';
import { leaveFor } from '../identity/permissions';
import { actorRef, type PersonActor } from '../kernel/actor';
import { notFound } from '../kernel/errors';
import { readNow } from '../kernel/transaction';
import { METRIC_RULES } from '../monitoring/metrics';
import { findDeliveriesOf } from '../notifications/delivery-store';
import {
  approvalVerdict,
  type BaselineMetric,
  type BaselineSpans,
  type Expectation,
  refusalsOf,
  spanOf,
  takeBaseline,
} from './baseline';
import { thresholdOf } from './compare';
import { type Comparison, type Finding, valueText } from './findings';
import { measuredIn } from './measured-store';
import { inShort } from './report';
import {
  type BaselineRow,
  findBaseline,
  findBaselineById,
  findLaunchesWithStays,
  findLaunchSubject,
  findNewestBaseline,
  findReport,
  findReports,
  type LaunchSubject,
} from './store';
import {
  type BaselineLine,
  type BaselinePreview,
  type BaselineView,
  countsOf,
  type LaunchBaselines,
  type ReportDetail,
  type ReportList,
  type ReportListed,
} from './view';
import { WINDOW_HOURS, windowsOf } from './windows';

type Row = Awaited<ReturnType<typeof findReports>>[number];

function listed({ findings, ...row }: Row): ReportListed {
  return { ...row, counts: countsOf(findings as Finding[]) };
}

const sees = (actor: PersonActor, portfolioId: string): boolean =>
  visiblePortfolios(actor)?.includes(portfolioId) !== false;

/** Reports a person sees, the windows that run now, and the launches with where their baseline stands. */
export async function listReports(actor: PersonActor, portfolioId: string | null): Promise<ReportList> {
  const now = await readNow();
  const rows = await findReports({ portfolioIds: visiblePortfolios(actor), portfolioId });
  const launches = (await findLaunchesWithStays()).filter(
    ({ launch }) => sees(actor, launch.portfolioId) && (!portfolioId || launch.portfolioId === portfolioId),
  );
  const next = launches.flatMap(({ launch, stays }) =>
    windowsOf(stays)
      .filter((window) => window.end > now && window.leftAt === null)
      .map((window) => ({
        key: `${window.stayId}/${window.hours}`,
        launchNumber: launch.launchNumber,
        strategyName: launch.strategyName,
        tranche: window.tranche,
        windowHours: window.hours,
        dueAt: window.end,
      })),
  );
  return {
    reports: rows.map(listed),
    next: next.sort((a, b) => a.dueAt.getTime() - b.dueAt.getTime()).slice(0, 12),
    launches: await Promise.all(launches.map(({ launch }) => withBaseline(launch))),
  };
}

async function withBaseline({ launchId, launchNumber, strategyName, releaseVersion }: LaunchSubject) {
  const [approved, newest] = await Promise.all([findBaseline(launchId), findNewestBaseline(launchId)]);
  const isProposed = newest && !newest.approvedAt && !newest.rejectedAt;
  return {
    launchId,
    launchNumber,
    strategyName,
    releaseVersion,
    baseline: approved ? ('approved' as const) : isProposed ? ('proposed' as const) : ('none' as const),
    version: (approved ?? (isProposed ? newest : null))?.version ?? null,
  };
}

/** One report, as issued, with its neighbours and who was told of it. */
export async function reportDetail(actor: PersonActor, idOrNumber: string): Promise<ReportDetail> {
  const row = await findReport(idOrNumber);
  const launch = row && (await findLaunchSubject(row.launchId));
  if (!row || !launch || !sees(actor, row.portfolioId)) throw notFound('The report');
  const baseline = row.baselineId ? await findBaselineById(row.baselineId) : undefined;
  const findings = row.findings as Finding[];
  const comparisons = row.comparisons as Comparison[];
  const { launchNumber, portfolioName, strategyName, releaseVersion, releaseDigest, timeZone } = launch;
  return {
    ...row,
    launchNumber,
    portfolioName,
    strategyName,
    releaseVersion,
    releaseDigest,
    timeZone,
    counts: countsOf(findings),
    baseline: baseline
      ? { version: baseline.version, takenIn: baseline.takenIn, approvedAt: baseline.approvedAt }
      : null,
    inShort: inShort({ status: row.status, findings, comparisons }),
    comparisons,
    findings,
    windows: await windowsBeside(row.launchId, row.windowStart, row.tranche),
    told: (await findDeliveriesOf({ kind: 'report', id: row.id })).map((delivery) => ({
      id: delivery.id,
      channel: delivery.channelName,
      state: delivery.state,
      at: delivery.deliveredAt ?? delivery.queuedAt,
    })),
  };
}

async function windowsBeside(launchId: string, start: Date, tranche: number): Promise<ReportDetail['windows']> {
  const issued = await findReports({ portfolioIds: null, launchId });
  return WINDOW_HOURS.filter((hours) => hours <= 24 || tranche === 100).map((hours) => {
    const end = new Date(start.getTime() + hours * 3_600_000);
    const found = issued.find(
      (one) => one.windowHours === hours && one.tranche === tranche && one.windowEnd.getTime() === end.getTime(),
    );
    return {
      hours,
      number: found?.number ?? null,
      status: found?.status ?? null,
      counts: found ? countsOf(found.findings as Finding[]) : null,
      dueAt: found ? null : end,
    };
  });
}

function linesOf(spans: BaselineSpans): BaselineLine[] {
  const refusals = new Map(refusalsOf(spans).map((refusal) => [refusal.metric, refusal]));
  return spans.metrics.map((one) => lineOf(one, refusals.get(one.metric)));
}

function lineOf(one: BaselineMetric, refusal: { message: string; offersHeadroom: boolean } | undefined): BaselineLine {
  const rule = METRIC_RULES.find((candidate) => candidate.metric === one.metric)!;
  const threshold = thresholdOf(rule, one.measure, one.mean);
  return {
    ...one,
    label: rule.label,
    mean: valueText(rule, String(one.mean)),
    threshold: threshold?.isReachable ? valueText(rule, threshold.value) : null,
    canUseHeadroom: one.measure === 'headroom' || refusal?.offersHeadroom === true,
    refusal: refusal?.message ?? null,
  };
}

const missingOf = (lines: BaselineLine[]): string[] =>
  METRIC_RULES.filter((rule) => !lines.some((line) => line.metric === rule.metric)).map((rule) => rule.label);

/** What a baseline of the last hours would hold, before it is proposed. */
export async function previewBaseline(
  actor: PersonActor,
  input: { launchId: string; hours: number; headroom: string[] },
): Promise<BaselinePreview> {
  const launch = await findLaunchSubject(input.launchId);
  if (!launch || !sees(actor, launch.portfolioId)) throw notFound('The launch');
  const { from, to } = spanOf(input.hours, await readNow());
  const measured = await measuredIn(launch, from, to);
  const { spans } = takeBaseline({
    takenIn: 'staging',
    from,
    to,
    measured,
    headroom: input.headroom,
    expectation: { kind: 'none' },
  });
  const lines = linesOf(spans);
  return { from, to, lines, missing: missingOf(lines) };
}

/** The baseline in force of a launch, and the one that waits for approval. */
export async function launchBaselines(actor: PersonActor, launchId: string): Promise<LaunchBaselines> {
  const launch = await findLaunchSubject(launchId);
  if (!launch || !sees(actor, launch.portfolioId)) throw notFound('The launch');
  const [inForce, newest] = await Promise.all([findBaseline(launchId), findNewestBaseline(launchId)]);
  const leave = leaveFor(actor.grants, 'baseline.approve', launch.portfolioId);
  const waits = newest && newest.id !== inForce?.id ? newest : undefined;
  return {
    launchNumber: launch.launchNumber,
    strategyName: launch.strategyName,
    inForce: inForce ? baselineView(inForce, actor, leave) : null,
    proposal: waits ? baselineView(waits, actor, leave) : null,
    may: { propose: leave !== null, reject: leave === 'one-of-two' },
  };
}

function baselineView(row: BaselineRow, actor: PersonActor, leave: string | null): BaselineView {
  const spans = row.spans as BaselineSpans;
  const expectation = row.expectation as Expectation;
  const lines = linesOf(spans);
  return {
    id: row.id,
    version: row.version,
    takenIn: row.takenIn,
    from: new Date(spans.from),
    to: new Date(spans.to),
    lines,
    missing: missingOf(lines),
    expectation: expectation.kind === 'approved' ? expectation.name : null,
    contentHash: row.contentHash,
    proposedByName: row.proposedByName,
    proposedAt: row.proposedAt,
    approvals: row.approvals.map(({ name, role, at, factor }) => ({ name, role, at: new Date(at), factor })),
    state: row.approvedAt ? 'approved' : row.rejectedAt ? 'rejected' : 'proposed',
    rejectedWhy: row.rejectedWhy,
    blocked: blockedFor(row, actor, leave),
  };
}

function blockedFor(row: BaselineRow, actor: PersonActor, leave: string | null): string | null {
  if (leave !== 'one-of-two') return 'Two of Risk officer and Manager approve a baseline.';
  const verdict = approvalVerdict(
    {
      proposedBy: row.proposedBy,
      approvals: row.approvals,
      isDecided: row.approvedAt !== null || row.rejectedAt !== null,
      refusals: refusalsOf(row.spans as BaselineSpans),
    },
    actorRef(actor).replace('person:', ''),
  );
  return verdict.kind === 'refused' ? verdict.message : null;
}
