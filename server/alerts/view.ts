import { z } from 'zod';
import { SEVERITIES, severityRank } from '../notifications/routing';

/** One alert as lists show it. */
export const AlertListed = z.object({
  id: z.string(),
  number: z.string(),
  severity: z.enum(SEVERITIES),
  state: z.enum(['pending', 'firing', 'acknowledged', 'silenced', 'resolved']),
  title: z.string(),
  /** Strategy, portfolio or the thing itself. */
  place: z.string(),
  firedAt: z.date(),
  lastSeenAt: z.date(),
  seenCount: z.number(),
  level: z.number(),
  nextEscalationAt: z.date().nullable(),
  acknowledgedByName: z.string().nullable(),
  acknowledgedUntil: z.date().nullable(),
  silencedUntil: z.date().nullable(),
  silenceReason: z.string().nullable(),
  resolvedAt: z.date().nullable(),
  resolvedWhy: z.string().nullable(),
  groupKey: z.string(),
  isTest: z.boolean(),
  isMine: z.boolean(),
  inhibited: z.boolean(),
});
export type AlertListed = z.infer<typeof AlertListed>;

export const AlertList = z.object({
  items: z.array(AlertListed),
  counts: z.object({ open: z.number(), firing: z.number(), mine: z.number(), silences: z.number() }),
  /** Places with more than one open alert. */
  groups: z.array(z.object({ place: z.string(), count: z.number() })),
});
export type AlertList = z.infer<typeof AlertList>;

export const DeliveryView = z.object({
  id: z.string(),
  channelId: z.string(),
  channelName: z.string(),
  channelKind: z.string(),
  title: z.string(),
  occasion: z.string(),
  state: z.enum(['queued', 'sending', 'delivered', 'retrying', 'dead', 'dropped']),
  attempts: z.number(),
  queuedAt: z.date(),
  deliveredAt: z.date().nullable(),
  /** Somebody used its link. */
  answeredAt: z.date().nullable(),
  /** Seconds until the next attempt, by real time; null when none is planned. */
  retryInSeconds: z.number().nullable(),
  error: z.string().nullable(),
});
export type DeliveryView = z.infer<typeof DeliveryView>;

export const AlertEvent = z.object({
  id: z.string(),
  type: z.string(),
  actorName: z.string(),
  occurredAt: z.date(),
  recordedAt: z.date(),
  data: z.record(z.string(), z.unknown()),
});
export type AlertEvent = z.infer<typeof AlertEvent>;

export const AlertDetail = AlertListed.extend({
  body: z.string(),
  facts: z.array(z.object({ label: z.string(), value: z.string() })),
  link: z.string(),
  fingerprint: z.string(),
  portfolioId: z.string().nullable(),
  strategyId: z.string().nullable(),
  emergencyScope: z.enum(['strategy', 'portfolio', 'firm']),
  plan: z.array(z.object({ level: z.number(), name: z.string(), at: z.date().nullable(), told: z.boolean() })),
  repeatAt: z.date().nullable(),
  acknowledgementMinutes: z.number(),
  siblings: z.array(AlertListed),
  deliveries: z.array(DeliveryView),
  events: z.array(AlertEvent),
  may: z.object({
    acknowledge: z.boolean(),
    silence: z.boolean(),
    silenceHours: z.number(),
    silenceRefusal: z.string(),
  }),
});
export type AlertDetail = z.infer<typeof AlertDetail>;

/** What the link of a notification shows to whoever holds it. */
export const LinkedAlert = AlertListed.pick({
  id: true,
  number: true,
  severity: true,
  title: true,
  state: true,
  acknowledgedByName: true,
  isTest: true,
}).extend({
  since: z.string(),
  acknowledgedUntil: z.string().nullable(),
  acknowledgementMinutes: z.number(),
  isUsed: z.boolean(),
});
export type LinkedAlert = z.infer<typeof LinkedAlert>;

const STATE_ORDER: Record<AlertListed['state'], number> = {
  firing: 0,
  pending: 1,
  acknowledged: 2,
  silenced: 3,
  resolved: 4,
};

/** Open before closed, then what nobody has in hand, then the worst, then the newest. */
export function byUrgency(a: AlertListed, b: AlertListed): number {
  return (
    STATE_ORDER[a.state] - STATE_ORDER[b.state] ||
    severityRank(b.severity) - severityRank(a.severity) ||
    (b.resolvedAt ?? b.firedAt).getTime() - (a.resolvedAt ?? a.firedAt).getTime()
  );
}

/** The list with its counts, sorted; `items` in any order. */
export function listOf(items: AlertListed[]): AlertList {
  const sorted = [...items].sort(byUrgency);
  const open = sorted.filter((item) => item.state !== 'resolved');
  const byPlace = new Map<string, { place: string; count: number }>();
  for (const item of open) {
    const group = byPlace.get(item.groupKey) ?? { place: item.place, count: 0 };
    byPlace.set(item.groupKey, { ...group, count: group.count + 1 });
  }
  return {
    items: sorted,
    counts: {
      open: open.length,
      firing: open.filter((item) => item.state === 'firing').length,
      mine: open.filter((item) => item.isMine).length,
      silences: open.filter((item) => item.state === 'silenced').length,
    },
    groups: [...byPlace.values()].filter((group) => group.count > 1),
  };
}
