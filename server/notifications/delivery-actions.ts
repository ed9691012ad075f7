import 'server-only';
import { recordEvent } from '../audit/record';
import { authorize } from '../identity/authorize';
import { open } from '../identity/secret-box';
import { job } from '../kernel/actor';
import { log } from '../kernel/log';
import { inTransaction, publish, type Tx } from '../kernel/transaction';
import { MAX_ATTEMPTS, MAX_REFUSED_ATTEMPTS, retryDelayMs } from './backoff';
import { addressesOf } from './channels/addresses';
import type { ChannelPort, OpenedChannel, Outcome } from './channels/channel';
import { email } from './channels/email';
import { webhook } from './channels/webhook';
import { claimDelivery, dropWaiting, findNextDue, type Settlement, settleDelivery } from './delivery-store';
import type { Message } from './message';
import { type ChannelRow, countFolded, type DeliveryRow, findChannel, updateChannel } from './store';
import { STORM } from './storm';

/** The senders of this installation. */
export const PORTS: Partial<Record<ChannelRow['kind'], ChannelPort>> = { email, webhook };
const SLOTS = 8;
const ATTEMPT_MS = 10_000;
const SENDER = job('deliveries');

export type DrainReport = { delivered: number; retrying: number; dead: number; dropped: number };

/**
 * Sends everything that is due, in parallel, until nothing is, and says what came of it.
 *
 * Safe to call from any number of processes at once: each row is claimed by one, with a lease and a fencing token. A
 * receiver that hangs holds its own slots only. At least once: where a reply was lost the same id is sent again.
 */
export async function drainDeliveries(options: { timeoutMs?: number } = {}): Promise<DrainReport> {
  const report: DrainReport = { delivered: 0, retrying: 0, dead: 0, dropped: 0 };
  const slot = async () => {
    for (let row = await claimDelivery(); row; row = await claimDelivery()) {
      const came = await deliver(row, options.timeoutMs ?? ATTEMPT_MS);
      if (came) report[came] += 1;
    }
  };
  await Promise.all(Array.from({ length: SLOTS }, slot));
  return report;
}

async function deliver(row: DeliveryRow, timeoutMs: number): Promise<keyof DrainReport | null> {
  const channel = await findChannel(row.channelId);
  const message = await worded(row);
  const isTest = message.isTest;
  if (!channel || (!channel.enabled && !isTest)) {
    return settle(row, channel, message, { state: 'dropped', lastError: 'The channel is disabled.' });
  }
  const outcome = await attempt(channel, row, message, timeoutMs);
  switch (outcome.kind) {
    case 'delivered':
      return settle(row, channel, message, { state: 'delivered', lastError: null, lastStatus: outcome.status ?? null });
    case 'gone':
      return settle(
        row,
        channel,
        message,
        { state: 'dead', lastError: outcome.error, lastStatus: outcome.status },
        true,
      );
    case 'retry':
    case 'refused': {
      const most = outcome.kind === 'refused' ? MAX_REFUSED_ATTEMPTS : MAX_ATTEMPTS;
      const failure = { lastError: outcome.error, lastStatus: outcome.status ?? null };
      if (row.attempts >= most || (isTest && row.attempts >= 3)) {
        return settle(row, channel, message, { state: 'dead', ...failure });
      }
      const asked = outcome.kind === 'retry' ? outcome.retryAfterSeconds : undefined;
      const wait = retryDelayMs(row.attempts, Math.random(), asked);
      return settle(row, channel, message, {
        state: 'retrying',
        nextAttemptAt: new Date(Date.now() + wait),
        ...failure,
      });
    }
  }
}

/** The summary of a storm is worded when it goes out, from what was folded by then. */
async function worded(row: DeliveryRow): Promise<Message> {
  const message = row.message as Message;
  if (message.subject.kind !== 'storm') return message;
  const end = new Date(message.subject.id);
  const folded = await countFolded(row.channelId, new Date(end.getTime() - STORM.windowSeconds * 1000), end);
  const first = folded.slice(0, 10).map((one) => one.title);
  return {
    ...message,
    title: `${folded.length} more ${folded.length === 1 ? 'alert' : 'alerts'} in 5 min, not sent one by one`,
    body: [...first, folded.length > first.length ? `and ${folded.length - first.length} more` : '']
      .filter(Boolean)
      .join('\n'),
  };
}

