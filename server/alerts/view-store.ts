import 'server-only';
import { and, desc, eq, gt, inArray, isNull, or, sql } from 'drizzle-orm';
import { db } from '@/db/client';
import { alerts, events, portfolios, strategies } from '@/db/schema';
import { visiblePortfolios } from '../identity/authorize';
import { leaveFor } from '../identity/permissions';
import { actorRef, type PersonActor, rolesIn } from '../kernel/actor';
import { notFound } from '../kernel/errors';
import { instantText } from '../kernel/format';
import { readNow } from '../kernel/transaction';
import { deliveryOfToken, isTokenOf } from '../notifications/acknowledgement-token';
import { tokenSecret } from '../notifications/channels/addresses';
import { type DeliveryListed, findDeliveriesOf, findDeliveriesOfChannel } from '../notifications/delivery-store';
import type { Fact, Message } from '../notifications/message';
import { LEVELS } from '../notifications/routing';
import { findChannel, findDelivery } from '../notifications/store';
import { escalationPlan } from './escalation';
import { shortFingerprint } from './fingerprint';
import { siblingsOf } from './grouping';
import { stateOf } from './lifecycle';
import { SILENCE_HOURS, silenceVerdict } from './silence';
import { type AlertRow, findEscalationPolicy, findTimeZone, lifeOf } from './store';
import {
  type AlertDetail,
  type AlertList,
  type AlertListed,
  byUrgency,
  type DeliveryView,
  type LinkedAlert,
  listOf,
} from './view';

const KEPT_RESOLVED = 100;

type Named = { row: AlertRow; portfolio: string | null; strategy: string | null };

const named = () =>
  db
    .select({ row: alerts, portfolio: portfolios.name, strategy: strategies.name })
    .from(alerts)
    .leftJoin(portfolios, eq(portfolios.id, alerts.portfolioId))
    .leftJoin(strategies, eq(strategies.id, alerts.strategyId));

function visibleTo(actor: PersonActor) {
  const seen = visiblePortfolios(actor);
  return seen === null ? undefined : or(isNull(alerts.portfolioId), inArray(alerts.portfolioId, seen));
}

/** Every open alert a person sees, and the newest resolved ones; of one portfolio (and the firm) when it is given. */
export async function listAlerts(actor: PersonActor, portfolioId: string | null): Promise<AlertList> {
  const now = await readNow();
  const inView = and(
    visibleTo(actor),
    portfolioId ? or(isNull(alerts.portfolioId), eq(alerts.portfolioId, portfolioId)) : undefined,
  );
  const open = await named().where(and(isNull(alerts.resolvedAt), inView));
  const over = await named()
    .where(and(sql`${alerts.resolvedAt} is not null`, inView))
    .orderBy(desc(alerts.resolvedAt))
    .limit(KEPT_RESOLVED);
  return listOf([...open, ...over].map((one) => listed(one, actor, now)));
}

function listed({ row, portfolio, strategy }: Named, actor: PersonActor, now: Date): AlertListed {
  return {
    id: row.id,
    number: row.number,
    severity: row.severity,
    // Time may have ended a silence or an acknowledgement before the job has looked.
    state: stateOf(lifeOf(row), now),
    title: row.title,
    place: [strategy, portfolio].filter(Boolean).join(' · ') || 'Firm',
    firedAt: row.firedAt,
    lastSeenAt: row.lastSeenAt,
    seenCount: row.seenCount,
    level: row.level,
    nextEscalationAt: row.nextEscalationAt,
    acknowledgedByName: row.acknowledgedByName,
    acknowledgedUntil: row.acknowledgedUntil,
    silencedUntil: row.silencedUntil,
    silenceReason: row.silenceReason,
    resolvedAt: row.resolvedAt,
    resolvedWhy: row.resolvedWhy,
    groupKey: row.groupKey,
    isTest: row.isTest,
    isMine: row.acknowledgedBy === actorRef(actor),
    inhibited: row.inhibitedBy !== null,
  };
}

/** An alert with everything its page shows, with what this person may do; `id` may be its number. */
export async function alertDetail(actor: PersonActor, id: string): Promise<AlertDetail> {
  const byId = /^[0-9a-f-]{36}$/.test(id) ? eq(alerts.id, id) : eq(alerts.number, id.toUpperCase());
  const [one] = await named().where(and(byId, visibleTo(actor)));
  if (!one) throw notFound('The alert');
  const { row } = one;
  const now = await readNow();
  const timeZone = await findTimeZone(row.portfolioId);
  const policy = await findEscalationPolicy(now);
  const others = await named().where(
    and(isNull(alerts.resolvedAt), eq(alerts.groupKey, row.groupKey), visibleTo(actor)),
  );
  const deliveries = await findDeliveriesOf({ kind: 'alert', id: row.id });
  const self = listed(one, actor, now);
  return {
    ...self,
    body: row.body,
    facts: (row.facts as Fact[]).map(([label, value]) => ({
      label,
      value: String(value),
    })),
    link: row.link,
    fingerprint: shortFingerprint(row.fingerprint),
    portfolioId: row.portfolioId,
    strategyId: row.strategyId,
    emergencyScope: row.strategyId ? 'strategy' : row.portfolioId ? 'portfolio' : 'firm',
    plan: planOf(row, escalationPlan(row.severity, row.firedAt, policy, timeZone)),
    repeatAt: row.nextRepeatAt,
    acknowledgementMinutes: policy[row.severity].acknowledgementMinutes,
    siblings: siblingsOf(
      others.map((other) => listed(other, actor, now)),
      self,
    ).sort(byUrgency),
    deliveries: deliveries.map(deliveryView),
    events: await eventsOf(row.id),
    may: mayOf(actor, row),
  };
}

