import 'server-only';
import { recordEvent } from '../audit/record';
import { authorize } from '../identity/authorize';
import { seal } from '../identity/secret-box';
import { type Actor, actorRef } from '../kernel/actor';
import { DomainError, notFound } from '../kernel/errors';
import { newId } from '../kernel/ids';
import { inTransaction, publish, type Tx } from '../kernel/transaction';
import { type ChannelConfig, targetText } from './channel-config';
import { dropWaiting } from './delivery-store';
import type { Severity } from './routing';
import { type ChannelRow, insertChannel, lockChannel, updateChannel } from './store';
import { generateWebhookSecret, isWebhookSecret, ROTATION_HOURS } from './webhook-secret';

export type ChannelInput = {
  name: string;
  target: ChannelConfig;
  /** Password of the mail server, or the webhook's secret; left out to keep it (or, for a new webhook, to have one made). */
  secret?: string;
  level: 0 | 1 | 2;
  minimumSeverity: Severity;
  portfolioId: string | null;
};

/** A channel takes effect at once and may carry every alert of the firm: its settings are an Admin's alone. */
function authorizeChannel(actor: Actor, portfolioId: string | null): void {
  if (authorize(actor, 'channel.manage', { portfolioId }) === 'alone') return;
  throw new DomainError('FORBIDDEN', 'An Admin sets up channels. You can send a test through one.');
}

const place = (id: string) => ({ table: 'channels', id, column: 'secret_box' });

/**
 * Makes a channel, enabled and not yet proven. Returns the secret of a webhook that was made here: it is shown once.
 * Throws FORBIDDEN, or INVALID for a webhook secret that is not `whsec_` and 24 to 64 bytes.
 */
export async function createChannel(
  actor: Actor,
  input: ChannelInput,
): Promise<{ id: string; shownOnce: string | null }> {
  return inTransaction(async (tx, now) => {
    authorizeChannel(actor, input.portfolioId);
    const id = newId();
    const { secret, shownOnce } = secretOf(input);
    await insertChannel(tx, {
      id,
      kind: input.target.kind,
      name: input.name,
      config: input.target.config,
      secretBox: secret ? seal(secret, place(id)) : null,
      level: input.level,
      minimumSeverity: input.minimumSeverity,
      portfolioId: input.portfolioId,
      enabled: true,
      createdBy: actorRef(actor),
      createdAt: now,
    });
    recordChannel(tx, 'channel.created', actor, { id, portfolioId: input.portfolioId }, shownOf(input));
    publish(tx, 'channels');
    return { id, shownOnce };
  });
}

function secretOf(input: ChannelInput): { secret: string | null; shownOnce: string | null } {
  if (input.target.kind !== 'webhook') return { secret: input.secret || null, shownOnce: null };
  if (!input.secret) {
    const made = generateWebhookSecret();
    return { secret: made, shownOnce: made };
  }
  if (!isWebhookSecret(input.secret)) {
    throw new DomainError(
      'INVALID',
      'A webhook secret is whsec_ and 24 to 64 bytes in base64. Leave it empty to have one made.',
      {
        data: { field: 'secret' },
      },
    );
  }
  return { secret: input.secret, shownOnce: null };
}

/** What an event may say of a channel: never its secret. */
const shownOf = (input: ChannelInput) => ({
  name: input.name,
  kind: input.target.kind,
  target: targetText(input.target.kind, input.target.config),
  level: input.level,
  minimumSeverity: input.minimumSeverity,
});

async function change(
  actor: Actor,
  id: string,
  work: (tx: Tx, row: ChannelRow, now: Date) => Promise<void> | void,
): Promise<{ id: string }> {
  return inTransaction(async (tx, now) => {
    const row = await lockChannel(tx, id);
    if (!row) throw notFound('The channel');
    authorizeChannel(actor, row.portfolioId);
    await work(tx, row, now);
    publish(tx, 'channels');
    return { id };
  });
}

