import { sql } from 'drizzle-orm';
import { Webhook } from 'standardwebhooks';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { db } from '@/db/client';
import { inTransaction } from '../kernel/transaction';
import { drainDeliveries, drainSettled } from './delivery-actions';
import { claimDelivery, settleDelivery } from './delivery-store';
import { type Notice, queueNotice } from './notice-actions';
import { deliveriesOf, forgetAll, mailChannel, makeDue, webhookChannel } from './testing/channels';
import { type Behaviour, openMailServer, openReceiver } from './testing/receivers';

const open: { close: () => Promise<void> }[] = [];
beforeEach(() => {
  process.env.OUTBOUND_ALLOW = '127.0.0.1/32:*';
});
afterEach(async () => {
  await drainSettled();
  for (const one of open.splice(0)) await one.close();
  await forgetAll();
});

async function receiver(...script: Behaviour[]) {
  const made = await openReceiver(script);
  open.push(made);
  return made;
}
async function mailServer(options: { refuse?: number } = {}) {
  const made = await openMailServer(options);
  open.push(made);
  return made;
}

let count = 0;
const notice = (more: Partial<Notice> = {}): Notice => {
  count += 1;
  return {
    subject: { kind: 'report', id: `r${count}` },
    severity: 'high',
    title: `Daily loss 5.31 % exceeds 5.00 % (${count})`,
    body: 'Trading was halted.',
    facts: { Limit: '≤ 5.00 %', Now: '5.31 %' },
    link: '/risk',
    dedupePrefix: `test:${count}`,
    ...more,
  };
};
/** Queues and waits for the background drain that the commit wakes. */
async function tell(more: Partial<Notice> = {}) {
  const ids = await inTransaction((tx) => queueNotice(tx, notice(more)));
  await drainSettled();
  return ids;
}
async function again(options?: { timeoutMs?: number }) {
  await makeDue();
  return drainDeliveries(options);
}

describe('a signed webhook', () => {
  test('arrives at once after the commit, and its signature verifies by the standard library', async () => {
    const target = await receiver({ status: 204 });
    const { id, secret } = await webhookChannel(target.url);
    await tell();
    expect(target.received).toHaveLength(1);
    const { headers, body } = target.received[0]!;
    const verified = new Webhook(secret).verify(body, headers as Record<string, string>) as { data: { title: string } };
    expect(verified.data.title).toContain('Daily loss 5.31 %');
    expect((await deliveriesOf(id))[0]).toMatchObject({ state: 'delivered', attempts: 1, lastStatus: 204 });
  });

  test('a retry carries the same id, a new signature, and waits as long as Retry-After asks', async () => {
    const target = await receiver({ status: 429, headers: { 'retry-after': '120' } }, { status: 500 }, { status: 200 });
    const { id } = await webhookChannel(target.url);
    await tell();
    const [first] = await deliveriesOf(id);
    expect(first).toMatchObject({ state: 'retrying', lastStatus: 429 });
    expect(first!.nextAttemptAt.getTime() - Date.now()).toBeGreaterThan(110_000);
    await again();
    expect((await deliveriesOf(id))[0]).toMatchObject({ state: 'retrying', lastStatus: 500, attempts: 2 });
    await again();
    expect((await deliveriesOf(id))[0]).toMatchObject({ state: 'delivered', attempts: 3, lastError: null });
    expect(new Set(target.received.map((one) => one.headers['webhook-id'])).size).toBe(1);
    expect(target.received).toHaveLength(3);
  });

  test('a reply that was lost is sent again with the same id', async () => {
    const target = await receiver('lose-reply', { status: 200 });
    const { id } = await webhookChannel(target.url);
    await tell();
    await again();
    expect(target.received).toHaveLength(2);
    expect(target.received[0]!.headers['webhook-id']).toBe(target.received[1]!.headers['webhook-id']);
    expect((await deliveriesOf(id))[0]!.state).toBe('delivered');
  });

  test('both secrets sign while one is rotated', async () => {
    const target = await receiver({ status: 200 });
    const { id, secret } = await webhookChannel(target.url);
    const { rotateWebhookSecret } = await import('./actions');
    const { shownOnce } = await rotateWebhookSecret({ kind: 'job', name: 'test' }, id);
    await tell();
    const { headers, body } = target.received[0]!;
    for (const one of [secret, shownOnce]) {
      expect(() => new Webhook(one).verify(body, headers as Record<string, string>)).not.toThrow();
    }
    expect(String(headers['webhook-signature']).split(' ')).toHaveLength(2);
  });

  test('410 disables the channel, keeps the message as dead and drops what waits', async () => {
    const target = await receiver({ status: 410 });
    const { id } = await webhookChannel(target.url);
    await tell();
    expect((await deliveriesOf(id))[0]).toMatchObject({ state: 'dead', lastStatus: 410 });
    const [row] = await db.execute<{ enabled: boolean }>(sql`select enabled from channels where id = ${id}`);
    expect(row!.enabled).toBe(false);
    expect(await tell()).toEqual([]);
  });

  test('a redirect is a failure and a refusal dies after a few tries', async () => {
    const target = await receiver({ status: 302, headers: { location: 'http://127.0.0.1:1/' } }, { status: 404 });
    const { id } = await webhookChannel(target.url);
    await tell();
    expect((await deliveriesOf(id))[0]).toMatchObject({ state: 'retrying', lastStatus: 302 });
    for (let i = 0; i < 3; i++) await again();
    expect((await deliveriesOf(id))[0]).toMatchObject({ state: 'dead', attempts: 4, lastStatus: 404 });
    const rows = await db.execute(sql`select 1 from events where type = 'notification.dead'`);
    expect(rows.length).toBeGreaterThan(0);
  });

  test('a target that OUTBOUND_ALLOW does not open is never contacted', async () => {
    const target = await receiver({ status: 200 });
    process.env.OUTBOUND_ALLOW = '';
    const { id } = await webhookChannel(target.url);
    await tell();
    expect(target.received).toHaveLength(0);
    expect((await deliveriesOf(id))[0]!.lastError).toContain('OUTBOUND_ALLOW');
  });
});

