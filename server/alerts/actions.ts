import 'server-only';
import { authorize } from '../identity/authorize';
import type { Action } from '../identity/permissions';
import { type Actor, actorRef, job, rolesIn } from '../kernel/actor';
import { DomainError, notFound } from '../kernel/errors';
import { inTransaction, publish, type Tx } from '../kernel/transaction';
import { deliveryOfToken, isTokenOf, tokenHash } from '../notifications/acknowledgement-token';
import { provenBy } from '../notifications/actions';
import { tokenSecret } from '../notifications/channels/addresses';
import { consumeToken, findChannel, findDelivery } from '../notifications/store';
import { type AlertLife, onAcknowledged, onResolved, onSilenced, onUnacknowledged, onUnsilenced } from './lifecycle';
import { lifeColumns, recordEventOfAlert, settingOf } from './raise-actions';
import { silenceVerdict } from './silence';
import { type AlertRow, lifeOf, lockAlert, updateAlert } from './store';

export type Acknowledged = { id: string; number: string; acknowledgedBy: string; acknowledgedUntil: Date };

const over = (row: AlertRow) =>
  new DomainError(
    'ALERT_OVER',
    row.resolvedAt
      ? `${row.number} is resolved: ${row.resolvedWhy ?? 'its cause is gone'}. There is nothing to do.`
      : `${row.number} is not firing. There is nothing to acknowledge.`,
  );

async function lockFor(tx: Tx, actor: Actor, action: Action, id: string): Promise<AlertRow> {
  const row = await lockAlert(tx, id);
  if (!row) throw notFound('The alert');
  // An alert of the firm concerns everyone: who acknowledges somewhere may take it in hand, but not silence it.
  const portfolioId = row.portfolioId ?? (action === 'alert.acknowledge' ? undefined : null);
  authorize(actor, action, { portfolioId });
  return row;
}

/**
 * Takes an alert in hand: the climb stops until the acknowledgement ends, then it notifies again. Acknowledging again
 * extends it. Throws ALERT_OVER when it is resolved.
 */
export async function acknowledge(actor: Actor, id: string): Promise<Acknowledged> {
  return inTransaction(async (tx, now) => {
    const row = await lockFor(tx, actor, 'alert.acknowledge', id);
    return acknowledgeLocked(tx, row, actor, actorRef(actor), actor.name, now);
  });
}

/**
 * Acknowledges by the token of one delivery, without a session, once. Throws TOKEN_INVALID when it was not made here,
 * TOKEN_USED when it acknowledged before, ALERT_OVER when there is nothing left to acknowledge (the token is kept then).
 */
export async function acknowledgeByToken(token: string): Promise<Acknowledged> {
  return inTransaction(async (tx, now) => {
    const { row, delivery } = await openToken(tx, token);
    const channel = await findChannel(delivery.channelId, tx);
    const by: Actor = job(`the link sent to ${channel?.name ?? 'a removed channel'}`);
    authorize(by, 'alert.acknowledge', { portfolioId: row.portfolioId });
    const answer = await acknowledgeLocked(tx, row, by, `delivery:${delivery.id}`, by.name, now);
    if (!(await consumeToken(tx, delivery.id, tokenHash(token), now))) throw used(row);
    return answer;
  });
}

const used = (row: AlertRow) =>
  new DomainError(
    'TOKEN_USED',
    `This link has acknowledged ${row.number} before and works once. Sign in to acknowledge it again.`,
    { data: { alertId: row.id } },
  );

async function openToken(tx: Tx, token: string) {
  const invalid = new DomainError(
    'TOKEN_INVALID',
    'This link is not complete or not ours. Open the alert and sign in.',
    {
      kind: 'not-found',
    },
  );
  const deliveryId = deliveryOfToken(token);
  const delivery = deliveryId ? await findDelivery(deliveryId, tx) : undefined;
  if (!delivery || !isTokenOf(token, delivery.id, delivery.subjectId, tokenSecret())) throw invalid;
  const row = await lockAlert(tx, delivery.subjectId);
  if (!row) throw invalid;
  return { row, delivery };
}

