import 'server-only';
import { recordEvent } from '../audit/record';
import { type Actor, job } from '../kernel/actor';
import { DomainError } from '../kernel/errors';
import { newId } from '../kernel/ids';
import { nextNumber, publish, readNow, type Tx } from '../kernel/transaction';
import type { Fact } from '../notifications/message';
import { queueNotice } from '../notifications/notice-actions';
import { type Severity, severityRank } from '../notifications/routing';
import { groupKeyOf } from './grouping';
import { inhibitorOf } from './inhibition';
import { type AlertLife, type Occasion, onResolved, onSeen, stateOf } from './lifecycle';
import {
  type AlertRow,
  findEscalationPolicy,
  findHeldSilence,
  findOpenEmergencies,
  findTimeZone,
  insertAlert,
  lifeOf,
  lockAlert,
  lockOpenAlert,
  updateAlert,
} from './store';
import { factsOf, NEXT_STEP, occasionText } from './wording';

export type Raise = {
  /** Identity of what is wrong (`fingerprintOf`): while an alert of it is open, a repeat only counts. */
  fingerprint: string;
  severity: Severity;
  /** One line with the value and the limit: "Daily loss 5.31 % exceeds 5.00 %". */
  title: string;
  body: string;
  portfolioId?: string | null;
  strategyId?: string | null;
  launchId?: string | null;
  subject: { kind: string; id: string };
  /** Path of the page where something can be done about it. */
  link: string;
  /** Label -> value, in the order shown. */
  facts?: Record<string, string>;
  nextStep?: string;
  /** Seen once and not confirmed: listed, tells nobody until it is raised without this. */
  isPending?: boolean;
  isTest?: boolean;
  onlyChannelId?: string;
  actor?: Actor;
};

/**
 * Raises an alert in the caller's transaction and returns its id.
 *
 * One open alert per fingerprint: a repeat counts, refreshes the words, and tells nobody again unless the severity rises.
 * People are told through the outbox once the transaction commits; no receiver is waited for.
 */
export async function raiseAlert(tx: Tx, raise: Raise): Promise<string> {
  const now = await readNow(tx);
  const open = await lockOpenAlert(tx, raise.fingerprint);
  if (open) return seeAgain(tx, open, raise, now);
  const begun = await begin(tx, raise, now);
  if (begun) return begun;
  // Another transaction opened it between our look and our insert, and has committed: ours is a repeat of it.
  const other = await lockOpenAlert(tx, raise.fingerprint);
  if (!other) throw new DomainError('UNAVAILABLE', 'The alert could not be raised. Try again.');
  return seeAgain(tx, other, raise, now);
}

const severityOf = (raise: Raise, isPending: boolean) => ({ severity: raise.severity, isPending });

async function begin(tx: Tx, raise: Raise, now: Date): Promise<string | null> {
  const setting = await settingOf(tx, raise.portfolioId ?? null, now);
  const silence = await findHeldSilence(tx, raise.fingerprint, now);
  const covered = silence && severityRank(silence.severity) >= severityRank(raise.severity) ? silence : undefined;
  const { life, notify } = onSeen(
    null,
    { ...severityOf(raise, raise.isPending ?? false), heldSilence: covered?.silencedUntil },
    setting,
    now,
  );
  const inhibitedBy = inhibitorOf(placeOf(raise, life), await findOpenEmergencies(tx));
  const row: AlertRow = {
    id: newId(),
    number: await nextNumber(tx, 'alert'),
    fingerprint: raise.fingerprint,
    groupKey: groupKeyOf(raise),
    title: raise.title,
    body: raise.body,
    portfolioId: raise.portfolioId ?? null,
    strategyId: raise.strategyId ?? null,
    launchId: raise.launchId ?? null,
    subjectKind: raise.subject.kind,
    subjectId: raise.subject.id,
    link: raise.link,
    facts: Object.entries(raise.facts ?? {}),
    isTest: raise.isTest ?? false,
    inhibitedBy,
    acknowledgedBy: null,
    acknowledgedByName: null,
    acknowledgedAt: null,
    silencedBy: covered?.silencedBy ?? null,
    silenceReason: covered?.silenceReason ?? null,
    resolvedWhy: null,
    version: 1,
    ...lifeColumns(raise.isTest ? { ...life, nextEscalationAt: null, nextRepeatAt: null } : life, now),
  };
  if (!(await insertAlert(tx, row))) return null;
  recordEventOfAlert(tx, 'alert.raised', row, raise.actor ?? job('alerts'), {
    severity: row.severity,
    title: row.title,
  });
  publish(tx, 'alerts');
  if (notify && !inhibitedBy) {
    await tell(tx, row, notify, now, { onlyChannelId: raise.onlyChannelId, nextStep: raise.nextStep });
  }
  return row.id;
}