test('a receiver that hangs or resets delays nobody else', async () => {
  const hanging = await receiver('hang');
  const resetting = await receiver('reset');
  const healthy = await receiver({ status: 200 });
  const slow = await webhookChannel(hanging.url);
  const broken = await webhookChannel(resetting.url);
  const good = await webhookChannel(healthy.url);
  await inTransaction(async (tx) => {
    for (let i = 0; i < 6; i++) await queueNotice(tx, notice());
    // The commit's own drain would use the ordinary timeout.
    await tx.execute(sql`update deliveries set next_attempt_at = app.protocol_now() + interval '1 hour'`);
  });
  await drainSettled();
  await again({ timeoutMs: 150 });
  expect((await deliveriesOf(good.id)).every((row) => row.state === 'delivered')).toBe(true);
  expect((await deliveriesOf(slow.id)).every((row) => row.state === 'retrying')).toBe(true);
  expect((await deliveriesOf(slow.id))[0]!.lastError).toContain('No answer');
  expect((await deliveriesOf(broken.id))[0]!.lastError).toContain('broke');
});

describe('e-mail', () => {
  test('arrives with a Message-ID that stays on a retry, the facts and the link', async () => {
    const server = await mailServer({ refuse: 451 });
    const { id } = await mailChannel(server.port);
    await tell();
    expect((await deliveriesOf(id))[0]).toMatchObject({ state: 'retrying', lastStatus: 451 });
    server.state.refuse = undefined;
    await again();
    const [row] = await deliveriesOf(id);
    expect(row).toMatchObject({ state: 'delivered', attempts: 2 });
    expect(server.mails[0]).toContain(`Message-ID: <${row!.dedupeId.replaceAll(':', '.')}@example.test>`);
    expect(server.mails[0]).toContain('Daily loss');
    expect(server.mails[0]).toContain('http://localhost:3000/risk');
  });

  test('a permanent refusal by the server dies, its reason in sight', async () => {
    const server = await mailServer({ refuse: 550 });
    const { id } = await mailChannel(server.port);
    await tell();
    for (let i = 0; i < 3; i++) await again();
    expect((await deliveriesOf(id))[0]).toMatchObject({ state: 'dead', lastStatus: 550 });
  });
});