async function attempt(channel: ChannelRow, row: DeliveryRow, message: Message, timeoutMs: number): Promise<Outcome> {
  const port = PORTS[channel.kind];
  if (!port) return { kind: 'refused', error: `This installation has no sender for ${channel.kind}.` };
  try {
    return await port.send(opened(channel), {
      deliveryId: row.id,
      dedupeId: row.dedupeId,
      message,
      addresses: addressesOf(message, row.id),
      at: new Date(),
      timeoutMs,
    });
  } catch (error) {
    log.error({ err: error, delivery: row.id }, 'a channel failed');
    return { kind: 'retry', error: 'The message could not be sent from here; see the log of this time.' };
  }
}

/** A channel with its secrets open, as its sender takes it. */
export function opened(channel: ChannelRow): OpenedChannel {
  const box = (text: string | null, column: string) =>
    text === null ? null : open(text, { table: 'channels', id: channel.id, column });
  const rotates = channel.previousSecretUntil !== null && channel.previousSecretUntil > new Date();
  return {
    config: channel.config,
    secret: box(channel.secretBox, 'secret_box'),
    // Sealed for the column it was made for: a rotation moves the box, not the secret.
    previousSecret: rotates ? box(channel.previousSecretBox, 'secret_box') : null,
  };
}

async function settle(
  row: DeliveryRow,
  channel: ChannelRow | undefined,
  message: Message,
  set: Settlement & { state: 'delivered' | 'retrying' | 'dead' | 'dropped' },
  disables = false,
): Promise<'delivered' | 'retrying' | 'dead' | 'dropped' | null> {
  return inTransaction(async (tx, now) => {
    authorize(SENDER, 'channel.manage');
    const columns = set.state === 'delivered' ? { ...set, deliveredAt: now } : set;
    if (!(await settleDelivery(tx, row, columns))) return null;
    if (disables && channel) await disableGone(tx, channel);
    if (set.state === 'delivered' || set.state === 'dead') record(tx, row, channel, message, set);
    publish(tx, 'alerts');
    publish(tx, 'channels');
    return set.state;
  });
}

async function disableGone(tx: Tx, channel: ChannelRow): Promise<void> {
  const why = 'The receiver answered 410: it wants no more messages.';
  await updateChannel(tx, channel.id, { enabled: false, disabledWhy: why });
  await dropWaiting(tx, channel.id, 'The channel was disabled.');
  recordEvent(tx, {
    type: 'channel.disabled',
    actor: SENDER,
    subject: { kind: 'channel', id: channel.id },
    portfolioId: channel.portfolioId,
    data: { name: channel.name, why },
  });
}

/** Who was told and who could not be is part of the story: an event on the timeline of what it was about. */
function record(tx: Tx, row: DeliveryRow, channel: ChannelRow | undefined, message: Message, set: Settlement): void {
  recordEvent(tx, {
    type: set.state === 'delivered' ? 'notification.delivered' : 'notification.dead',
    actor: SENDER,
    subject: { kind: row.subjectKind, id: row.subjectId },
    data: {
      deliveryId: row.id,
      channelId: row.channelId,
      channel: channel?.name ?? 'removed',
      channelKind: channel?.kind ?? 'unknown',
      title: message.title,
      attempts: row.attempts,
      isTest: message.isTest,
      ...(set.lastError ? { error: set.lastError } : {}),
    },
  });
}

type Drain = { running: Promise<unknown> | null; again: boolean; timer: NodeJS.Timeout | null };
const kept = globalThis as { __goingLiveDrain?: Drain };
kept.__goingLiveDrain ??= { running: null, again: false, timer: null };
const drain = kept.__goingLiveDrain;

/**
 * Drains in the background of this process, once however often it is called, and wakes by itself for the next retry.
 * Nobody waits for it; the periodic job is the safety net.
 */
export function wakeDrain(): void {
  if (drain.running) {
    drain.again = true;
    return;
  }
  drain.running = drainDeliveries()
    .then(sleepUntilDue)
    .catch((error) => log.error({ err: error }, 'the outbox could not be drained'))
    .finally(() => {
      drain.running = null;
      if (drain.again) {
        drain.again = false;
        wakeDrain();
      }
    });
}

/** Resolves when the background drain of this process is at rest. */
export async function drainSettled(): Promise<void> {
  while (drain.running) await drain.running;
}

async function sleepUntilDue(): Promise<void> {
  const due = await findNextDue();
  if (drain.timer) clearTimeout(drain.timer);
  drain.timer = null;
  if (!due) return;
  const wait = Math.min(60_000, Math.max(250, due.getTime() - Date.now()));
  drain.timer = setTimeout(wakeDrain, wait);
  drain.timer.unref();
}
