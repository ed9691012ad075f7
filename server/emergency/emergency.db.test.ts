import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { eq } from 'drizzle-orm';
import { afterAll, afterEach, beforeEach, expect, test, vi } from 'vitest';
import { closeDatabase, db, sql } from '@/db/client';
import { emergencies, emergencySteps, events, incidents, tradingLatches } from '@/db/schema';
import { type EngineFixture, engineFixture, portfolioFixture, strategyFixture } from '../testing/engines';
import { type PersonFixture, personFixture } from '../testing/people';
import { tradingStateOf } from '../trading-state/store';
import { startEmergency } from './actions';
import type { Press } from './facts';
import { Journal, readJournal, unrecorded } from './journal';
import { reconcileJournal } from './reconcile-actions';
import { recordLine } from './record-actions';
import { runnerId, runningHere, takeOverStaleRuns } from './runner-actions';
import { writeEngineSnapshot } from './snapshot-actions';
import { freshStep } from './step';
import { findEmergency, listSteps } from './store';

let portfolioId: string;
let engine: EngineFixture;
let risk: PersonFixture;

beforeEach(async () => {
  portfolioId = await portfolioFixture();
  engine = await engineFixture({ portfolioId, holdShare: 0.5 });
  risk = await personFixture({ role: 'risk-officer', portfolioId });
});
afterEach(async () => {
  await sql`update emergencies set resumed_at = app.now(), fence = fence + 1 where resumed_at is null`;
  await vi.waitFor(() => expect(runningHere()).toEqual([]), { timeout: 10_000, interval: 50 });
  await engine.stop();
  rmSync(join(process.env.GOING_LIVE_DATA!, 'emergency'), { recursive: true, force: true });
});
afterAll(closeDatabase);

const press = (change: Partial<Press> = {}): Press => ({
  scope: 'portfolio',
  portfolioId,
  strategyId: null,
  severity: 'high',
  reason: 'Order reject rate 41 %',
  isDrill: false,
  keepReduceOnlyStops: false,
  ...change,
});
const reaches = (id: string, state: string) =>
  vi.waitFor(async () => expect((await findEmergency(id))?.state).toBe(state), { timeout: 15_000, interval: 50 });
const eventTypes = async (id: string) =>
  (await db.select({ type: events.type }).from(events).where(eq(events.subjectId, id))).map(({ type }) => type);
const sent = (type: string) => engine.seen.filter((command) => command.type === type);
const cells = async (id: string) => Object.fromEntries((await listSteps(id)).map((step) => [step.action, step.state]));

test('high: stops, cancels and locks, leaves positions open, and is stopped only when the engine says so', async () => {
  const started = await startEmergency(risk.actor, press());
  expect(started).toMatchObject({ outcome: 'started', isRecorded: true, number: expect.stringMatching(/^E-\d{4}$/) });
  await reaches(started.emergencyId, 'stopped');
  const report = engine.paper().report();
  expect(report).toMatchObject({ acceptsOrders: false, lockedDown: true, workingOrders: [] });
  expect(report.positions).toHaveLength(1);
  expect(await cells(started.emergencyId)).toEqual({
    stop_order_acceptance: 'verified',
    cancel_orders: 'verified',
    system_lockdown: 'verified',
  });
  expect(await tradingStateOf({ portfolioId, strategyId: null })).toBe('HALTED');
  const [incident] = await db.select().from(incidents).where(eq(incidents.emergencyId, started.emergencyId));
  expect(incident).toMatchObject({ state: 'open', severity: 'high' });
});

test('critical also closes every position and is not done before the engine is flat', async () => {
  const { emergencyId } = await startEmergency(risk.actor, press({ severity: 'critical' }));
  await reaches(emergencyId, 'stopped');
  expect(engine.paper().report().positions).toEqual([]);
  expect(await cells(emergencyId)).toMatchObject({ close_positions: 'verified' });
  const types = await eventTypes(emergencyId);
  expect(types.filter((type) => type === 'emergency.stopped')).toHaveLength(1);
});

