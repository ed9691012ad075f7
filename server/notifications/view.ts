import { z } from 'zod';
import { ChannelConfig } from './channel-config';
import { SEVERITIES } from './routing';

/** A channel as its settings page shows it: never its secret. */
export const ChannelView = z.object({
  id: z.string(),
  kind: z.enum(['email', 'slack', 'sms', 'pagerduty', 'web-push', 'webhook']),
  name: z.string(),
  target: z.string(),
  /** Null for a kind that this page does not edit. */
  config: ChannelConfig.nullable(),
  hasSecret: z.boolean(),
  bothSecretsUntil: z.date().nullable(),
  level: z.number(),
  minimumSeverity: z.enum(SEVERITIES),
  portfolioId: z.string().nullable(),
  enabled: z.boolean(),
  disabledWhy: z.string().nullable(),
  provenAt: z.date().nullable(),
  last: z.object({ state: z.string(), queuedAt: z.date(), error: z.string().nullable() }).nullable(),
  counts: z.object({ delivered: z.number(), waiting: z.number(), dead: z.number() }),
});
export type ChannelView = z.infer<typeof ChannelView>;

export const ChannelFields = z.object({
  name: z.string().trim().min(2, 'Give it a name people know.').max(80),
  target: ChannelConfig,
  secret: z.string().max(500).optional(),
  level: z.union([z.literal(0), z.literal(1), z.literal(2)]),
  minimumSeverity: z.enum(SEVERITIES),
  portfolioId: z.uuid().nullable(),
});
export type ChannelFields = z.infer<typeof ChannelFields>;
