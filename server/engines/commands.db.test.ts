import { eq } from 'drizzle-orm';
import { afterAll, afterEach, beforeEach, expect, test, vi } from 'vitest';
import { closeDatabase, db, sql } from '@/db/client';
import { engines, strategyCapital } from '@/db/schema';
import { job } from '../kernel/actor';
import { newId } from '../kernel/ids';
import { inTransaction } from '../kernel/transaction';
import { type EngineFixture, engineFixture, portfolioFixture, strategyFixture } from '../testing/engines';
import { personFixture } from '../testing/people';
import { forgetReports } from './actions';
import { deliverCommands, type NewCommand, queueCommand } from './command-actions';
import { claimDue, findCommand, settleCommand } from './command-store';
import { receiveReport, renewLeases } from './report-actions';
import { signMessage } from './signature';
import { reportOf } from './store';

let portfolioId: string;
let engine: EngineFixture;

beforeEach(async () => {
  portfolioId = await portfolioFixture();
  engine = await engineFixture({ portfolioId });
});
afterEach(() => engine.stop());
afterAll(closeDatabase);

const ALL = { kind: 'portfolio' as const, strategies: null };
const queue = (command: Partial<NewCommand> = {}) =>
  inTransaction((tx) =>
    queueCommand(tx, {
      engineId: engine.id,
      type: 'halt',
      scope: ALL,
      cause: { kind: 'test', id: 'x' },
      idempotencyKey: newId(),
      actor: job('test'),
      ...command,
    }),
  );
/** Delivers now, whatever the back-off says; what is under way elsewhere is left alone. */
const deliver = async () => {
  await sql`update engine_commands set next_attempt_at = app.protocol_now() - interval '1 minute'
    where next_attempt_at is not null and lease_until is null and engine_id = ${engine.id}`;
  await deliverCommands({ engineId: engine.id });
};
const settled = (id: string, state: string) =>
  vi.waitFor(
    async () => {
      await deliver();
      expect(await findCommand(id)).toMatchObject({ state });
    },
    { timeout: 8_000, interval: 20 },
  );
const sent = (type: string) => engine.seen.filter((command) => command.type === type);

test('a queued command is executed at the engine and confirmed', async () => {
  const id = await queue();
  await settled(id, 'confirmed');
  expect(engine.paper().report().state).toBe('HALTED');
  const [row] = await db.select().from(engines).where(eq(engines.id, engine.id));
  expect(row).toMatchObject({ epoch: 1, issuedEpoch: 1 });
  expect(row?.lastReport).toMatchObject({ state: 'HALTED' });
});

test('the same key queued twice is one command', async () => {
  const [first, second] = [await queue({ idempotencyKey: 'once' }), await queue({ idempotencyKey: 'once' })];
  expect(second).toBe(first);
  await settled(first, 'confirmed');
  expect(sent('halt')).toHaveLength(1);
});

test('a lost answer is unknown, asked after, and not executed again', async () => {
  engine.setFault((command) => (command.type === 'halt' ? 'lost' : 503));
  const id = await queue();
  await settled(id, 'unknown');
  engine.setFault(null);
  await settled(id, 'confirmed');
  expect(sent('halt')).toHaveLength(1);
  expect(sent('query').map(({ params }) => params.commandId)).toContain(id);
});

test('a command that never arrived is sent again with the same key once the engine says so', async () => {
  engine.setFault((command) => (command.type === 'halt' ? 503 : null));
  const id = await queue();
  await settled(id, 'unknown');
  engine.setFault(null);
  await settled(id, 'confirmed');
  expect(sent('halt').map((command) => command.id)).toEqual([id]);
});

test('a key is executed once across a restart of the engine', async () => {
  const cut = { targets: [{ strategy: 'index-core', instrument: 'SPX-ETF', quantity: '100' }] };
  await engine.stop();
  engine = await engineFixture({ portfolioId, holdShare: 0.5 });
  engine.setFault((command) => (command.type === 'reduce_positions' ? 'lost' : 503));
  const id = await queue({ type: 'reduce_positions', params: cut });
  await settled(id, 'unknown');
  await engine.restart();
  engine.setFault(null);
  await settled(id, 'confirmed');
  expect(sent('reduce_positions')).toHaveLength(1);
  expect(engine.paper().report().positions).toMatchObject([{ quantity: '100' }]);
});

test('a stop wins over a resume queued before it, whichever arrives first', async () => {
  engine.setFault((command) => (command.type === 'resume' ? 503 : null));
  const resume = await queue({ type: 'resume' });
  await settled(resume, 'unknown');
  const other = await queue({ type: 'resume', scope: { kind: 'strategy', strategies: ['a'] } });
  await settled(other, 'unknown');
  await settled(await queue({ type: 'halt' }), 'confirmed');
  engine.setFault(null);
  await settled(other, 'failed');
  expect((await findCommand(other))?.error).toMatch(/out of date/);
  expect(await findCommand(resume), 'the halt took its place').toMatchObject({ state: 'superseded' });
  expect(engine.paper().report().state).toBe('HALTED');
});

const STRATEGY = (ref: string) => ({ kind: 'strategy' as const, strategies: [ref] });