test('a second press of the emergency button starts nothing new', async () => {
  const other = await personFixture({ role: 'manager', portfolioId });
  const [first, second] = await Promise.all([
    startEmergency(risk.actor, press()),
    startEmergency(other.actor, press({ reason: 'Me too' })),
  ]);
  expect([first.outcome, second.outcome].sort()).toEqual(['joined', 'started']);
  expect(second.emergencyId).toBe(first.emergencyId);
  await reaches(first.emergencyId, 'stopped');
  expect(sent('stop_order_acceptance')).toHaveLength(1);
  expect(await db.$count(emergencies, eq(emergencies.portfolioId, portfolioId))).toBe(1);
});

test('a higher severity raises the one that is open; a lower one joins it', async () => {
  const high = await startEmergency(risk.actor, press());
  await reaches(high.emergencyId, 'stopped');
  const critical = await startEmergency(risk.actor, press({ severity: 'critical' }));
  expect(critical).toMatchObject({ outcome: 'upgraded', emergencyId: high.emergencyId });
  await reaches(high.emergencyId, 'stopped');
  expect(engine.paper().report().positions).toEqual([]);
  expect((await startEmergency(risk.actor, press())).outcome).toBe('joined');
  expect(sent('cancel_orders')).toHaveLength(1);
});

test('a wider scope takes in the narrower one, whose latch gives way to the wider', async () => {
  const strategyId = await strategyFixture({ portfolioId, engineId: engine.id, ref: 'index-core' });
  const narrow = await startEmergency(risk.actor, press({ scope: 'strategy', strategyId }));
  await reaches(narrow.emergencyId, 'stopped');
  expect(engine.paper().report()).toMatchObject({ acceptsOrders: true });
  const wide = await startEmergency(risk.actor, press());
  await reaches(wide.emergencyId, 'stopped');
  expect(await findEmergency(narrow.emergencyId)).toMatchObject({ state: 'closed', supersededBy: wide.emergencyId });
  const open = await db.select().from(tradingLatches).where(eq(tradingLatches.portfolioId, portfolioId));
  expect(open.filter((latch) => latch.liftedAt === null)).toMatchObject([{ scope: 'portfolio' }]);
});

test('a system that does not answer is unknown, asked after with the same key, and holds up no other', async () => {
  const gateway = await engineFixture({ portfolioId, name: 'API gateway', roles: ['api_gateway'] });
  gateway.setFault(() => 503);
  const { emergencyId } = await startEmergency(risk.actor, press());
  await vi.waitFor(
    async () => {
      const steps = await listSteps(emergencyId);
      expect(steps.find((step) => step.engineId === engine.id && step.action === 'system_lockdown')?.state).toBe(
        'verified',
      );
      expect(steps.find((step) => step.engineId === gateway.id && step.action === 'stop_order_acceptance')?.state).toBe(
        'unknown',
      );
    },
    { timeout: 10_000, interval: 50 },
  );
  expect((await findEmergency(emergencyId))?.state).toBe('running');
  gateway.setFault(null);
  await reaches(emergencyId, 'stopped');
  const keys = gateway.seen.filter((command) => command.type === 'stop_order_acceptance').map(({ id }) => id);
  expect(keys).toHaveLength(1);
});

test('a system whose secret cannot be opened is named, and stops nobody from stopping the others', async () => {
  const gateway = await engineFixture({ portfolioId, name: 'API gateway', roles: ['api_gateway'] });
  await sql`update engines set secret_box = 'sealed under a key that is gone' where id = ${gateway.id}`;
  await writeEngineSnapshot();
  const { emergencyId } = await startEmergency(risk.actor, press());
  await vi.waitFor(
    async () => {
      const steps = await listSteps(emergencyId);
      const stopOf = (id: string) => steps.find((s) => s.engineId === id && s.action === 'stop_order_acceptance');
      expect(stopOf(engine.id)?.state).toBe('verified');
      expect(stopOf(gateway.id)?.error).toMatch(/secret cannot be opened/);
    },
    { timeout: 10_000, interval: 50 },
  );
  expect(await tradingStateOf({ portfolioId, strategyId: null })).toBe('HALTED');
});

