import { NBSP, numberText, percentText } from '../kernel/format';
import { type MetricRule, ruleOf } from '../monitoring/metrics';
import type { Effect, Measure } from './compare';
import { holm, mannWhitney } from './statistics';

export const SIGNIFICANCE = { p: 0.01, delta: 0.33, blocks: 20, coverage: 0.8 } as const;

export type Side = { value: number | null; blocks: number[]; coverage: number };
/** One metric of a report, with what it was compared with and how sure that is. */
export type Comparison = {
  metric: string;
  label: string;
  unit: MetricRule['unit'];
  worse: MetricRule['worse'];
  measure: Measure;
  baseline: string | null;
  now: string | null;
  /** (now - baseline) / baseline; null where that means nothing. */
  change: string | null;
  maxChange: string;
  floor: string;
  effect: Effect['kind'] | 'under-floor';
  /** One-sided, after Holm's correction; null where it could not be computed, then `sureness` says why. */
  p: number | null;
  delta: number | null;
  sureness: string;
  verdict: 'within' | 'under-floor' | 'high' | 'medium' | 'low' | 'gap';
};

export type Finding = {
  metric: string;
  label: string;
  severity: 'high' | 'medium' | 'low' | 'gap';
  significance: 'significant' | 'not-significant' | 'unknown';
  sentence: string;
  recommendation: string;
};

export type Judged = {
  rule: MetricRule;
  measure: Measure;
  effect: Effect;
  baseline: Side;
  now: Side;
  /** Why only the size of the change counts; null where chance can be judged. */
  effectOnly: string | null;
};

/** Judges all metrics of a window together: the correction for many looks needs all of them. */
export function judge(metrics: Judged[]): Comparison[] {
  const tests = metrics.map(testOf);
  const computed = tests.flatMap((test, index) => (test.p === null ? [] : [{ p: test.p, index }]));
  const adjusted = holm(computed.map(({ p }) => p));
  computed.forEach(({ index }, i) => {
    tests[index]!.p = adjusted[i]!;
  });
  return metrics.map((metric, index) => comparisonOf(metric, tests[index]!));
}

type Test = { p: number | null; delta: number | null; sureness: string };

function testOf({ rule, baseline, now, effectOnly, effect }: Judged): Test {
  const none = (sureness: string): Test => ({ p: null, delta: null, sureness });
  if (effect.kind === 'unknown' || effect.kind === 'vanished') return none('');
  if (effectOnly) return none(effectOnly);
  if (now.coverage < SIGNIFICANCE.coverage) {
    return none(`Only ${percentText(now.coverage, 0)} of the window was measured; 80${NBSP}% are needed.`);
  }
  const fewest = Math.min(now.blocks.length, baseline.blocks.length);
  if (fewest < SIGNIFICANCE.blocks) {
    return none(`${fewest} blocks on the shorter side; ${SIGNIFICANCE.blocks} are needed.`);
  }
  const sign = rule.worse === 'up' ? 1 : -1;
  const { p, delta } = mannWhitney(
    now.blocks.map((value) => value * sign),
    baseline.blocks.map((value) => value * sign),
  );
  return { p, delta, sureness: '' };
}

const isSignificant = ({ p, delta }: Pick<Test, 'p' | 'delta'>): boolean =>
  p !== null && delta !== null && p < SIGNIFICANCE.p && delta >= SIGNIFICANCE.delta;

function comparisonOf({ rule, measure, effect, baseline, now }: Judged, test: Test): Comparison {
  const isUnderFloor = effect.kind === 'within' && effect.isUnderFloor;
  return {
    metric: rule.metric,
    label: rule.label,
    unit: rule.unit,
    worse: rule.worse,
    measure,
    baseline: baseline.value === null ? null : String(baseline.value),
    now: now.value === null ? null : String(now.value),
    change: 'change' in effect ? effect.change : null,
    maxChange: rule.maxChange,
    floor: rule.floor,
    effect: isUnderFloor ? 'under-floor' : effect.kind,
    ...test,
    sureness: effect.kind === 'unknown' ? effect.why : test.sureness,
    verdict: verdictOf(effect, isSignificant(test)),
  };
}