test('a newer word on a place replaces what is not confirmed there, so that nothing older arrives after it', async () => {
  engine.setFault((command) => (command.type === 'reduce_only' ? 'lost' : 503));
  const [whole, one] = [
    await queue({ type: 'reduce_only' }),
    await queue({ type: 'reduce_only', scope: STRATEGY('a') }),
  ];
  await settled(whole, 'unknown');
  await settled(one, 'unknown');
  const [haltWhole, haltOne] = [await queue(), await queue({ scope: STRATEGY('a') })];
  expect(await findCommand(whole)).toMatchObject({ state: 'superseded', nextAttemptAt: null });
  expect(await findCommand(one)).toMatchObject({ state: 'superseded', nextAttemptAt: null });
  engine.setFault(null);
  await settled(haltWhole, 'confirmed');
  await settled(haltOne, 'confirmed');
  await deliver();
  expect(engine.paper().report().state).toBe('HALTED');
});

test('reduce-only that was on its way when a halt followed is not sent again above the halt', async () => {
  await sql`update engines set epoch = 5, issued_epoch = 5 where id = ${engine.id}`;
  const late = await queue({ type: 'reduce_only' });
  const [claimed] = await vi.waitFor(async () => {
    await sql`update engine_commands set next_attempt_at = app.protocol_now() - interval '1 minute',
      lease_until = null, state = 'pending' where id = ${late}`;
    const rows = await claimDue({ limit: 1, leaseSeconds: 20, engineId: engine.id });
    expect(rows).toHaveLength(1);
    return rows;
  });
  await settled(await queue({ type: 'halt' }), 'confirmed');
  // Its answer says that it is out of date; what would send it again above the halt is not written any more.
  const again = { state: 'pending' as const, nextInMs: 0, error: null, epoch: 99 };
  expect(await inTransaction((tx) => settleCommand(tx, claimed!, again))).toBe(false);
  await deliver();
  expect(engine.paper().report().state).toBe('HALTED');
});

test('several places that open at once all open: none outdates another on the way', async () => {
  engine.setFault(() => 503);
  const refs = ['a', 'b', 'c', 'd'];
  const ids = await inTransaction(async (tx) => {
    const made: string[] = [];
    for (const ref of refs) {
      made.push(
        await queueCommand(tx, {
          engineId: engine.id,
          type: 'resume',
          scope: STRATEGY(ref),
          cause: { kind: 'test', id: ref },
          idempotencyKey: newId(),
          actor: job('test'),
        }),
      );
    }
    return made;
  });
  for (const id of ids) await settled(id, 'unknown');
  engine.setFault(null);
  for (const id of ids) await settled(id, 'confirmed');
});

test('a stop refused as stale is sent once more above the epoch of the engine', async () => {
  await settled(await queue({ type: 'halt', epoch: 40 }), 'confirmed');
  await sql`update engines set epoch = 3, issued_epoch = 3 where id = ${engine.id}`;
  const id = await queue({ type: 'stop_order_acceptance' });
  await settled(id, 'confirmed');
  expect(await findCommand(id)).toMatchObject({ epoch: 41, epochResent: true });
});

test('confirmed capital is written to the strategy, a newer one supersedes the older', async () => {
  const strategyId = await strategyFixture({ portfolioId, engineId: engine.id, ref: 'index-trend' });
  const amount = {
    portfolioId,
    strategyId,
    launchId: newId(),
    allocation: '0.2',
    tranche: 10,
    equity: '1000000',
    scale: '1',
  };
  await db.insert(strategyCapital).values({ ...amount, id: newId(), capital: '20000', effectiveAt: new Date() });
  engine.setFault(() => 503);
  const capital = (money: string) =>
    queue({ type: 'set_capital', params: { strategy: 'index-trend', capital: money, release: 'sha256:r' } });
  const older = await capital('10000');
  const newer = await capital('20000');
  engine.setFault(null);
  await settled(newer, 'confirmed');
  expect(await findCommand(older)).toMatchObject({ state: 'superseded' });
  const [row] = await db.select().from(strategyCapital).where(eq(strategyCapital.strategyId, strategyId));
  expect(Number(row?.confirmedCapital)).toBe(20_000);
  expect(row?.confirmedAt).not.toBeNull();
});

test('a sender whose lease ran out is fenced off and writes nothing', async () => {
  engine.setFault(() => 503);
  const id = await queue();
  await deliver();
  // What was committed is also sent in the background, which may get there first: then the lease runs out once more.
  const claimAfterLease = () =>
    vi.waitFor(async () => {
      await sql`update engine_commands set next_attempt_at = app.protocol_now() - interval '1 minute',
        lease_until = app.protocol_now() - interval '1 second' where id = ${id}`;
      const [claimed] = await claimDue({ limit: 1, leaseSeconds: 20, engineId: engine.id });
      expect(claimed?.id).toBe(id);
      return claimed;
    });
  const slow = await claimAfterLease();
  const quick = await claimAfterLease();
  const done = { state: 'confirmed' as const, nextInMs: null, error: null };
  expect(await inTransaction((tx) => settleCommand(tx, slow!, done))).toBe(false);
  expect(await inTransaction((tx) => settleCommand(tx, quick!, done))).toBe(true);
});