test('a dead runner is replaced when its lease has run out, and no key is executed twice', async () => {
  const emergency = await abandonedEmergency();
  expect(await takeOverStaleRuns()).toEqual({ takenOver: 0 });
  await sql`update emergencies set lease_until = app.protocol_now() - interval '1 second' where id = ${emergency.id}`;
  expect(await takeOverStaleRuns()).toEqual({ takenOver: 1 });
  await reaches(emergency.id, 'stopped');
  expect((await findEmergency(emergency.id))?.fence).toBe(2);
  const executed = engine.seen.filter((command) => command.type !== 'query' && command.type !== 'renew_lease');
  expect(new Set(executed.map(({ id }) => id)).size).toBe(executed.length);
});

test('a run that is faster than the database is not taken over before its end is written', async () => {
  const { emergencyId } = await startEmergency(risk.actor, press());
  const blocked = sql.begin(async (held) => {
    await held`select 1 from emergencies where id = ${emergencyId} for update`;
    await vi.waitFor(() => expect(engine.paper().report().lockedDown).toBe(true), { timeout: 8_000, interval: 20 });
  });
  await blocked;
  expect(await takeOverStaleRuns()).toEqual({ takenOver: 0 });
  await reaches(emergencyId, 'stopped');
  expect((await findEmergency(emergencyId))?.fence).toBe(1);
  const executed = engine.seen.filter((command) => command.type !== 'query');
  expect(new Set(executed.map(({ id }) => id)).size).toBe(executed.length);
});

test('a runner that was paused and wakes up writes nothing', async () => {
  const { id, steps } = await abandonedEmergency();
  await sql`update emergencies set fence = 2 where id = ${id}`;
  const journal = new Journal(id);
  const line = journal.append({ kind: 'step', step: { ...steps[0]!, state: 'verified' }, fence: 1 });
  expect(await recordLine(line, id, 'somebody')).toEqual({ kind: 'fenced' });
  const finish = journal.append({ kind: 'finish', verdict: 'stopped', fence: 1 });
  expect(await recordLine(finish, id, 'somebody')).toEqual({ kind: 'fenced' });
  const rows = await db.select().from(emergencySteps).where(eq(emergencySteps.emergencyId, id));
  expect(rows.every((row) => row.state === 'pending')).toBe(true);
});

/** Recorded by a process that died at once: planned whole, nothing sent. */
async function abandonedEmergency() {
  const id = crypto.randomUUID();
  const { planSteps } = await import('./plan');
  const system = {
    id: engine.id,
    name: 'e',
    portfolioId,
    roles: ['trading_engine', 'order_management'],
    isDrillTarget: false,
  };
  const steps = planSteps({ severity: 'high', engines: [system] }).map((step) => freshStep(step, 1));
  const scope = { kind: 'portfolio' as const, portfolioId, strategyId: null };
  const line = new Journal(id).append({
    kind: 'start',
    steps,
    emergency: {
      id,
      scope,
      scopeName: 'P',
      severity: 'high',
      reason: 'test',
      isDrill: false,
      keepReduceOnlyStops: false,
      epoch: 1,
      commandScope: { kind: 'portfolio', strategies: null },
      actor: risk.actor,
      ownerId: null,
      pressedAt: new Date(),
      atStart: { workingOrders: 0, protectiveStops: 0, positions: [], exposure: '0', unknownEngines: [] },
    },
  });
  await recordLine(line, id, runnerId);
  return { id, steps };
}