/** High over twice the maximum, else medium; one class lower where it may be chance. Never dropped. */
function verdictOf(effect: Effect, significant: boolean): Comparison['verdict'] {
  switch (effect.kind) {
    case 'within':
      return effect.isUnderFloor ? 'under-floor' : 'within';
    case 'over':
      if (effect.isFar) return significant ? 'high' : 'medium';
      return significant ? 'medium' : 'low';
    case 'vanished':
    case 'unknown':
      return 'gap';
  }
}

const ORDER: Record<Finding['severity'], number> = { high: 0, medium: 1, low: 2, gap: 3 };

/** What is to be looked at, worst first, each with its sentence and what to do. */
export function findingsOf(comparisons: Comparison[]): Finding[] {
  return comparisons
    .flatMap((comparison): Finding[] => {
      const { verdict } = comparison;
      if (verdict === 'within' || verdict === 'under-floor') return [];
      const significance =
        comparison.p === null ? 'unknown' : isSignificant(comparison) ? 'significant' : 'not-significant';
      return [
        {
          metric: comparison.metric,
          label: comparison.label,
          severity: verdict,
          significance,
          sentence: sentenceOf(comparison, significance),
          recommendation: recommendationOf(comparison),
        },
      ];
    })
    .sort((a, b) => ORDER[a.severity] - ORDER[b.severity]);
}

function recommendationOf({ metric, effect }: Comparison): string {
  if (effect === 'vanished') return 'Restore what measures it, or take the metric out of the next baseline.';
  if (effect === 'unknown') return 'Take a baseline that holds it, and have it approved.';
  return ruleOf(metric)?.recommendation ?? '';
}

const SURE = {
  significant: 'significant',
  'not-significant': 'not significant',
  unknown: 'significance unknown',
} as const;

function sentenceOf(comparison: Comparison, significance: Finding['significance']): string {
  const { label, effect, baseline, now, change, worse, maxChange, sureness } = comparison;
  if (effect === 'vanished') return `${label} was measured in the baseline and is not measured now.`;
  if (effect === 'unknown') return `${label}: ${sureness}`;
  const verb = worse === 'up' ? 'rose' : 'fell';
  const values = `from ${valueText(comparison, baseline)} to ${valueText(comparison, now)}`;
  const by = change === null ? 'from next to nothing' : `by ${percentText(change.replace('-', ''), 1)}`;
  return `${label} ${verb} ${by}, ${values}; ${percentText(maxChange, 0)} is allowed. ${capital(SURE[significance])}.${
    sureness ? ` ${sureness}` : ''
  }`;
}

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

/** A value in its unit: `388 ms`, `0.31 %`, `1,310/min`, `1.3 bp`; `no data` where there is none. */
export function valueText({ unit }: Pick<Comparison, 'unit'>, value: string | null): string {
  if (value === null) return 'no data';
  switch (unit) {
    case 'ms':
      return `${numberText(value, Math.abs(Number(value)) < 10 ? 1 : 0)}${NBSP}ms`;
    case 'fraction':
      return percentText(value, 2);
    case 'per-minute':
      return `${numberText(value, Math.abs(Number(value)) < 100 ? 2 : 0)}/min`;
    case 'bp':
      return `${numberText(value, 1)}${NBSP}bp`;
  }
}

export type ReportStatus = 'issues-detected' | 'all-clear' | 'unknown';

/** Nothing to compare with is unknown, not clear; a gap is a finding and never a pass. */
export function statusOf(hasBaseline: boolean, findings: Finding[]): ReportStatus {
  if (!hasBaseline) return 'unknown';
  return findings.length ? 'issues-detected' : 'all-clear';
}

/** What to do, each once, worst first. */
export const recommendationsOf = (findings: Finding[]): string[] => [
  ...new Set(findings.map((finding) => finding.recommendation).filter(Boolean)),
];