async function acknowledgeLocked(
  tx: Tx,
  row: AlertRow,
  actor: Actor,
  ref: string,
  name: string,
  now: Date,
): Promise<Acknowledged> {
  const life = onAcknowledged(lifeOf(row), await settingOf(tx, row.portfolioId, now), now);
  if (!life?.acknowledgedUntil) throw over(row);
  const by = { acknowledgedBy: ref, acknowledgedByName: name, acknowledgedAt: now };
  const until = life.acknowledgedUntil;
  const ended = row.isTest ? onResolved(life, now) : null;
  await updateAlert(tx, row.id, {
    ...lifeColumns(ended ?? life, now),
    ...by,
    ...(ended ? { resolvedWhy: 'The test was acknowledged.' } : {}),
  });
  recordEventOfAlert(tx, 'alert.acknowledged', row, actor, { until: until.toISOString(), by: name });
  if (row.isTest && row.subjectKind === 'channel') await provenBy(tx, row.subjectId, row.id, actor, now);
  publish(tx, 'alerts');
  return { id: row.id, number: row.number, acknowledgedBy: name, acknowledgedUntil: until };
}

async function change(
  actor: Actor,
  id: string,
  action: Action,
  turn: (row: AlertRow, life: AlertLife, tx: Tx, now: Date) => Promise<Changed | null> | Changed | null,
): Promise<{ id: string }> {
  return inTransaction(async (tx, now) => {
    const row = await lockFor(tx, actor, action, id);
    const changed = await turn(row, lifeOf(row), tx, now);
    if (!changed) throw over(row);
    await updateAlert(tx, id, { ...lifeColumns(changed.life, now), ...changed.columns });
    recordEventOfAlert(tx, changed.type, row, actor, changed.data ?? {});
    publish(tx, 'alerts');
    return { id };
  });
}

type Changed = { life: AlertLife; type: string; columns?: Partial<AlertRow>; data?: Record<string, unknown> };

/** Gives an alert back: it fires again at the level reached, and the clocks run from now. */
export async function unacknowledge(actor: Actor, id: string): Promise<{ id: string }> {
  return change(actor, id, 'alert.acknowledge', async (row, before, tx, now) => {
    const life = onUnacknowledged(before, await settingOf(tx, row.portfolioId, now), now);
    const columns = { acknowledgedBy: null, acknowledgedByName: null, acknowledgedAt: null };
    return life && { life, type: 'alert.unacknowledged', columns };
  });
}

/** Tells nobody of an alert for some hours. It stays listed and counts against gates as before. Throws SILENCE_REFUSED. */
export async function silence(
  actor: Actor,
  input: { id: string; hours: number; reason: string },
): Promise<{ id: string }> {
  return change(actor, input.id, 'alert.silence', (row, before, _tx, now) => {
    const roles = actor.kind === 'person' ? rolesIn(actor.grants, row.portfolioId) : [];
    const verdict = silenceVerdict(row, roles, input.hours);
    if (!verdict.allowed) throw new DomainError('SILENCE_REFUSED', verdict.why, { kind: 'invalid' });
    const until = new Date(now.getTime() + input.hours * 3_600_000);
    const life = onSilenced(before, until, now);
    const columns = { silencedBy: actor.name, silenceReason: input.reason };
    return (
      life && {
        life,
        type: 'alert.silenced',
        columns,
        data: { until: until.toISOString(), reason: input.reason },
      }
    );
  });
}

/** Ends a silence early; the alert fires again, or stays acknowledged where that has not ended. */
export async function unsilence(actor: Actor, id: string): Promise<{ id: string }> {
  return change(actor, id, 'alert.silence', async (row, before, tx, now) => {
    const life = onUnsilenced(before, await settingOf(tx, row.portfolioId, now), now);
    return life && { life, type: 'alert.unsilenced', columns: { silencedBy: null, silenceReason: null } };
  });
}
