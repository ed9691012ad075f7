import 'server-only';
import { recordEvent } from '../audit/record';
import { job } from '../kernel/actor';
import { newId } from '../kernel/ids';
import { afterCommit, publish, readNow, type Tx } from '../kernel/transaction';
import { acknowledgementToken, tokenHash } from './acknowledgement-token';
import { tokenSecret } from './channels/addresses';
import { wakeDrain } from './delivery-actions';
import type { Message } from './message';
import { channelsFor, priorityOf, type Urgency } from './routing';
import { type ChannelRow, countQueuedSince, findChannels, insertDeliveries } from './store';
import { STORM, stormVerdict, stormWindowEnd } from './storm';

export type Notice = {
  /** What it tells of; `alert` carries a token for one acknowledgement. */
  subject: { kind: string; id: string };
  severity: Urgency;
  title: string;
  body: string;
  /** Label -> value, in the order shown. */
  facts?: Record<string, string>;
  nextStep?: string;
  /** Path within the product. */
  link: string;
  /** 0 technical team, 1 management, 2 board: the level reached. */
  level?: number;
  portfolioId?: string | null;
  /** Same prefix, same channel: same message, queued once. */
  dedupePrefix: string;
  /** Why it is sent now; empty for the first notice. */
  occasion?: string;
  isTest?: boolean;
  /** The test of one channel goes to it alone. */
  onlyChannelId?: string;
  /** What was sent without the database and reached its receiver: kept as delivered, not sent again. */
  told?: readonly ToldDirectly[];
};

/** A message that was sent before it could be queued. `at` is protocol time. */
export type ToldDirectly = { deliveryId: string; dedupeId: string; at: Date };

/** The delivery of a notice to a channel: the same however it is sent. */
export const dedupeIdOf = (notice: Pick<Notice, 'dedupePrefix'>, channelId: string): string =>
  `${notice.dedupePrefix}:${channelId}`;

/** What a notice says, as its channels word it. */
export const messageOf = (notice: Notice): Message => ({
  urgency: notice.severity,
  occasion: notice.occasion ?? '',
  title: notice.title,
  body: notice.body,
  facts: Object.entries(notice.facts ?? {}),
  nextStep: notice.nextStep ?? '',
  link: notice.link,
  subject: notice.subject,
  level: notice.level ?? 0,
  isTest: notice.isTest ?? false,
});

/**
 * Queues a notice to every channel that should hear it, in the caller's transaction; they are sent once it commits.
 * Returns the ids of the deliveries made; a repeat of the same `dedupePrefix` makes none. Beyond the storm's bound the
 * message is kept as `dropped` and told in the window's summary.
 */
export async function queueNotice(tx: Tx, notice: Notice): Promise<string[]> {
  const now = await readNow(tx);
  const level = notice.level ?? 0;
  const portfolioId = notice.portfolioId ?? null;
  const told = channelsFor(await findChannels(tx), {
    urgency: notice.severity,
    level,
    portfolioId,
    subject: notice.subject,
    onlyChannelId: notice.onlyChannelId,
  });
  if (told.length === 0) return [];
  const since = new Date(now.getTime() - STORM.windowSeconds * 1000);
  const queued = await countQueuedSince(
    tx,
    told.map((channel) => channel.id),
    since,
  );
  const message = messageOf(notice);
  const rows = told.map((channel) => deliveryRow(channel, message, notice.dedupePrefix, now));
  const direct = keptAsDelivered(rows, notice.told ?? [], now);
  const folded = told.filter((channel) => stormVerdict(notice.severity, queued.get(channel.id) ?? 0) === 'fold');
  for (const channel of folded) {
    const row = rows.find((candidate) => candidate.channelId === channel.id);
    if (row) Object.assign(row, { state: 'dropped', lastError: 'Too many messages at once: told in a summary.' });
  }
  const ids = await insertDeliveries(tx, [...rows, ...folded.map((channel) => summaryRow(channel, now))]);
  for (const row of direct.filter(({ id }) => ids.includes(id))) recordDirect(tx, row, told);
  publish(tx, 'alerts');
  publish(tx, 'channels');
  if (ids.length) afterCommit(tx, wakeDrain);
  return ids;
}

type DeliveryInsert = ReturnType<typeof deliveryRow>;

/** Marks the rows that were sent directly; gives those. */
function keptAsDelivered(rows: DeliveryInsert[], told: readonly ToldDirectly[], now: Date): DeliveryInsert[] {
  return rows.filter((row) => {
    const sent = told.find(({ dedupeId }) => dedupeId === row.dedupeId);
    if (!sent) return false;
    const deliveredAt = new Date(now.getTime() - Math.max(0, Date.now() - sent.at.getTime()));
    Object.assign(row, { id: sent.deliveryId, state: 'delivered', attempts: 1, queuedAt: deliveredAt, deliveredAt });
    return true;
  });
}

function recordDirect(tx: Tx, row: DeliveryInsert, channels: readonly ChannelRow[]): void {
  const channel = channels.find(({ id }) => id === row.channelId);
  recordEvent(tx, {
    type: 'notification.delivered',
    actor: job('deliveries'),
    subject: { kind: row.subjectKind, id: row.subjectId },
    occurredAt: row.queuedAt,
    data: {
      deliveryId: row.id,
      channelId: row.channelId,
      channel: channel?.name ?? 'removed',
      channelKind: channel?.kind ?? 'unknown',
      title: row.message.title,
      attempts: 1,
      isTest: row.message.isTest,
      // It was sent while the database did not answer.
      journal: true,
    },
  });
}

function deliveryRow(channel: ChannelRow, message: Message, dedupePrefix: string, now: Date) {
  const id = newId();
  const acknowledges = message.subject.kind === 'alert';
  return {
    id,
    channelId: channel.id,
    subjectKind: message.subject.kind,
    subjectId: message.subject.id,
    dedupeId: dedupeIdOf({ dedupePrefix }, channel.id),
    priority: priorityOf(message.urgency),
    message,
    state: 'queued' as 'queued' | 'dropped',
    // Protocol time: when to try is no fact of the domain, and a moved clock must not hold a message back.
    nextAttemptAt: new Date(),
    queuedAt: now,
    tokenHash: acknowledges ? tokenHash(acknowledgementToken(id, message.subject.id, tokenSecret())) : null,
  };
}

/** One summary per channel and storm window; its words are made when it is sent, from what was folded by then. */
function summaryRow(channel: ChannelRow, now: Date) {
  const end = stormWindowEnd(now);
  const message: Message = {
    urgency: 'high',
    occasion: '',
    title: 'Many alerts at once',
    body: '',
    facts: [],
    nextStep: 'Open the list; the most severe stand first.',
    link: '/alerts',
    subject: { kind: 'storm', id: end.toISOString() },
    level: 0,
    isTest: false,
  };
  return {
    ...deliveryRow(channel, message, `storm:${end.toISOString()}`, now),
    nextAttemptAt: new Date(Date.now() + (end.getTime() - now.getTime())),
  };
}
