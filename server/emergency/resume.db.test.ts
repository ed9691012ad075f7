import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { eq } from 'drizzle-orm';
import { afterAll, afterEach, beforeEach, expect, test, vi } from 'vitest';
import { closeDatabase, db, sql } from '@/db/client';
import { engineCommands, incidents } from '@/db/schema';
import { deliverCommands } from '../engines/command-actions';
import { newId } from '../kernel/ids';
import { type EngineFixture, engineFixture, portfolioFixture, strategyFixture } from '../testing/engines';
import { type PersonFixture, personFixture } from '../testing/people';
import { tradingStateOf } from '../trading-state/store';
import { startEmergency } from './actions';
import { closeResumed, closeUnopened, sendOpeningAgain } from './opening-actions';
import { listOpenings } from './opening-store';
import { RESUME_CHECKLIST } from './resume';
import { approveResume, resumeHash } from './resume-actions';
import { runningHere } from './runner-actions';
import { findEmergency } from './store';

let portfolioId: string;
let engine: EngineFixture;
let risk: PersonFixture;
let manager: PersonFixture;
let emergencyId: string;
const ALL = RESUME_CHECKLIST.map(({ key }) => key);
const press = () => ({
  scope: 'portfolio' as const,
  portfolioId,
  strategyId: null,
  severity: 'high' as const,
  reason: 'test',
  isDrill: false,
  keepReduceOnlyStops: false,
});

beforeEach(async () => {
  portfolioId = await portfolioFixture();
  engine = await engineFixture({ portfolioId });
  risk = await personFixture({ role: 'risk-officer', portfolioId });
  manager = await personFixture({ role: 'manager', portfolioId });
  emergencyId = (await startEmergency(risk.actor, press())).emergencyId;
  await isIn('stopped');
});
afterEach(async () => {
  await sql`update emergencies set resumed_at = app.now(), fence = fence + 1 where resumed_at is null`;
  await vi.waitFor(() => expect(runningHere()).toEqual([]), { timeout: 10_000, interval: 50 });
  await engine.stop();
  rmSync(join(process.env.GOING_LIVE_DATA!, 'emergency'), { recursive: true, force: true });
});
afterAll(closeDatabase);

const isIn = (state: string) =>
  vi.waitFor(async () => expect((await findEmergency(emergencyId))?.state).toBe(state), {
    timeout: 10_000,
    interval: 30,
  });
const sign = async (person: PersonFixture, checked: string[] = ALL) => {
  const hash = await resumeHash((await findEmergency(emergencyId))!);
  return approveResume(person.actor, { emergencyId, checked, stepUp: await person.stepUp('emergency.resume', hash) });
};
const state = () => tradingStateOf({ portfolioId, strategyId: null });

test('the second of two people lifts the halt, opens the engine and begins the review', async () => {
  expect(await sign(risk)).toMatchObject({ kind: 'needs' });
  expect(await state()).toBe('HALTED');
  expect(await sign(manager)).toEqual({ kind: 'may' });
  expect(await state()).toBe('ACTIVE');
  await vi.waitFor(
    async () => {
      await deliverCommands({ engineId: engine.id });
      await closeResumed();
      expect((await findEmergency(emergencyId))?.state).toBe('closed');
    },
    { timeout: 10_000, interval: 100 },
  );
  expect(engine.paper().report()).toMatchObject({ acceptsOrders: true, lockedDown: false });
  const [incident] = await db.select().from(incidents).where(eq(incidents.emergencyId, emergencyId));
  expect(incident?.state).toBe('in-review');
});

test('one person never counts twice, an owner or engineer never at all', async () => {
  await sign(risk);
  await expect(sign(risk)).rejects.toMatchObject({ code: 'SELF_APPROVAL' });
  const both = await personFixture({
    grants: [
      { role: 'engineer', portfolioId },
      { role: 'risk-officer', portfolioId },
    ],
  });
  await expect(sign(both)).rejects.toMatchObject({ code: 'FORBIDDEN' });
  const board = await personFixture({ role: 'board', portfolioId });
  await expect(sign(board)).rejects.toMatchObject({ code: 'FORBIDDEN' });
  expect(await state()).toBe('HALTED');
});

test('a line that is not attested, or a second factor for other content, refuses', async () => {
  await expect(sign(risk, ALL.slice(1))).rejects.toMatchObject({ code: 'CHECKLIST_INCOMPLETE' });
  const stale = await risk.stepUp('emergency.resume', 'another content');
  await expect(approveResume(risk.actor, { emergencyId, checked: ALL, stepUp: stale })).rejects.toMatchObject({
    code: 'STEP_UP_REQUIRED',
  });
});

