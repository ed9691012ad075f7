import { eq, sql } from 'drizzle-orm';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { POST as post } from '@/app/api/v1/acknowledge/route';
import { db } from '@/db/client';
import { alerts, channels, deliveries } from '@/db/schema';
import type { PersonActor, Role } from '../kernel/actor';
import { newId } from '../kernel/ids';
import { inTransaction, readNow } from '../kernel/transaction';
import { acknowledgementToken } from '../notifications/acknowledgement-token';
import { drainSettled } from '../notifications/delivery-actions';
import { deliveriesOf, forgetAll, webhookChannel } from '../notifications/testing/channels';
import { openReceiver } from '../notifications/testing/receivers';
import { acknowledge, acknowledgeByToken, silence, unacknowledge } from './actions';
import { escalateAlerts } from './escalation-actions';
import { type Raise, raiseAlert, resolveAlert } from './raise-actions';
import { testChannel } from './test-actions';
import { alertBehindLink } from './view-store';

let receiver: Awaited<ReturnType<typeof openReceiver>>;
let shifted = 0;

beforeEach(async () => {
  process.env.OUTBOUND_ALLOW = '127.0.0.1/32:*';
  receiver = await openReceiver();
});
afterEach(async () => {
  await drainSettled();
  await receiver.close();
  await forgetAll();
});

const person = (name: string, ...roles: Role[]): PersonActor => ({
  kind: 'person',
  personId: newId(),
  name,
  sessionId: null,
  grants: roles.map((role) => ({ role, portfolioId: null })),
});
const engineer = person('Eva Engineer', 'engineer');
const riskOfficer = person('Rita Risk', 'risk-officer');
const admin = person('Ada Admin', 'admin');

let count = 0;
const raise = (more: Partial<Raise> = {}): Raise => ({
  fingerprint: `risk/daily-loss/portfolio:${++count}`,
  severity: 'critical',
  title: 'Daily loss 5.31 % exceeds 5.00 %',
  body: 'Trading was halted.',
  subject: { kind: 'breach', id: 'b1' },
  link: '/risk',
  ...more,
});
async function raised(more: Partial<Raise> = {}) {
  const id = await inTransaction((tx) => raiseAlert(tx, raise(more)));
  await drainSettled();
  return id;
}
const alertOf = async (id: string) => (await db.select().from(alerts).where(eq(alerts.id, id)))[0]!;
async function moveClock(minutes: number) {
  shifted += minutes;
  await db.execute(sql`select app.shift_clock(make_interval(mins => ${shifted}))`);
}
async function escalated() {
  const report = await escalateAlerts();
  await drainSettled();
  return report;
}
const bodies = () => receiver.received.map((one) => JSON.parse(one.body).data as Record<string, string>);

describe('raising', () => {
  test('a repeat of the same fingerprint only counts and tells nobody again', async () => {
    await webhookChannel(receiver.url);
    const what = raise();
    const ids = await Promise.all(Array.from({ length: 6 }, () => inTransaction((tx) => raiseAlert(tx, what))));
    await drainSettled();
    expect(new Set(ids).size).toBe(1);
    expect((await alertOf(ids[0]!)).seenCount).toBe(6);
    expect(receiver.received).toHaveLength(1);
  });

  test('a severity that rises notifies again, one that falls changes nothing', async () => {
    await webhookChannel(receiver.url);
    const id = await raised({ fingerprint: 'risk/x', severity: 'high' });
    await raised({ fingerprint: 'risk/x', severity: 'low' });
    await raised({ fingerprint: 'risk/x', severity: 'critical' });
    expect(bodies().map((one) => [one.severity, one.occasion])).toEqual([
      ['high', 'raised'],
      ['critical', 'It got worse'],
    ]);
    expect((await alertOf(id)).severity).toBe('critical');
  });

  test('after it is resolved the same fingerprint is a new alert with a new number', async () => {
    const first = await raised({ fingerprint: 'risk/y' });
    expect(await inTransaction((tx) => resolveAlert(tx, 'risk/y', 'Back within limits.'))).toBe(true);
    expect(await inTransaction((tx) => resolveAlert(tx, 'risk/y', 'again'))).toBe(false);
    const second = await raised({ fingerprint: 'risk/y' });
    expect(second).not.toBe(first);
    expect((await alertOf(second)).number).not.toBe((await alertOf(first)).number);
    expect((await alertOf(first)).state).toBe('resolved');
  });

  test('a transaction that fails raises nothing and sends nothing', async () => {
    await webhookChannel(receiver.url);
    const failing = inTransaction(async (tx) => {
      await raiseAlert(tx, raise({ fingerprint: 'risk/rolled-back' }));
      throw new Error('later step failed');
    });
    await expect(failing).rejects.toThrow('later step failed');
    await drainSettled();
    expect(receiver.received).toHaveLength(0);
  });
});