async function seeAgain(tx: Tx, open: AlertRow, raise: Raise, now: Date): Promise<string> {
  const setting = await settingOf(tx, open.portfolioId, now);
  const before = lifeOf(open);
  const { life, notify } = onSeen(before, severityOf(raise, raise.isPending ?? false), setting, now);
  const words = { title: raise.title, body: raise.body, facts: raise.facts ? Object.entries(raise.facts) : open.facts };
  const voided = before.acknowledgedUntil && !life.acknowledgedUntil;
  const row: AlertRow = {
    ...open,
    ...words,
    ...lifeColumns(life, now),
    ...(voided ? { acknowledgedBy: null, acknowledgedByName: null, acknowledgedAt: null } : {}),
  };
  const { id, version, ...columns } = row;
  await updateAlert(tx, id, columns);
  if (notify) {
    const type = notify === 'raised' ? 'alert.confirmed' : 'alert.worsened';
    recordEventOfAlert(tx, type, row, raise.actor ?? job('alerts'), { severity: row.severity, title: row.title });
    if (!open.inhibitedBy) await tell(tx, row, notify, now, { nextStep: raise.nextStep });
  }
  publish(tx, 'alerts');
  return id;
}

/**
 * Ends the open alert of a fingerprint because its cause is gone; `reason` is shown. True when there was one. Nobody is
 * told: the pages show it, and those who were told find it resolved behind the link.
 */
export async function resolveAlert(tx: Tx, fingerprint: string, reason: string, actor?: Actor): Promise<boolean> {
  const open = await lockOpenAlert(tx, fingerprint);
  if (!open) return false;
  const now = await readNow(tx);
  const life = onResolved(lifeOf(open), now);
  if (!life) return false;
  await updateAlert(tx, open.id, { ...lifeColumns(life, now), resolvedWhy: reason });
  recordEventOfAlert(tx, 'alert.resolved', open, actor ?? job('alerts'), { reason });
  publish(tx, 'alerts');
  return true;
}

/** Changes words of an open alert that people look at, such as what was done since; tells nobody. */
export async function addAlertFacts(tx: Tx, alertId: string, facts: Record<string, string>): Promise<void> {
  const row = await lockAlert(tx, alertId);
  if (!row) return;
  const before = Object.fromEntries(row.facts as Fact[]);
  await updateAlert(tx, alertId, { facts: Object.entries({ ...before, ...facts }) });
  publish(tx, 'alerts');
}

/** Queues the notice of an alert to the channels of its level. Each occasion at an instant is told once per channel. */
export async function tell(
  tx: Tx,
  row: AlertRow,
  occasion: Occasion,
  now: Date,
  more: { onlyChannelId?: string; nextStep?: string } = {},
): Promise<void> {
  const timeZone = await findTimeZone(row.portfolioId, tx);
  await queueNotice(tx, {
    subject: { kind: 'alert', id: row.id },
    severity: row.severity,
    title: row.title,
    body: row.body,
    facts: factsOf(row, timeZone, now),
    nextStep: more.nextStep ?? NEXT_STEP,
    link: `/alerts/${row.id}`,
    level: row.level,
    portfolioId: row.portfolioId,
    dedupePrefix: `alert:${row.id}:${occasion}:${now.getTime()}`,
    occasion: occasionText(occasion, row.level),
    isTest: row.isTest,
    onlyChannelId: more.onlyChannelId,
  });
}

export async function settingOf(tx: Tx, portfolioId: string | null, now: Date) {
  return { policy: await findEscalationPolicy(now, tx), timeZone: await findTimeZone(portfolioId, tx) };
}

/** The columns that a life is kept in. */
export const lifeColumns = (life: AlertLife, now: Date) => ({
  state: stateOf(life, now),
  severity: life.severity,
  level: life.level,
  firedAt: life.firedAt,
  lastSeenAt: life.lastSeenAt,
  seenCount: life.seenCount,
  nextEscalationAt: life.nextEscalationAt,
  nextRepeatAt: life.nextRepeatAt,
  acknowledgedUntil: life.acknowledgedUntil,
  silencedUntil: life.silencedUntil,
  resolvedAt: life.resolvedAt,
});

const placeOf = (raise: Raise, life: AlertLife) => ({
  severity: life.severity,
  subject: raise.subject,
  portfolioId: raise.portfolioId ?? null,
  strategyId: raise.strategyId ?? null,
  firedAt: life.firedAt,
});

/** One event of an alert, found by its timeline and by those of its portfolio and launch. */
export function recordEventOfAlert(
  tx: Tx,
  type: string,
  row: AlertRow,
  actor: Actor,
  data: Record<string, unknown>,
): void {
  recordEvent(tx, {
    type,
    actor,
    subject: { kind: 'alert', id: row.id },
    portfolioId: row.portfolioId,
    launchId: row.launchId,
    data: { number: row.number, ...data },
  });
}
