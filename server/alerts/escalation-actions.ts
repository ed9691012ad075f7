import 'server-only';
import { authorize } from '../identity/authorize';
import { job } from '../kernel/actor';
import { inTransaction, publish, readNow, type Tx } from '../kernel/transaction';
import { failedTestOf } from '../notifications/actions';
import { queueNotice } from '../notifications/notice-actions';
import { inhibitorOf } from './inhibition';
import { type Occasion, onResolved, onTime, stateOf } from './lifecycle';
import { lifeColumns, recordEventOfAlert, settingOf, tell } from './raise-actions';
import { type AlertRow, findDueAlerts, findOpenEmergencies, lifeOf, lockAlertIfFree, updateAlert } from './store';

const CLOCK = job('alert-escalations');
const TEST_MINUTES = 60;

const EVENT: Record<Exclude<Occasion, 'digest' | 'raised' | 'severity-rose'>, string> = {
  escalated: 'alert.escalated',
  repeated: 'alert.repeated',
  'acknowledgement-expired': 'alert.acknowledgement-expired',
  'silence-expired': 'alert.silence-expired',
};

export type EscalationReport = { looked: number; told: Record<string, number>; digests: number };

/**
 * Does what time asks of open alerts: ends acknowledgements and silences, goes up a level, repeats, gathers the digest of
 * low ones, fails tests nobody acknowledged. Each alert is its own transaction; run by any number of instances at once.
 */
export async function escalateAlerts(): Promise<EscalationReport> {
  const due = await findDueAlerts(await readNow());
  const told: Record<string, number> = {};
  const digest: string[] = [];
  for (const id of due) {
    const occasion = await turnAlert(id);
    if (!occasion) continue;
    told[occasion] = (told[occasion] ?? 0) + 1;
    if (occasion === 'digest') digest.push(id);
  }
  return { looked: due.length, told, digests: await sendDigests(digest) };
}

async function turnAlert(id: string): Promise<Occasion | null> {
  return inTransaction(async (tx, now) => {
    authorize(CLOCK, 'alert.acknowledge');
    const row = await lockAlertIfFree(tx, id);
    if (!row || row.resolvedAt) return null;
    if (row.isTest) return endTest(tx, row, now);
    if (row.inhibitedBy) return released(tx, row, now);
    const before = lifeOf(row);
    const { life, notify } = onTime(before, await settingOf(tx, row.portfolioId, now), now);
    const ended = before.acknowledgedUntil && !life.acknowledgedUntil;
    if (life === before && row.state === stateOf(life, now)) return null;
    const columns = {
      ...lifeColumns(life, now),
      ...(ended ? { acknowledgedBy: null, acknowledgedByName: null, acknowledgedAt: null } : {}),
    };
    await updateAlert(tx, id, columns);
    publish(tx, 'alerts');
    if (!notify || notify === 'digest') return notify;
    const type = EVENT[notify as keyof typeof EVENT];
    recordEventOfAlert(tx, type, row, CLOCK, { level: life.level, severity: life.severity });
    await tell(tx, { ...row, ...columns }, notify, now);
    return notify;
  });
}

/** Inhibited alerts are told once the emergency they follow from is over, if they are still open then. */
async function released(tx: Tx, row: AlertRow, now: Date): Promise<Occasion | null> {
  const place = { ...row, subject: { kind: row.subjectKind } };
  if (inhibitorOf(place, await findOpenEmergencies(tx))) return null;
  await updateAlert(tx, row.id, { inhibitedBy: null });
  recordEventOfAlert(tx, 'alert.released', row, CLOCK, { inhibitedBy: row.inhibitedBy });
  publish(tx, 'alerts');
  if (row.state !== 'firing') return null;
  await tell(tx, { ...row, inhibitedBy: null }, 'raised', now);
  return 'raised';
}

/** A test that nobody acknowledged within the hour proves that nobody hears this channel. */
async function endTest(tx: Tx, row: AlertRow, now: Date): Promise<null> {
  if (now.getTime() - row.firedAt.getTime() < TEST_MINUTES * 60_000) return null;
  const life = onResolved(lifeOf(row), now);
  if (!life) return null;
  const resolvedWhy = `Nobody acknowledged the test within ${TEST_MINUTES} min.`;
  await updateAlert(tx, row.id, { ...lifeColumns(life, now), resolvedWhy });
  recordEventOfAlert(tx, 'alert.resolved', row, CLOCK, { reason: resolvedWhy });
  if (row.subjectKind === 'channel') await failedTestOf(tx, row.subjectId, row.id, CLOCK);
  publish(tx, 'alerts');
  return null;
}

/** Low alerts are told in one list per portfolio. */
async function sendDigests(ids: string[]): Promise<number> {
  if (ids.length === 0) return 0;
  return inTransaction(async (tx, now) => {
    authorize(CLOCK, 'alert.acknowledge');
    const rows = (await Promise.all(ids.map((id) => lockAlertIfFree(tx, id)))).filter((row) => row !== undefined);
    const byPortfolio = new Map<string, AlertRow[]>();
    for (const row of rows) {
      const key = row.portfolioId ?? '';
      byPortfolio.set(key, [...(byPortfolio.get(key) ?? []), row]);
    }
    for (const [portfolioId, list] of byPortfolio) {
      const day = now.toISOString().slice(0, 10);
      await queueNotice(tx, {
        subject: { kind: 'digest', id: `${portfolioId || 'firm'}:${day}` },
        severity: 'low',
        title: `${list.length} low ${list.length === 1 ? 'alert is' : 'alerts are'} open`,
        body: list.map((row) => `${row.number} ${row.title}`).join('\n'),
        nextStep: 'Look through them when you have time; none is urgent.',
        link: '/alerts',
        portfolioId: portfolioId || null,
        dedupePrefix: `digest:${portfolioId || 'firm'}:${day}`,
      });
      for (const row of list) recordEventOfAlert(tx, 'alert.listed-in-digest', row, CLOCK, { day });
    }
    return byPortfolio.size;
  });
}