test('an engine that is not approved is sent nothing', async () => {
  await sql`update engines set approved_at = null where id = ${engine.id}`;
  const id = await queue();
  await deliver();
  expect(await findCommand(id)).toMatchObject({ state: 'pending', attempts: 0 });
});

test('leases are renewed, and without renewal the engine takes no new risk', async () => {
  expect(engine.paper().report().state).toBe('REDUCING');
  expect((await renewLeases()).answered).toBeGreaterThan(0);
  expect(engine.paper().report()).toMatchObject({ state: 'ACTIVE', leaseUntil: expect.any(String) });
});

test('a report is a heartbeat once; replayed, changed, for another path or another engine it is refused', async () => {
  const path = `/api/v1/engines/${engine.id}/reports`;
  const body = JSON.stringify({ to: path, report: engine.paper().report() });
  const headers = { ...signMessage({ id: newId(), body, secrets: [engine.secret], at: new Date() }) };
  const send = (change: object = {}) => receiveReport({ engineId: engine.id, path, headers, body, ...change });
  await expect(send({ body: body.replace('"epoch":0', '"epoch":9') })).rejects.toMatchObject({
    kind: 'unauthenticated',
  });
  await expect(send({ path: '/api/v1/engines/other/reports' })).rejects.toMatchObject({ kind: 'unauthenticated' });
  await expect(send({ engineId: newId() })).rejects.toMatchObject({ kind: 'unauthenticated' });
  // Nobody learns which engines there are: one sentence for all that is not proven, whatever the id looks like.
  const answer = (change: object) => send(change).catch(({ kind, message }) => ({ kind, message }));
  const told = await answer({ headers: {} });
  expect(told).toMatchObject({ kind: 'unauthenticated' });
  const old = signMessage({ id: newId(), body, secrets: [engine.secret], at: new Date(Date.now() - 3_600_000) });
  for (const change of [
    { body: `${body} ` },
    { engineId: newId() },
    { engineId: '-'.repeat(36) },
    { engineId: 'x' },
    { headers: { ...headers, 'webhook-timestamp': 'now' } },
    { headers: { ...old } },
  ])
    expect(await answer(change)).toEqual(told);
  await send();
  await expect(send()).rejects.toMatchObject({ kind: 'unauthenticated' });
  const [row] = await db.select().from(engines).where(eq(engines.id, engine.id));
  expect(row?.lastHeartbeatAt).not.toBeNull();
});

test("a report from ahead of time is refused and stands in nobody's way, and no epoch runs further than an engine can have got", async () => {
  const path = `/api/v1/engines/${engine.id}/reports`;
  const send = (change: object) => {
    const body = JSON.stringify({ to: path, report: { ...engine.paper().report(), ...change } });
    const headers = { ...signMessage({ id: newId(), body, secrets: [engine.secret], at: new Date() }) };
    return receiveReport({ engineId: engine.id, path, headers, body });
  };
  const kept = async () => (await db.select().from(engines).where(eq(engines.id, engine.id)))[0]!;
  const soon = (ms: number) => new Date(Date.now() + ms).toISOString();
  await expect(send({ asOf: '9999-12-31T23:59:59Z' })).rejects.toMatchObject({ code: 'INVALID' });
  await expect(send({ asOf: soon(60_000) })).rejects.toThrow('Correct the clock of the engine');
  // One that was kept before is replaced by any.
  const future = { ...engine.paper().report(), asOf: '2099-12-31T23:59:59.000Z' };
  await db.update(engines).set({ lastReport: future }).where(eq(engines.id, engine.id));
  const before = await kept();
  const known = Math.max(before.epoch, before.issuedEpoch);
  await send({ asOf: soon(0), epoch: Number.MAX_SAFE_INTEGER });
  const after = await kept();
  expect(reportOf(after)?.asOf.slice(0, 4)).not.toBe('2099');
  expect(after.epoch).toBe(known + 1_000_000);
});

test('what an engine reported is forgotten by one who manages it: its epoch counts on from its next report', async () => {
  const { actor } = await personFixture('admin');
  await db
    .update(engines)
    .set({ epoch: 2 ** 53 - 1, issuedEpoch: 7 })
    .where(eq(engines.id, engine.id));
  await expect(forgetReports((await personFixture('viewer')).actor, engine.id)).rejects.toMatchObject({
    kind: 'forbidden',
  });
  await forgetReports(actor, engine.id);
  const [row] = await db.select().from(engines).where(eq(engines.id, engine.id));
  expect(row).toMatchObject({ epoch: 0, issuedEpoch: 0, lastReport: null });
  const [event] = await sql`select content from events where type = 'engine.reports-forgotten'`;
  expect(JSON.parse(event!.content).data).toMatchObject({ epoch: 2 ** 53 - 1, issuedEpoch: 7 });
  const id = await queue();
  await deliver();
  await settled(id, 'confirmed');
  expect(await findCommand(id)).toMatchObject({ epoch: 1 });
});
