import { contentHash } from '../audit/canonical';
import { NBSP, percentText } from '../kernel/format';
import { METRIC_RULES, type MetricRule } from '../monitoring/metrics';
import { type Measure, thresholdOf } from './compare';
import { valueText } from './findings';
import { type MinuteSeries, meanOf } from './series';

export const TAKEN_IN = ['staging', 'tranche-10'] as const;
export type TakenIn = (typeof TAKEN_IN)[number];

/** One metric of a baseline: what its raw minutes amount to, and how deviations from it are measured. */
export type BaselineMetric = {
  metric: string;
  measure: Measure;
  mean: number;
  minutes: number;
  samples: number;
  minutesNeeded: number;
  samplesNeeded: number;
  /** Fewer minutes or samples than asked: it is used, named, and shows the size of a change only. */
  isShort: boolean;
};

export type BaselineSpans = { from: string; to: string; metrics: BaselineMetric[] };
/** Raw minutes by metric, so that any window can be compared with the same hours of it. */
export type BaselineSeries = Record<string, MinuteSeries>;
/** The approved backtest that the strategy itself is measured against, or that none is approved. */
export type Expectation = { kind: 'approved'; backtestId: string; name: string; digest: string } | { kind: 'none' };

export type BaselineContent = {
  takenIn: TakenIn;
  spans: BaselineSpans;
  series: BaselineSeries;
  expectation: Expectation;
};

export type Measured = MinuteSeries & { samples: number };

/**
 * A baseline from the raw minutes of a span. Metrics without a minute are left out: their absence shows as a gap in every
 * report. `headroom` names the saturating metrics whose deviations are measured as headroom used.
 */
export function takeBaseline(input: {
  takenIn: TakenIn;
  from: Date;
  to: Date;
  measured: Record<string, Measured>;
  headroom: readonly string[];
  expectation: Expectation;
}): BaselineContent {
  const metrics: BaselineMetric[] = [];
  const series: BaselineSeries = {};
  for (const rule of METRIC_RULES) {
    const found = input.measured[rule.metric];
    const mean = found && meanOf(found.values);
    if (!found || mean === null || mean === undefined) continue;
    const { minutes: minutesNeeded, samples: samplesNeeded } = rule.baselineNeeds;
    series[rule.metric] = { minutes: found.minutes, values: found.values };
    metrics.push({
      metric: rule.metric,
      measure: rule.ceiling !== null && input.headroom.includes(rule.metric) ? 'headroom' : 'growth',
      mean,
      minutes: found.minutes.length,
      samples: found.samples,
      minutesNeeded,
      samplesNeeded,
      isShort: found.minutes.length < minutesNeeded || found.samples < samplesNeeded,
    });
  }
  const spans = { from: input.from.toISOString(), to: input.to.toISOString(), metrics };
  return { takenIn: input.takenIn, spans, series, expectation: input.expectation };
}

/** The span of the last hours, in whole minutes. */
export function spanOf(hours: number, now: Date): { from: Date; to: Date } {
  const to = new Date(Math.floor(now.getTime() / 60_000) * 60_000);
  return { from: new Date(to.getTime() - hours * 3_600_000), to };
}

export const baselineHash = (content: BaselineContent): string => contentHash(content);

export type Refusal = { metric: string; message: string; offersHeadroom: boolean };

/**
 * Why a baseline may not be approved: a metric that ends at 100 % and could never grow by what would be a deviation, so
 * that no report would ever warn of it. Measured as headroom used, most of them can.
 */
export function refusalsOf(spans: BaselineSpans): Refusal[] {
  return spans.metrics.flatMap((one): Refusal[] => {
    const rule = METRIC_RULES.find((candidate) => candidate.metric === one.metric);
    if (!rule)
      return [{ metric: one.metric, message: `${one.metric} is no metric of this version.`, offersHeadroom: false }];
    if (thresholdOf(rule, one.measure, one.mean)?.isReachable !== false || rule.worse === 'down') return [];
    const headroom = thresholdOf(rule, 'headroom', one.mean);
    const offersHeadroom = one.measure === 'growth' && headroom?.isReachable === true;
    return [{ metric: rule.metric, message: unreachableText(rule, one, offersHeadroom), offersHeadroom }];
  });
}

function unreachableText(rule: MetricRule, one: BaselineMetric, offersHeadroom: boolean): string {
  const at = valueText(rule, String(one.mean));
  const start = `${rule.label} stands at ${at} in the baseline: ${percentText(rule.maxChange, 0)} more is over 100${NBSP}%, so no report could ever find it.`;
  return offersHeadroom
    ? `${start} Measure it by the headroom it uses instead.`
    : `${start} It leaves too little headroom to notice any rise; take the baseline again with less load.`;
}

export type BaselineApproval = { personId: string };

/** What one more approval makes of a proposed baseline: two people, never the proposer. */
export function approvalVerdict(
  facts: { proposedBy: string; approvals: BaselineApproval[]; isDecided: boolean; refusals: Refusal[] },
  personId: string,
): { kind: 'refused'; code: string; message: string } | { kind: 'waits' } | { kind: 'approved' } {
  if (facts.isDecided)
    return { kind: 'refused', code: 'ALREADY_DECIDED', message: 'This baseline is decided. Nothing was changed.' };
  const [refusal] = facts.refusals;
  if (refusal) return { kind: 'refused', code: 'BASELINE_SATURATED', message: refusal.message };
  if (facts.proposedBy === `person:${personId}`) {
    return { kind: 'refused', code: 'SELF_APPROVAL', message: 'You proposed this baseline, so two others approve it.' };
  }
  if (facts.approvals.some((approval) => approval.personId === personId)) {
    return {
      kind: 'refused',
      code: 'ALREADY_APPROVED',
      message: 'You have approved this already; it needs a second person.',
    };
  }
  return facts.approvals.length >= 1 ? { kind: 'approved' } : { kind: 'waits' };
}