describe('time', () => {
  test('nobody acknowledges: management is told at 5 min, the board at 15', async () => {
    await webhookChannel(receiver.url);
    const board = await openReceiver();
    await webhookChannel(board.url, { level: 2 });
    const id = await raised();
    expect(board.received).toHaveLength(0);
    await moveClock(5);
    await escalated();
    expect((await alertOf(id)).level).toBe(1);
    await moveClock(10);
    await escalated();
    expect((await alertOf(id)).level).toBe(2);
    expect(board.received).toHaveLength(1);
    expect(bodies().at(-1)!.occasion).toContain('Escalated to Board');
    await board.close();
  });

  test('an acknowledgement ends by itself and notifies again at the level reached', async () => {
    await webhookChannel(receiver.url);
    const id = await raised();
    const held = await acknowledge(engineer, id);
    expect(held.acknowledgedUntil.getTime() - (await readNow()).getTime()).toBeGreaterThan(29 * 60_000);
    await moveClock(20);
    await escalated();
    expect(receiver.received).toHaveLength(1);
    await moveClock(11);
    await escalated();
    expect((await alertOf(id)).state).toBe('firing');
    expect(bodies().at(-1)!.occasion).toContain('acknowledgement ended');
    await escalated();
    expect(receiver.received).toHaveLength(2);
  });

  test('several instances escalate an alert once', async () => {
    await webhookChannel(receiver.url);
    await raised();
    await moveClock(5);
    await Promise.all([escalateAlerts(), escalateAlerts(), escalateAlerts()]);
    await drainSettled();
    expect(receiver.received).toHaveLength(2);
  });

  test('a silence tells nobody, and a critical risk alert is silenced by a Risk officer for 4 h at most', async () => {
    await webhookChannel(receiver.url);
    const id = await raised();
    const ask = (actor: PersonActor, hours: number) => silence(actor, { id, hours, reason: 'known' });
    await expect(ask(engineer, 1)).rejects.toMatchObject({ code: 'SILENCE_REFUSED' });
    await expect(ask(riskOfficer, 5)).rejects.toMatchObject({ code: 'SILENCE_REFUSED' });
    await ask(riskOfficer, 2);
    await moveClock(60);
    await escalated();
    expect(receiver.received).toHaveLength(1);
    expect((await alertOf(id)).state).toBe('silenced');
  });

  test('a viewer and an admin may not acknowledge; one who may gives it back', async () => {
    const id = await raised();
    await expect(acknowledge(person('V', 'viewer'), id)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(acknowledge(admin, id)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await acknowledge(engineer, id);
    await unacknowledge(engineer, id);
    expect((await alertOf(id)).state).toBe('firing');
  });
});

describe('the token of a notification', () => {
  test('acknowledges once, and only the alert it was made for', async () => {
    await webhookChannel(receiver.url);
    const id = await raised();
    const token = bodies()[0]!.acknowledge!.split('/').at(-1)!;
    const outcomes = await Promise.allSettled(Array.from({ length: 5 }, () => acknowledgeByToken(token)));
    expect(outcomes.filter((one) => one.status === 'fulfilled')).toHaveLength(1);
    expect((await alertOf(id)).state).toBe('acknowledged');
    await expect(acknowledgeByToken(token)).rejects.toMatchObject({ code: 'TOKEN_USED' });
  });

  test('one that was changed, made with another key, or of nothing is refused', async () => {
    const { id: channelId } = await webhookChannel(receiver.url);
    const id = await raised();
    const [delivery] = await deliveriesOf(channelId);
    const token = bodies()[0]!.acknowledge!.split('/').at(-1)!;
    const flipped = token.slice(0, -2) + (token.endsWith('AA') ? 'BB' : 'AA');
    const shapeless = `${'-'.repeat(36)}.${token.split('.')[1]}`;
    const foreign = acknowledgementToken(delivery!.id, id, 'another key of the same length');
    for (const bad of [flipped, foreign, shapeless, 'x', '']) {
      await expect(acknowledgeByToken(bad)).rejects.toMatchObject({ code: 'TOKEN_INVALID' });
      expect(await alertBehindLink(bad)).toBeNull();
    }
    expect((await alertOf(id)).state).toBe('firing');
  });

  test('the page that a form comes back to is told a code, and no words', async () => {
    const answer = await post(
      new Request('http://localhost:3000/api/v1/acknowledge', {
        method: 'POST',
        headers: { origin: 'http://localhost:3000' },
        body: new URLSearchParams({ token: 'Call us/%E0%A4%A' }),
      }),
    );
    const to = new URL(answer.headers.get('location')!, 'http://localhost:3000');
    expect([answer.status, to.search]).toEqual([303, '?refused=TOKEN_INVALID']);
  });

  test('the database holds nothing that acknowledges', async () => {
    await webhookChannel(receiver.url);
    await raised();
    const token = bodies()[0]!.acknowledge!.split('/').at(-1)!;
    const rows = await db.select().from(deliveries);
    expect(JSON.stringify(rows)).not.toContain(token.split('.')[1]);
  });
});

describe('the test of a channel', () => {
  test('goes to that channel alone, and acknowledging it proves the channel', async () => {
    const other = await openReceiver();
    const { id } = await webhookChannel(receiver.url);
    await webhookChannel(other.url);
    const { alertId } = await testChannel(admin, id);
    await drainSettled();
    expect([receiver.received.length, other.received.length]).toEqual([1, 0]);
    expect(bodies()[0]).toMatchObject({ isTest: true });
    await acknowledge(engineer, alertId);
    const [channel] = await db.select().from(channels).where(eq(channels.id, id));
    expect(channel).toMatchObject({ provenAlertId: alertId });
    expect((await alertOf(alertId)).state).toBe('resolved');
    await other.close();
  });

  test('that nobody acknowledges within the hour takes the proof away', async () => {
    const { id } = await webhookChannel(receiver.url);
    await db.update(channels).set({ provenAt: new Date() });
    const { alertId } = await testChannel(admin, id);
    await moveClock(61);
    await escalated();
    expect((await alertOf(alertId)).resolvedWhy).toContain('Nobody acknowledged');
    const [channel] = await db.select().from(channels).where(eq(channels.id, id));
    expect(channel!.provenAt).toBeNull();
  });
});

test('a message that could not be delivered is told through the other channels', async () => {
  const { consumeReactions } = await import('../reactions/consume');
  const gone = await openReceiver([{ status: 410 }]);
  await webhookChannel(gone.url);
  await webhookChannel(receiver.url);
  await raised();
  const report = await consumeReactions();
  expect(report['channel-lost']).toMatchObject({ error: null });
  await drainSettled();
  expect(bodies().some((one) => /does not deliver|disabled by its receiver/.test(one.title!))).toBe(true);
  expect((await consumeReactions())['channel-lost']!.consumed).toBe(0);
  await gone.close();
});
