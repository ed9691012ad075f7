import { type APIRequestContext, expect } from '@playwright/test';

const MOST_ROWS = 5_000;
const MINUTE_MS = 60_000;

/** What a minute of each metric usually is; error rate, CPU and memory are fractions. */
const USUAL = { response_time_ms: 80, error_rate: 0.01, cpu: 0.3, memory: 0.4, throughput: 30 };
export type Usual = Partial<typeof USUAL>;

/**
 * Pushes the minutes up to `until` as a collector does, over the API with a key: each metric around what is usual, or
 * around what `now` says instead. They swing by 5 %, so that no two blocks are alike.
 */
export async function pushMinutes(
  request: APIRequestContext,
  {
    key,
    subject,
    until,
    minutes,
    now = {},
  }: { key: string; subject: string; until: Date; minutes: number; now?: Usual },
): Promise<void> {
  const samples = Array.from({ length: minutes }, (_, ago) => {
    const minute = new Date(until.getTime() - (ago + 1) * MINUTE_MS).toISOString();
    const swing = 1 + 0.05 * Math.sin(ago * 1.7);
    return Object.entries({ ...USUAL, ...now }).map(([metric, value]) => {
      return { metric, minute, value: value * swing, samples: 1_000, subject };
    });
  }).flat();
  for (let at = 0; at < samples.length; at += MOST_ROWS) {
    const response = await request.post('/api/v1/metrics', {
      headers: { authorization: `Bearer ${key}` },
      data: { samples: samples.slice(at, at + MOST_ROWS) },
    });
    expect(response.status()).toBe(200);
    expect((await response.json()).refused ?? []).toEqual([]);
  }
}
