import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, expect, test, vi } from 'vitest';
import { closeDatabase, sql } from '@/db/client';
import { drainDeliveries, drainSettled } from '../notifications/delivery-actions';
import { deliveriesOf, webhookChannel } from '../notifications/testing/channels';
import { openReceiver } from '../notifications/testing/receivers';
import { type EngineFixture, engineFixture, portfolioFixture } from '../testing/engines';
import { type PersonFixture, personFixture } from '../testing/people';
import { startEmergency } from './actions';
import { readJournal, unrecorded } from './journal';
import { runningHere } from './runner-actions';
import { writeEngineSnapshot } from './snapshot-actions';
import { findEmergency } from './store';

let portfolioId: string;
let engine: EngineFixture;
let risk: PersonFixture;
let receiver: Awaited<ReturnType<typeof openReceiver>>;

beforeEach(async () => {
  portfolioId = await portfolioFixture();
  engine = await engineFixture({ portfolioId });
  risk = await personFixture({ role: 'risk-officer', portfolioId });
  receiver = await openAllowed();
  await sql`delete from deliveries`;
  await sql`delete from channels`;
});
afterEach(async () => {
  await sql`update emergencies set resumed_at = app.now(), fence = fence + 1 where resumed_at is null`;
  await vi.waitFor(() => expect(runningHere()).toEqual([]), { timeout: 10_000, interval: 50 });
  await drainSettled();
  await engine.stop();
  await receiver.close();
  rmSync(join(process.env.GOING_LIVE_DATA!, 'emergency'), { recursive: true, force: true });
});
afterAll(closeDatabase);

async function openAllowed(script?: Parameters<typeof openReceiver>[0]) {
  const made = await openReceiver(script);
  process.env.OUTBOUND_ALLOW = [process.env.OUTBOUND_ALLOW, `127.0.0.1/32:${made.port}`].filter(Boolean).join(',');
  return made;
}
const press = () => ({
  scope: 'portfolio' as const,
  portfolioId,
  strategyId: null,
  severity: 'high' as const,
  reason: 'Order reject rate 41 %',
  isDrill: false,
  keepReduceOnlyStops: false,
});
const titles = () => receiver.received.map(({ body }) => (JSON.parse(body) as { data: { title: string } }).data.title);

test('while the database is frozen people are told at the start, each step and the end; reconciled, nobody twice', async () => {
  const { id: channelId } = await webhookChannel(receiver.url, { portfolioId });
  await writeEngineSnapshot();
  const holder = await sql.reserve();
  await holder`begin`;
  await holder`lock table emergencies, emergency_steps, deliveries, channels in access exclusive mode`;
  let emergencyId = '';
  try {
    const began = performance.now();
    emergencyId = (await startEmergency(risk.actor, press())).emergencyId;
    await vi.waitFor(() => expect(titles()[0]).toContain('is being stopped'), { timeout: 3_000, interval: 20 });
    expect(performance.now() - began).toBeLessThan(3_000);
    await vi.waitFor(() => expect(titles().at(-1)).toContain('stopped and verified'), {
      timeout: 10_000,
      interval: 50,
    });
    expect(titles().filter((title) => title.includes('step'))).toHaveLength(3);
    expect(titles().every((title) => title.startsWith('Emergency (its number follows)'))).toBe(true);
  } finally {
    await holder`rollback`;
    holder.release();
  }
  const told = receiver.received.length;
  await vi.waitFor(async () => expect((await findEmergency(emergencyId))?.state).toBe('stopped'), {
    timeout: 10_000,
    interval: 50,
  });
  await vi.waitFor(() => expect(unrecorded(readJournal(emergencyId))).toEqual([]), { timeout: 10_000, interval: 50 });
  await drainDeliveries();
  await drainSettled();
  expect(receiver.received).toHaveLength(told);
  const rows = await deliveriesOf(channelId);
  expect(rows.map(({ state, attempts }) => [state, attempts])).toEqual(Array(told).fill(['delivered', 1]));
  const events =
    await sql`select content from events where type = 'notification.delivered' and subject_id = ${emergencyId}`;
  expect(events).toHaveLength(told);
});

test('a receiver that does not take it then is told by the queue afterwards', async () => {
  await receiver.close();
  receiver = await openAllowed([{ status: 500 }, { status: 200 }]);
  const { id: channelId } = await webhookChannel(receiver.url, { portfolioId });
  await writeEngineSnapshot();
  const holder = await sql.reserve();
  await holder`begin`;
  await holder`lock table emergencies, emergency_steps in access exclusive mode`;
  let emergencyId = '';
  try {
    emergencyId = (await startEmergency(risk.actor, press())).emergencyId;
    await vi.waitFor(() => expect(titles().length).toBeGreaterThan(1), { timeout: 5_000, interval: 20 });
  } finally {
    await holder`rollback`;
    holder.release();
  }
  await vi.waitFor(
    async () => {
      await drainDeliveries();
      const first = (await deliveriesOf(channelId)).find((row) => row.dedupeId.includes(':start:'));
      expect(first).toMatchObject({ state: 'delivered' });
    },
    { timeout: 15_000, interval: 100 },
  );
  expect(titles().filter((title) => title.includes('is being stopped'))).toHaveLength(2);
  expect((await findEmergency(emergencyId))?.number).toMatch(/^E-/);
});