test('two parallel approvals by one person count once', async () => {
  const results = await Promise.allSettled([sign(risk), sign(risk)]);
  expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  expect((await findEmergency(emergencyId))?.resumeApprovals).toHaveLength(1);
});

test('an approver disabled later is void', async () => {
  await sign(risk);
  await sql`update people set disabled_at = app.now() where id = ${risk.id}`;
  expect(await sign(manager)).toMatchObject({ kind: 'needs' });
  expect(await state()).toBe('HALTED');
});

test('a press during the resume wins: what was signed is void', async () => {
  await sign(risk);
  expect((await startEmergency(manager.actor, press())).outcome).toBe('joined');
  expect((await findEmergency(emergencyId))?.resumeApprovals).toEqual([]);
  expect(await sign(manager)).toMatchObject({ kind: 'needs' });
});

test('a press racing the second signature ends halted or with a new emergency, never open and unnoticed', async () => {
  await sign(risk);
  const [pressed] = await Promise.all([startEmergency(risk.actor, press()), sign(manager).catch(() => null)]);
  expect(await state()).toBe('HALTED');
  await vi.waitFor(
    async () => {
      await deliverCommands({ engineId: engine.id });
      expect((await findEmergency(pressed.emergencyId))?.state).toBe('stopped');
      expect(engine.paper().report()).toMatchObject({ acceptsOrders: false, lockedDown: true });
    },
    { timeout: 10_000, interval: 100 },
  );
});

test('a strategy stays under the latches that others have set', async () => {
  const strategyId = await strategyFixture({ portfolioId, engineId: engine.id, ref: 's' });
  await sql`insert into trading_latches (id, scope, portfolio_id, state, cause, reason, exit_rule, opened_by, opened_by_name, opened_at, exit_approvals)
    values (${strategyId}, 'portfolio', ${portfolioId}, 'HALTED', '{"kind":"breach","id":"b","label":"BR-1"}', 'loss', 'two-people', 'job:t', 't', app.now(), '[]')`;
  await sign(risk);
  expect(await sign(manager)).toEqual({ kind: 'may' });
  expect(await state()).toBe('HALTED');
  await vi.waitFor(
    async () => {
      await deliverCommands({ engineId: engine.id });
      expect(engine.paper().report()).toMatchObject({ state: 'HALTED', acceptsOrders: true, lockedDown: false });
    },
    { timeout: 5_000, interval: 100 },
  );
  expect(engine.seen.map(({ type }) => type)).not.toContain('resume');
});

const latchOn = (scope: 'portfolio' | 'strategy', state: string, place: string, strategyId: string | null = null) =>
  sql`insert into trading_latches (id, scope, portfolio_id, strategy_id, state, cause, reason, exit_rule, opened_by, opened_by_name, opened_at, exit_approvals)
    values (${newId()}, ${scope}, ${place}, ${strategyId}, ${state}, '{"kind":"breach","id":"b","label":"BR-1"}', 'loss', 'two-people', 'job:t', 't', app.now(), '[]')`;
const officers = async () => ({
  officer: await personFixture({ role: 'risk-officer', portfolioId: null }),
  head: await personFixture({ role: 'manager', portfolioId: null }),
});
const firm = () => ({ ...press(), scope: 'firm' as const, portfolioId: null });
/** Engines of earlier tests are gone: an emergency of the whole firm would wait for them. */
const retireOthers = (...ids: string[]) =>
  sql`update engines set disabled_at = app.now() where id <> all(${ids}::uuid[])`;
const commandsOf = async (number: string) => {
  const rows = await db.select().from(engineCommands);
  return rows.filter((row) => (row.cause as { label?: string }).label === number);
};

test('resuming the firm leaves a halt of one portfolio at its engine, and opens the others', async () => {
  const other = await portfolioFixture();
  const second = await engineFixture({ portfolioId: other });
  try {
    await retireOthers(engine.id, second.id);
    const { officer, head } = await officers();
    await latchOn('portfolio', 'HALTED', portfolioId);
    const own = await strategyFixture({ portfolioId: other, engineId: second.id, ref: 'apart' });
    await latchOn('strategy', 'REDUCING', other, own);
    emergencyId = (await startEmergency(officer.actor, firm())).emergencyId;
    await isIn('stopped');
    await sign(officer);
    expect(await sign(head)).toEqual({ kind: 'may' });
    const { number } = (await findEmergency(emergencyId))!;
    const told = (await commandsOf(number)).map(({ engineId, type, scope }) => [
      engineId === engine.id ? 'halted' : 'open',
      type,
      (scope as { strategies: string[] | null }).strategies,
    ]);
    expect(told).toHaveLength(5);
    expect(told).toEqual(
      expect.arrayContaining([
        ['halted', 'halt', null],
        ['halted', 'lift_lockdown', null],
        ['open', 'reduce_only', ['apart']],
        ['open', 'lift_lockdown', null],
        ['open', 'resume', null],
      ]),
    );
    await vi.waitFor(
      async () => {
        await deliverCommands();
        expect(engine.paper().report()).toMatchObject({ state: 'HALTED', lockedDown: false });
        expect(second.paper().report()).toMatchObject({ state: 'ACTIVE', lockedDown: false });
      },
      { timeout: 10_000, interval: 100 },
    );
  } finally {
    await second.stop();
  }
});

