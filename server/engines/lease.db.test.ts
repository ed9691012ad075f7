import { and, eq, isNull } from 'drizzle-orm';
import { afterAll, afterEach, beforeEach, expect, test, vi } from 'vitest';
import { closeDatabase, db, sql } from '@/db/client';
import { alerts } from '@/db/schema';
import { watchCommands } from '../risk/breaches/command-watch-actions';
import { liftTrading } from '../risk/decisions/latch-actions';
import { liftContent } from '../risk/decisions/lift-content';
import { type EngineFixture, engineFixture, portfolioFixture } from '../testing/engines';
import { personFixture } from '../testing/people';
import { listOpenLatches, tradingStateOf } from '../trading-state/store';
import { deliverCommands } from './command-actions';
import { leaseOutMs } from './lease';
import { renewLeases } from './report-actions';

let portfolioId: string;
let engine: EngineFixture;

beforeEach(async () => {
  portfolioId = await portfolioFixture();
  engine = await engineFixture({ portfolioId });
});
afterEach(() => engine.stop());
afterAll(closeDatabase);

const told = () =>
  db
    .select({ title: alerts.title, severity: alerts.severity })
    .from(alerts)
    .where(and(eq(alerts.portfolioId, portfolioId), isNull(alerts.resolvedAt)));
/** The house and the engine as they are when nobody renewed for so long. */
const leaseOutFor = async (seconds: number) => {
  const until = new Date(Date.now() - seconds * 1000).toISOString();
  engine.paper().machine.state.leaseUntil = until;
  await sql`update engines set last_report = jsonb_set(last_report, '{leaseUntil}', to_jsonb(${until}::text)) where id = ${engine.id}`;
};
const lift = async () => {
  const [latch] = await listOpenLatches([portfolioId]);
  const officer = await personFixture('risk-officer');
  const stepUp = await officer.stepUp('trading.lift', liftContent(latch!, false));
  return liftTrading(officer.actor, { latchId: latch!.id, reason: 'It answers again.', falseAlarm: false, stepUp });
};

test('a lease that ran out is told, and is over when it is renewed within 15 min', async () => {
  await renewLeases();
  await leaseOutFor(120);
  await watchCommands();
  expect(await told()).toMatchObject([{ severity: 'high', title: expect.stringMatching(/^The lease of .* ran out$/) }]);
  expect(await tradingStateOf({ portfolioId, strategyId: null })).toBe('ACTIVE');
  await renewLeases();
  await watchCommands();
  expect(await told()).toEqual([]);
  expect(engine.paper().report().state).toBe('ACTIVE');
});

test('an engine locked by its lease is REDUCING here as well, until a person lifts it once it answers', async () => {
  await renewLeases();
  await leaseOutFor(16 * 60);
  engine.setFault(() => 503);
  await watchCommands();
  expect(await listOpenLatches([portfolioId])).toMatchObject([
    { state: 'REDUCING', exitRule: 'lease', cause: { kind: 'lease', id: engine.id } },
  ]);
  await expect(lift()).rejects.toMatchObject({ code: 'LEASE_OUT' });
  engine.setFault(null);
  await renewLeases();
  expect(engine.paper().report().state, 'its renewal does not lift it').toBe('REDUCING');
  await watchCommands();
  expect(await told()).toMatchObject([{ title: expect.stringMatching(/is locked/) }]);
  expect(await lift()).toMatchObject({ lifted: true });
  await vi.waitFor(
    async () => {
      await deliverCommands({ engineId: engine.id });
      expect(engine.paper().report().state).toBe('ACTIVE');
    },
    { timeout: 8_000, interval: 20 },
  );
  await watchCommands();
  expect(await told()).toEqual([]);
  expect(await tradingStateOf({ portfolioId, strategyId: null })).toBe('ACTIVE');
});

test('the lock is kept when the first thing that happens after the gap is the renewal', async () => {
  await renewLeases();
  await leaseOutFor(16 * 60);
  await renewLeases();
  expect(await tradingStateOf({ portfolioId, strategyId: null })).toBe('REDUCING');
});

test('an engine that never had a lease has lost none', () => {
  expect(leaseOutMs(null, new Date())).toBeNull();
  expect(leaseOutMs({ leaseUntil: null }, new Date())).toBeNull();
});
