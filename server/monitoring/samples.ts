import { z } from 'zod';
import { METRIC_RULES, ruleOf } from './metrics';

export const MOST_SAMPLES = 5_000;
const FUTURE_MS = 2 * 60_000;
const OLDEST_MS = 400 * 86_400_000;

/** A batch of minute values; rows are judged one by one, so that one bad row loses nothing else. */
export const MetricBatch = z.object({
  portfolioId: z.uuid().optional(),
  samples: z.array(z.unknown()).min(1, 'Send at least one sample.').max(MOST_SAMPLES),
});

const Sample = z.object({
  metric: z.string().max(64),
  minute: z.iso.datetime({ offset: true, error: 'minute is an ISO 8601 instant with its offset.' }),
  value: z.number({ error: 'value is a number; leave a minute without a value out.' }),
  samples: z.number().int().min(1).max(1_000_000_000).default(1),
  /** Strategy, host or the like; empty for the portfolio as a whole. */
  subject: z.string().max(100).default(''),
});
export type Sample = { metric: string; minute: Date; value: number; samples: number; subject: string };

export type RowVerdict = { kind: 'good'; sample: Sample } | { kind: 'refused'; row: number; why: string };

/**
 * Judges the rows of a batch against the clock `now`. A minute is cut to its beginning; a value has to be finite and
 * within what the metric can be. Unknown metrics are refused by name rather than stored and never looked at.
 */
export function judgeSamples(rows: unknown[], now: Date): RowVerdict[] {
  return rows.map((row, index) => {
    const parsed = Sample.safeParse(row);
    const refused = (why: string): RowVerdict => ({ kind: 'refused', row: index, why });
    if (!parsed.success)
      return refused(parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join(' '));
    const { metric, value } = parsed.data;
    const rule = ruleOf(metric);
    if (!rule) return refused(`metric: ${metric} is none of ${METRIC_RULES.map((one) => one.metric).join(', ')}.`);
    if (!Number.isFinite(value)) return refused('value: NaN and infinite are no values; leave the minute out.');
    if (value < 0 && rule.metric !== 'slippage_bp') return refused(`value: ${rule.label} is never negative.`);
    if (rule.ceiling !== null && value > Number(rule.ceiling)) {
      return refused(`value: ${rule.label} is a fraction from 0 to 1 (5 % is 0.05).`);
    }
    const minute = new Date(Math.floor(Date.parse(parsed.data.minute) / 60_000) * 60_000);
    if (minute.getTime() > now.getTime() + FUTURE_MS) return refused('minute: it lies in the future; check the clock.');
    if (minute.getTime() < now.getTime() - OLDEST_MS) return refused('minute: older than the 13 months that are kept.');
    return { kind: 'good', sample: { ...parsed.data, minute } };
  });
}