test('resuming the firm leaves an engine closed that a graver emergency of its portfolio still holds', async () => {
  await retireOthers(engine.id);
  const { officer, head } = await officers();
  const graver = await startEmergency(officer.actor, { ...press(), severity: 'critical' });
  await vi.waitFor(async () => expect((await findEmergency(graver.emergencyId))?.state).toBe('stopped'), {
    timeout: 10_000,
    interval: 50,
  });
  emergencyId = (await startEmergency(officer.actor, firm())).emergencyId;
  expect(emergencyId).not.toBe(graver.emergencyId);
  await isIn('stopped');
  await sign(officer);
  expect(await sign(head)).toEqual({ kind: 'may' });
  const { number } = (await findEmergency(emergencyId))!;
  expect((await commandsOf(number)).filter(({ engineId }) => engineId === engine.id)).toEqual([]);
  expect(engine.paper().report()).toMatchObject({ lockedDown: true, acceptsOrders: false });
  expect(await state()).toBe('HALTED');
});

const refuseToOpen = async (error = 'the venue refuses') => {
  await sign(risk);
  await sign(manager);
  await sql`update engine_commands set state = 'failed', next_attempt_at = null, error = ${error}, fence = fence + 1
    where cause->>'id' = ${emergencyId}`;
};
const openAlerts = () => sql`select title, body from alerts where subject_id = ${emergencyId} and state <> 'resolved'`;

test('a system that refuses to open is told once, and its command is sent again with the same key', async () => {
  engine.setFault(() => 'hang');
  await refuseToOpen();
  await closeResumed();
  await closeResumed();
  const alerts = await openAlerts();
  expect(alerts).toHaveLength(1);
  expect(alerts[0]).toMatchObject({ body: expect.stringContaining('did not: the venue refuses') });
  const told = await sql`select 1 from events where subject_id = ${emergencyId} and type = 'emergency.opening-stuck'`;
  expect(told).toHaveLength(2);
  engine.setFault(null);
  const failed = await listOpenings(emergencyId);
  await sendOpeningAgain(manager.actor, { emergencyId, engineId: engine.id });
  await vi.waitFor(
    async () => {
      await deliverCommands({ engineId: engine.id });
      await closeResumed();
      expect([(await findEmergency(emergencyId))?.state, await listOpenings(emergencyId)]).toEqual([
        'closed',
        expect.anything(),
      ]);
    },
    { timeout: 10_000, interval: 100 },
  );
  expect((await listOpenings(emergencyId)).map(({ id }) => id)).toEqual(failed.map(({ id }) => id));
  expect(engine.paper().report()).toMatchObject({ acceptsOrders: true, lockedDown: false });
  expect(await openAlerts()).toEqual([]);
});

test('a system that never answers is late after a minute, and people may then close with a reason', async () => {
  engine.setFault(() => 'hang');
  await sign(risk);
  await sign(manager);
  const close = { emergencyId, reason: 'replaced by another system today' };
  await expect(closeUnopened(manager.actor, close)).rejects.toMatchObject({ code: 'STILL_OPENING' });
  await sql`update engine_commands set created_at = created_at - interval '61 seconds' where cause->>'id' = ${emergencyId}`;
  await closeResumed();
  expect(await openAlerts()).toMatchObject([{ title: expect.stringContaining('has not confirmed that it is open') }]);
  const board = await personFixture({ role: 'engineer', portfolioId });
  await expect(closeUnopened(board.actor, close)).rejects.toMatchObject({ code: 'FORBIDDEN' });
  await closeUnopened(manager.actor, close);
  expect((await findEmergency(emergencyId))?.state).toBe('closed');
  expect((await listOpenings(emergencyId)).map(({ state }) => state)).toEqual(['superseded', 'superseded']);
  expect(await openAlerts()).toEqual([]);
});

test('nothing is opened again over a restriction that came after the resume', async () => {
  engine.setFault(() => 'hang');
  await refuseToOpen();
  await latchOn('portfolio', 'HALTED', portfolioId);
  await expect(sendOpeningAgain(risk.actor, { emergencyId, engineId: engine.id })).rejects.toMatchObject({
    code: 'RESTRICTED_SINCE',
  });
});