/** Changes a channel. A new address or secret has to be proven again by a test that somebody acknowledges. */
export async function editChannel(actor: Actor, id: string, input: ChannelInput): Promise<{ id: string }> {
  return change(actor, id, async (tx, row) => {
    if (input.portfolioId !== row.portfolioId) authorizeChannel(actor, input.portfolioId);
    if (row.kind !== input.target.kind) {
      throw new DomainError('CHANNEL_KIND', 'A channel keeps its kind. Make a new one and disable this.');
    }
    const secret = input.secret ? secretOf(input).secret : null;
    const moved = JSON.stringify(row.config) !== JSON.stringify(input.target.config);
    await updateChannel(tx, id, {
      name: input.name,
      config: input.target.config,
      level: input.level,
      minimumSeverity: input.minimumSeverity,
      portfolioId: input.portfolioId,
      ...(secret ? { secretBox: seal(secret, place(id)), previousSecretBox: null, previousSecretUntil: null } : {}),
      ...(moved || secret ? { provenAt: null, provenAlertId: null } : {}),
    });
    recordChannel(tx, 'channel.edited', actor, row, { ...shownOf(input), secretChanged: secret !== null });
  });
}

/** Disables or enables; waiting messages of a disabled channel are dropped, in sight. */
export async function setChannelEnabled(actor: Actor, id: string, enabled: boolean): Promise<{ id: string }> {
  return change(actor, id, async (tx, row) => {
    if (row.enabled === enabled) return;
    await updateChannel(tx, id, { enabled, disabledWhy: enabled ? null : `Disabled by ${actor.name}.` });
    const dropped = enabled ? 0 : await dropWaiting(tx, id, 'The channel was disabled.');
    recordChannel(tx, enabled ? 'channel.enabled' : 'channel.disabled', actor, row, { name: row.name, dropped });
  });
}

/** Makes a new webhook secret and returns it once. Both sign for a day, so that the receiver can change over unhurried. */
export async function rotateWebhookSecret(actor: Actor, id: string): Promise<{ shownOnce: string; bothUntil: Date }> {
  const shownOnce = generateWebhookSecret();
  // Protocol time: how long a signature is made is about real receivers.
  const bothUntil = new Date(Date.now() + ROTATION_HOURS * 3_600_000);
  await change(actor, id, async (tx, row) => {
    if (row.kind !== 'webhook')
      throw new DomainError('CHANNEL_KIND', 'Only a webhook has a secret that is rotated here.');
    await updateChannel(tx, id, {
      secretBox: seal(shownOnce, place(id)),
      previousSecretBox: row.secretBox,
      previousSecretUntil: bothUntil,
    });
    recordChannel(tx, 'channel.secret-rotated', actor, row, { name: row.name, bothUntil: bothUntil.toISOString() });
  });
  return { shownOnce, bothUntil };
}

/** An acknowledged test proves that a person hears this channel. */
export async function provenBy(tx: Tx, channelId: string, alertId: string, actor: Actor, now: Date): Promise<void> {
  await updateChannel(tx, channelId, { provenAt: now, provenAlertId: alertId });
  const portfolioId = (await lockChannel(tx, channelId))?.portfolioId ?? null;
  recordChannel(tx, 'channel.proven', actor, { id: channelId, portfolioId }, { alertId });
  publish(tx, 'channels');
}

/** A test nobody acknowledged takes the proof away. */
export async function failedTestOf(tx: Tx, channelId: string, alertId: string, actor: Actor): Promise<void> {
  await updateChannel(tx, channelId, { provenAt: null, provenAlertId: null });
  const portfolioId = (await lockChannel(tx, channelId))?.portfolioId ?? null;
  recordChannel(tx, 'channel.test-unanswered', actor, { id: channelId, portfolioId }, { alertId });
  publish(tx, 'channels');
}

function recordChannel(
  tx: Tx,
  type: string,
  actor: Actor,
  channel: { id: string; portfolioId: string | null },
  data: Record<string, unknown>,
): void {
  recordEvent(tx, {
    type,
    actor,
    subject: { kind: 'channel', id: channel.id },
    portfolioId: channel.portfolioId,
    data,
  });
}