describe('the outbox', () => {
  test('parallel drains send each message once', async () => {
    const target = await receiver({ status: 200 });
    const { id } = await webhookChannel(target.url);
    await inTransaction(async (tx) => {
      for (let i = 0; i < 15; i++) await queueNotice(tx, notice());
    });
    await Promise.all([drainDeliveries(), drainDeliveries(), drainDeliveries()]);
    await drainSettled();
    expect(target.received).toHaveLength(15);
    expect((await deliveriesOf(id)).every((row) => row.attempts === 1)).toBe(true);
  });

  test('a process that wakes after its lease ended writes nothing', async () => {
    const target = await receiver({ status: 200 });
    const { id } = await webhookChannel(target.url, { enabled: false });
    await tell();
    await db.execute(sql`update channels set enabled = true`);
    await inTransaction((tx) =>
      queueNotice(tx, notice()).then(() =>
        tx.execute(sql`update deliveries set next_attempt_at = app.protocol_now() + interval '1 hour'`),
      ),
    );
    await drainSettled();
    await makeDue();
    const paused = await claimDelivery();
    expect(paused).toBeDefined();
    await db.execute(sql`update deliveries set lease_until = app.protocol_now() - interval '1 second'`);
    await drainDeliveries();
    expect((await deliveriesOf(id))[0]!.state).toBe('delivered');
    const wrote = await inTransaction((tx) => settleDelivery(tx, paused!, { state: 'dead' }));
    expect(wrote).toBe(false);
    expect((await deliveriesOf(id))[0]!.state).toBe('delivered');
  });

  test('the same notice queued twice is one message', async () => {
    const target = await receiver({ status: 200 });
    await webhookChannel(target.url);
    await tell({ dedupePrefix: 'same' });
    await tell({ dedupePrefix: 'same' });
    expect(target.received).toHaveLength(1);
  });

  test('the notice of an emergency is sent before everything that waited', async () => {
    const target = await receiver({ status: 200 });
    await webhookChannel(target.url);
    await inTransaction(async (tx) => {
      for (const severity of ['low', 'medium', 'critical'] as const)
        await queueNotice(tx, notice({ severity, title: severity }));
      await queueNotice(tx, notice({ severity: 'emergency', title: 'emergency' }));
      await tx.execute(sql`update deliveries set next_attempt_at = app.protocol_now() + interval '1 hour'`);
    });
    await drainSettled();
    await makeDue();
    const first = await claimDelivery();
    expect((first!.message as { title: string }).title).toBe('emergency');
    expect((await claimDelivery().then((row) => row!.message as { title: string })).title).toBe('critical');
  });

  test('a storm is bounded, critical ones keep room, and the rest is told in one summary', async () => {
    const target = await receiver({ status: 200 });
    const { id } = await webhookChannel(target.url);
    await inTransaction(async (tx) => {
      for (let i = 0; i < 60; i++) await queueNotice(tx, notice({ severity: 'medium' }));
      await queueNotice(tx, notice({ severity: 'critical', title: 'the one that matters' }));
      await queueNotice(tx, notice({ severity: 'emergency', title: 'EMERGENCY' }));
    });
    await drainSettled();
    await again();
    const titles = target.received.map((one) => (JSON.parse(one.body) as { data: { title: string } }).data.title);
    expect(target.received.length).toBeLessThanOrEqual(23);
    expect(titles).toContain('the one that matters');
    expect(titles).toContain('EMERGENCY');
    expect(titles.some((title) => /^\d+ more alerts in 5 min/.test(title))).toBe(true);
    const dropped = (await deliveriesOf(id)).filter((row) => row.state === 'dropped');
    expect(dropped).toHaveLength(60 - 20);
    expect(dropped[0]!.lastError).toContain('summary');
  });
});