test('without the database it runs from the local snapshot and is reconciled later, once', async () => {
  await writeEngineSnapshot();
  const began = performance.now();
  const { emergencyId, isRecorded, number } = await startEmergency(risk.actor, press(), { isDatabaseDown: true });
  expect({ isRecorded, number }).toEqual({ isRecorded: false, number: null });
  await vi.waitFor(() => expect(sent('stop_order_acceptance')).toHaveLength(1), { timeout: 2_000, interval: 20 });
  expect(performance.now() - began).toBeLessThan(2_000);
  await reaches(emergencyId, 'stopped');
  await vi.waitFor(() => expect(runningHere()).toEqual([]));
  expect(await reconcileJournal(new Date(Date.now() + 60_000))).toEqual({ journals: 0, lines: 0 });
});

test('a journal whose process died before it could record is brought into the database once', async () => {
  const id = crypto.randomUUID();
  const journal = new Journal(id);
  const { planSteps } = await import('./plan');
  const steps = planSteps({
    severity: 'high',
    engines: [{ id: engine.id, name: 'e', portfolioId, roles: ['trading_engine'], isDrillTarget: false }],
  }).map((step) => freshStep(step, 1));
  journal.append({
    kind: 'start',
    steps,
    emergency: {
      id,
      scope: { kind: 'portfolio', portfolioId, strategyId: null },
      scopeName: 'P',
      severity: 'high',
      reason: 'the database was down',
      isDrill: false,
      keepReduceOnlyStops: false,
      epoch: 1,
      commandScope: { kind: 'portfolio', strategies: null },
      actor: risk.actor,
      ownerId: null,
      pressedAt: new Date(),
      atStart: { workingOrders: 0, protectiveStops: 0, positions: [], exposure: '0', unknownEngines: [] },
    },
  });
  for (const step of steps)
    journal.append({ kind: 'step', step: { ...step, state: 'verified', verifiedAt: new Date() }, fence: 1 });
  journal.append({ kind: 'finish', verdict: 'stopped', fence: 1 });
  const later = new Date(Date.now() + 60_000);
  expect(await reconcileJournal(later)).toEqual({ journals: 1, lines: steps.length + 2 });
  expect(unrecorded(readJournal(id))).toEqual([]);
  expect(await reconcileJournal(later)).toEqual({ journals: 0, lines: 0 });
  expect(await findEmergency(id)).toMatchObject({ state: 'stopped', reason: 'the database was down' });
  expect(await tradingStateOf({ portfolioId, strategyId: null })).toBe('HALTED');
});

test('who may not start one is refused before anything is written or sent', async () => {
  const viewer = await personFixture({ role: 'viewer', portfolioId });
  await expect(startEmergency(viewer.actor, press())).rejects.toMatchObject({ code: 'FORBIDDEN' });
  for (const role of ['board', 'admin'] as const) {
    const person = await personFixture({ role, portfolioId });
    await expect(startEmergency(person.actor, press({ severity: 'critical' }))).rejects.toMatchObject({
      code: 'FORBIDDEN',
    });
  }
  expect(engine.seen).toEqual([]);
});

test('a manager alone starts a critical one, which closes positions', async () => {
  const manager = await personFixture({ role: 'manager', portfolioId });
  const { emergencyId } = await startEmergency(manager.actor, press({ severity: 'critical' }));
  await reaches(emergencyId, 'stopped');
  expect(engine.paper().report()).toMatchObject({ acceptsOrders: false, positions: [] });
});

test('a drill runs the same steps at drill targets and halts nothing', async () => {
  const target = await engineFixture({ portfolioId, name: 'Drill target', isDrillTarget: true });
  const { emergencyId } = await startEmergency(risk.actor, press({ isDrill: true }));
  await reaches(emergencyId, 'stopped');
  expect(engine.seen).toEqual([]);
  expect(target.paper().report()).toMatchObject({ acceptsOrders: false, lockedDown: true });
  expect(await tradingStateOf({ portfolioId, strategyId: null })).toBe('ACTIVE');
  await target.stop();
});