function planOf(row: AlertRow, plan: { level: number; at: Date | null }[]) {
  return plan.map(({ level, at }) => ({
    level,
    name: LEVELS[level] ?? LEVELS[0],
    // The next level's time moves when somebody takes it and gives it back; the row knows it, the plan only guesses.
    at: level === row.level + 1 ? row.nextEscalationAt : level > row.level + 1 && !row.nextEscalationAt ? null : at,
    told: row.level >= level && row.state !== 'pending' && row.inhibitedBy === null,
  }));
}

function mayOf(actor: PersonActor, row: AlertRow): AlertDetail['may'] {
  const roles = rolesIn(actor.grants, row.portfolioId);
  const isCriticalRisk = row.severity === 'critical' && row.fingerprint.startsWith('risk/');
  const verdict = silenceVerdict(row, roles, 1);
  return {
    acknowledge: leaveFor(actor.grants, 'alert.acknowledge', row.portfolioId ?? undefined) !== null,
    silence: leaveFor(actor.grants, 'alert.silence', row.portfolioId) !== null && verdict.allowed,
    silenceHours: isCriticalRisk ? SILENCE_HOURS.mostCriticalRisk : SILENCE_HOURS.most,
    silenceRefusal: verdict.allowed ? 'An Engineer, Risk officer or Manager silences alerts.' : verdict.why,
  };
}

export function deliveryView(row: DeliveryListed): DeliveryView {
  const message = row.message as Message;
  const waits = row.state === 'queued' || row.state === 'retrying';
  return {
    id: row.id,
    channelId: row.channelId,
    channelName: row.channelName,
    channelKind: row.channelKind,
    title: message.title,
    occasion: message.occasion,
    state: row.state,
    attempts: row.attempts,
    queuedAt: row.queuedAt,
    deliveredAt: row.deliveredAt,
    answeredAt: row.tokenUsedAt,
    retryInSeconds: waits ? Math.max(0, Math.round((row.nextAttemptAt.getTime() - Date.now()) / 1000)) : null,
    error: row.lastError,
  };
}

/** What happened to an alert, newest first: a query over the one log. */
async function eventsOf(alertId: string): Promise<AlertDetail['events']> {
  const rows = await db
    .select()
    .from(events)
    .where(and(eq(events.subjectKind, 'alert'), eq(events.subjectId, alertId), gt(events.seq, 0)))
    .orderBy(desc(events.seq))
    .limit(200);
  return rows.map((row) => ({
    id: row.id,
    type: row.type,
    actorName: row.actorName,
    occurredAt: row.occurredAt,
    recordedAt: row.recordedAt,
    data: (JSON.parse(row.content) as { data?: Record<string, unknown> }).data ?? {},
  }));
}

/**
 * What the page behind a notification's link may say without a session: which alert, how bad, who has it. Null for a link
 * that is not ours; looking uses nothing up.
 */
export async function alertBehindLink(token: string): Promise<LinkedAlert | null> {
  const deliveryId = deliveryOfToken(token);
  const delivery = deliveryId ? await findDelivery(deliveryId) : undefined;
  if (!delivery || !isTokenOf(token, delivery.id, delivery.subjectId, tokenSecret())) return null;
  const [one] = await named().where(eq(alerts.id, delivery.subjectId));
  if (!one) return null;
  const { row } = one;
  const now = await readNow();
  const policy = await findEscalationPolicy(now);
  const timeZone = await findTimeZone(row.portfolioId);
  return {
    id: row.id,
    number: row.number,
    severity: row.severity,
    title: row.title,
    state: stateOf(lifeOf(row), now),
    since: instantText(row.firedAt, timeZone, now),
    acknowledgedByName: row.acknowledgedByName,
    acknowledgedUntil: row.acknowledgedUntil ? instantText(row.acknowledgedUntil, timeZone, now) : null,
    acknowledgementMinutes: policy[row.severity].acknowledgementMinutes,
    isUsed: delivery.tokenUsedAt !== null,
    isTest: row.isTest,
  };
}

/** What was sent through one channel, newest first; only titles of what the person may see. */
export async function deliveriesOfChannel(actor: PersonActor, channelId: string): Promise<DeliveryView[]> {
  const channel = await findChannel(channelId);
  const seen = visiblePortfolios(actor);
  if (!channel || (channel.portfolioId && seen && !seen.includes(channel.portfolioId))) throw notFound('The channel');
  // A channel of the firm carries alerts of every portfolio: their titles are for those who see every portfolio.
  const hidden = seen !== null && channel.portfolioId === null;
  const views = (await findDeliveriesOfChannel(channelId)).map(deliveryView);
  return hidden ? views.map((view) => ({ ...view, title: 'A message of the firm' })) : views;
}
