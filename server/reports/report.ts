import { METRIC_RULES, ruleOf } from '../monitoring/metrics';
import type { BaselineMetric, BaselineSeries, BaselineSpans } from './baseline';
import { compareEffect } from './compare';
import {
  type Comparison,
  type Finding,
  findingsOf,
  type Judged,
  judge,
  type ReportStatus,
  recommendationsOf,
  type Side,
  statusOf,
} from './findings';
import { blockMeans, epochMinute, type MinuteSeries, meanOf, outside, sameHours, slice } from './series';
import { BLOCK_MINUTES, type ReportWindow } from './windows';

export type ReportContent = {
  status: ReportStatus;
  comparisons: Comparison[];
  findings: Finding[];
  recommendations: string[];
  /** The whole window passed in its tranche. */
  isComplete: boolean;
};

export type ReportBaseline = { spans: BaselineSpans; series: BaselineSeries };

const NO_BASELINE: Finding = {
  metric: 'baseline',
  label: 'Baseline',
  severity: 'gap',
  significance: 'unknown',
  sentence: 'No baseline is approved for this launch, so nothing can be compared. What was measured is listed.',
  recommendation: 'Propose a baseline from staging or the 10 % soak, and have two people approve it.',
};

/**
 * The report of one window: what was measured in it against the approved baseline at the same hours of the day.
 *
 * `measured` holds the minutes of the window by metric. Always a report: without a baseline its status is unknown and says
 * so; a metric that vanished or cannot be compared is a finding; nothing found is all-clear.
 */
export function buildReport(input: {
  window: ReportWindow;
  timeZone: string;
  baseline: ReportBaseline | null;
  measured: Record<string, MinuteSeries>;
}): ReportContent {
  const { window, baseline } = input;
  const end = window.leftAt ?? window.end;
  const known = new Map(baseline?.spans.metrics.map((metric) => [metric.metric, metric]) ?? []);
  const metrics = METRIC_RULES.filter((rule) => known.has(rule.metric) || input.measured[rule.metric]?.values.length);
  const judged = metrics.map((rule) => judgedOf(rule.metric, known.get(rule.metric) ?? null, input, end));
  const comparisons = judge(judged);
  const left = leftEarly(window);
  const findings = baseline ? [...findingsOf(comparisons), ...left] : [NO_BASELINE, ...left];
  return {
    status: statusOf(baseline !== null, findings),
    comparisons,
    findings,
    recommendations: recommendationsOf(findings),
    isComplete: window.leftAt === null,
  };
}

function judgedOf(
  metric: string,
  known: BaselineMetric | null,
  { window, timeZone, baseline, measured }: Parameters<typeof buildReport>[0],
  end: Date,
): Judged {
  const rule = ruleOf(metric)!;
  const bounds = { from: epochMinute(window.start), to: epochMinute(end) };
  const block = BLOCK_MINUTES[window.hours];
  const current = slice(measured[metric] ?? { minutes: [], values: [] }, bounds.from, bounds.to);
  const raw = baseline?.series[metric];
  const apart = raw ? outside(raw, bounds.from, bounds.to) : null;
  const isApart = apart !== null && apart.minutes.length > 0;
  const chosen = raw ? sameHours(isApart ? apart : raw, bounds, timeZone) : null;
  const now = sideOf(current, block, Math.max(1, bounds.to - bounds.from));
  const before = chosen ? sideOf(chosen.series, block, chosen.series.minutes.length) : NOTHING;
  const measure = known?.measure ?? 'growth';
  return {
    rule,
    measure,
    effect: compareEffect(rule, measure, before.value, now.value),
    baseline: before,
    now,
    effectOnly: effectOnlyOf(known, { isSameHours: chosen?.isSame ?? true, isApart: isApart || raw === undefined }),
  };
}

const NOTHING: Side = { value: null, blocks: [], coverage: 0 };

const sideOf = (series: MinuteSeries, block: number, expected: number): Side => ({
  value: meanOf(series.values),
  blocks: [...blockMeans(series, block)],
  coverage: Math.min(1, series.minutes.length / Math.max(1, expected)),
});

function effectOnlyOf(
  known: BaselineMetric | null,
  { isSameHours, isApart }: { isSameHours: boolean; isApart: boolean },
): string | null {
  if (!isApart) return 'The baseline was taken within this window, so it is compared with itself.';
  if (known?.isShort) {
    return `The baseline is short (${known.minutes} of ${known.minutesNeeded} min, ${known.samples} of ${known.samplesNeeded} samples), so only the size of the change counts.`;
  }
  return isSameHours ? null : 'The baseline has none of these hours of the day, so only the size of the change counts.';
}

function leftEarly({ leftAt, start }: ReportWindow): Finding[] {
  if (!leftAt) return [];
  const minutes = Math.round((leftAt.getTime() - start.getTime()) / 60_000);
  return [
    {
      metric: 'window',
      label: 'Window',
      severity: 'gap',
      significance: 'unknown',
      sentence: `The tranche was left after ${minutes} min, before the window ended; only that time is compared.`,
      recommendation: 'Read it together with why the tranche was left.',
    },
  ];
}

/** What the report comes to, in one or two sentences for the head of the page and the message. */
export function inShort({
  status,
  findings,
  comparisons,
}: Pick<ReportContent, 'status' | 'findings' | 'comparisons'>): string {
  if (status === 'unknown') return NO_BASELINE.sentence;
  if (status === 'all-clear') {
    const under = comparisons.filter((one) => one.verdict === 'under-floor').length;
    const rest = under ? ` ${under} changed by less than matters.` : '';
    return `All ${comparisons.length} metrics are within what is allowed.${rest}`;
  }
  const count = (severity: Finding['severity']) => findings.filter((finding) => finding.severity === severity).length;
  const parts = (['high', 'medium', 'low', 'gap'] as const)
    .map((severity) => [count(severity), severity] as const)
    .filter(([n]) => n > 0)
    .map(([n, severity]) => `${n} ${severity === 'gap' ? (n === 1 ? 'gap' : 'gaps') : severity}`);
  return `${parts.join(', ')}. ${findings
    .slice(0, 2)
    .map((finding) => finding.sentence)
    .join(' ')}`;
}
