import type { TradeStats } from './venue';

export type MetricSample = { metric: string; minute: string; value: number; samples: number };

/** What a minute of trading amounts to; a figure without a sample is left out, never sent as 0. */
export function metricsOf(minute: Date, stats: TradeStats & { responseMs: number[]; tickMs: number }): MetricSample[] {
  const at = minute.toISOString();
  const sample = (metric: string, value: number, samples: number) => ({ metric, minute: at, value, samples });
  const samples = [sample('throughput', stats.orders + stats.fills, 1)];
  if (stats.responseMs.length > 0) {
    const sorted = [...stats.responseMs].sort((a, b) => a - b);
    const p95 = sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * 0.95) - 1)]!;
    samples.push(sample('response_time_ms', p95, sorted.length));
  }
  if (stats.orders > 0) samples.push(sample('order_reject_rate', stats.rejected / stats.orders, stats.orders));
  if (stats.fills > 0) {
    samples.push(sample('fill_latency_ms', (stats.fillTicks * stats.tickMs) / stats.fills, stats.fills));
    samples.push(sample('slippage_bp', stats.slippageBp / stats.fills, stats.fills));
  }
  return samples;
}
