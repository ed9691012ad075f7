/** A metric that a minute is measured in, and how a change of it is judged after a launch. */
export type MetricRule = {
  metric: string;
  label: string;
  unit: 'ms' | 'fraction' | 'per-minute' | 'bp';
  /** Which direction is worse. */
  worse: 'up' | 'down';
  /** 0.50: half as much again (or, worse downwards, half as much less) is allowed. */
  maxChange: string;
  /** A change smaller than this, in the metric's own unit, is none. */
  floor: string;
  /** What it can at most be; a share of something ends at 1. */
  ceiling: string | null;
  /** What to do about a deviation. */
  recommendation: string;
  /** Raw material a baseline needs at least. */
  baselineNeeds: { minutes: number; samples: number };
};

const HOUR = 60;

/** Every metric that reports compare, with the decided maximum change and absolute floor. */
export const METRIC_RULES: readonly MetricRule[] = [
  {
    metric: 'response_time_ms',
    label: 'Response time, p95',
    unit: 'ms',
    worse: 'up',
    maxChange: '0.50',
    floor: '50',
    ceiling: null,
    recommendation: 'Scale the instances or optimise the slow queries.',
    baselineNeeds: { minutes: 1, samples: 100 },
  },
  {
    metric: 'error_rate',
    label: 'Error rate',
    unit: 'fraction',
    worse: 'up',
    maxChange: '1.00',
    floor: '0.005',
    ceiling: '1',
    recommendation: 'Read the error log and handle the path that fails.',
    baselineNeeds: { minutes: 24 * HOUR, samples: 1 },
  },
  {
    metric: 'cpu',
    label: 'CPU',
    unit: 'fraction',
    worse: 'up',
    maxChange: '0.25',
    floor: '0.05',
    ceiling: '1',
    recommendation: 'Profile the hot path, or add capacity.',
    baselineNeeds: { minutes: HOUR, samples: 1 },
  },
  {
    metric: 'memory',
    label: 'Memory',
    unit: 'fraction',
    worse: 'up',
    maxChange: '0.30',
    floor: '0.05',
    ceiling: '1',
    recommendation: 'Look for leaks, or enlarge the instance.',
    baselineNeeds: { minutes: HOUR, samples: 1 },
  },
  {
    metric: 'throughput',
    label: 'Throughput',
    unit: 'per-minute',
    worse: 'down',
    maxChange: '0.25',
    floor: '1',
    ceiling: null,
    recommendation: 'Find what holds the flow back: the feed, the venue, or the strategy itself.',
    baselineNeeds: { minutes: HOUR, samples: 1 },
  },
  {
    metric: 'slippage_bp',
    label: 'Slippage',
    unit: 'bp',
    worse: 'up',
    maxChange: '0.50',
    floor: '1',
    ceiling: null,
    recommendation: 'Look at order types and sizes against the depth of the book.',
    baselineNeeds: { minutes: HOUR, samples: 1 },
  },
  {
    metric: 'order_reject_rate',
    label: 'Order rejects',
    unit: 'fraction',
    worse: 'up',
    maxChange: '1.00',
    floor: '0.005',
    ceiling: '1',
    recommendation: 'Read the reasons of the rejects and correct what the venue refuses.',
    baselineNeeds: { minutes: HOUR, samples: 1 },
  },
  {
    metric: 'fill_latency_ms',
    label: 'Fill latency',
    unit: 'ms',
    worse: 'up',
    maxChange: '0.50',
    floor: '50',
    ceiling: null,
    recommendation: 'Look at the path from order to fill: network, gateway, venue.',
    baselineNeeds: { minutes: HOUR, samples: 1 },
  },
];

const BY_NAME = new Map(METRIC_RULES.map((rule) => [rule.metric, rule]));
export const ruleOf = (metric: string): MetricRule | null => BY_NAME.get(metric) ?? null;
