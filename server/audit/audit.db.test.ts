import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import postgres from 'postgres';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { closeDatabase, sql } from '@/db/client';
import { job } from '../kernel/actor';
import { inTransaction } from '../kernel/transaction';
import { personFixture } from '../testing/people';
import { entryDetail, pageOfEvents, verifyAudit } from './actions';
import { exportHead, headsFile } from './export';
import { recordEvent } from './record';

const owner = postgres(process.env.DATABASE_OWNER_URL!, { max: 1, onnotice: () => {} });
const tester = job('test');
const write = (id: string, portfolioId: string | null = null) =>
  inTransaction(async (tx) =>
    recordEvent(tx, { type: 'test.happened', actor: tester, subject: { kind: 'test', id }, portfolioId, data: { id } }),
  );
const kinds = async () => (await verifyAudit(tester)).faults.map(({ kind }) => kind);

/** What only someone who owns the database and drops its triggers can do. */
async function tamper(work: () => Promise<unknown>): Promise<void> {
  await owner`alter table events disable trigger all`.catch(() => owner`alter table events disable trigger user`);
  await work();
  await owner`alter table events enable trigger user`;
}

let kept: { events: postgres.RowList<postgres.Row[]>; head: postgres.Row };
beforeEach(async () => {
  for (let i = 0; i < 6; i++) await write(`row ${i}`);
  kept = { events: await owner`select * from events`, head: (await owner`select * from event_head`)[0]! };
});
const restore = () =>
  tamper(async () => {
    await owner`delete from events`;
    await owner`insert into events ${owner(kept.events as never)}`;
    await owner`update event_head set seq = ${kept.head.seq}, hash = ${kept.head.hash}`;
  });

afterAll(async () => {
  await owner.end();
  await closeDatabase();
});

test('200 transactions in parallel write one chain without a fork', async () => {
  await Promise.all(Array.from({ length: 200 }, (_, i) => write(`parallel ${i}`)));
  const verdict = await verifyAudit(tester);
  expect(verdict).toMatchObject({ ok: true, faults: [] });
  expect(verdict.checked).toBe(verdict.total);
  const [row] = await sql`select count(*)::int as n, count(distinct previous_hash)::int as links from events`;
  expect(row!.n).toBe(row!.links);
});

test('an entry is written in the transaction it describes, or not at all', async () => {
  const before = (await verifyAudit(tester)).total;
  await expect(
    inTransaction(async (tx) => {
      recordEvent(tx, { type: 'test.happened', actor: tester, subject: { kind: 'test', id: 'never' } });
      throw new Error('rolled back');
    }),
  ).rejects.toThrow('rolled back');
  expect((await verifyAudit(tester)).total).toBe(before);
});

test("the application's own role can neither change, delete, truncate nor forge entries, nor move the head", async () => {
  const attempts = [
    sql`update events set actor = 'nobody'`,
    sql`delete from events`,
    sql`truncate events`,
    sql`insert into events select * from events limit 1`,
    sql`update event_head set seq = 0`,
    sql`delete from event_head`,
    sql`alter table events disable trigger all`,
    sql`drop trigger events_append_only on events`,
  ];
  for (const attempt of attempts) await expect(attempt).rejects.toThrow(/permission denied|must be owner/);
  expect(await kinds()).toEqual([]);
});

test('even the owner is stopped by the trigger before dropping it', async () => {
  await expect(owner`update events set actor = 'nobody'`).rejects.toThrow(/append-only/);
  await expect(owner`truncate events`).rejects.toThrow(/append-only/);
});

test('edit, delete, exchange and cut tail are found, and the entry is named', async () => {
  await tamper(
    () =>
      owner`update events set content = replace(content, 'row 2', 'row 9') where content like '%row 2%' and seq = (select min(seq) from events where content like '%row 2%')`,
  );
  const [edited] = (await verifyAudit(tester)).faults;
  expect(edited).toMatchObject({ kind: 'changed' });
  await restore();
  await tamper(() => owner`update events set actor_name = 'somebody else' where seq = 3`);
  expect((await verifyAudit(tester)).faults).toMatchObject([{ kind: 'columns-differ', seq: 3 }]);
  await restore();
  await tamper(() => owner`delete from events where seq = 3`);
  expect(await kinds()).toContain('missing');
  await restore();
  await tamper(async () => {
    await owner`update events set seq = -1 where seq = 2`;
    await owner`update events set seq = 2 where seq = 3`;
    await owner`update events set seq = 3 where seq = -1`;
  });
  expect(await kinds()).toContain('changed');
  await restore();
  await tamper(() => owner`delete from events where seq = (select max(seq) from events)`);
  expect(await kinds()).toEqual(['tail-cut']);
  await restore();
  expect(await kinds()).toEqual([]);
});

test('a tail cut with its head, and a full re-hash, show against the exported head - also when the table of exports is emptied', async () => {
  const exported = await exportHead();
  expect(exported.targets).toEqual([{ target: 'file', ok: true, error: null }]);
  expect(JSON.parse(readFileSync(headsFile(), 'utf8').trim().split('\n').at(-1)!)).toMatchObject({ seq: exported.seq });
  const saved = { events: await owner`select * from events`, head: (await owner`select * from event_head`)[0]! };

  await tamper(async () => {
    await owner`delete from head_exports`;
    await owner`delete from events where seq > ${exported.seq - 2}`;
    await owner`update event_head set seq = ${exported.seq - 2}, hash = (select hash from events where seq = ${exported.seq - 2})`;
  });
  expect(await kinds()).toEqual(['tail-cut']);

  await tamper(async () => {
    await owner`delete from events`;
    await owner`update event_head set seq = 0, hash = repeat('0', 64)`;
    for (const { content } of saved.events)
      await owner`select app.append_event(${String(content).replace('row 1', 'row X')})`;
  });
  expect(await kinds()).toContain('rewritten');
  kept = saved;
  await restore();
  expect(await kinds()).toEqual([]);
  const file = headsFile();
  writeFileSync(file, `${readFileSync(file, 'utf8')}not a head\n`);
  expect((await verifyAudit(tester)).faults.map(({ words }) => words)).toEqual([
    expect.stringMatching(/Line \d+ of the exported heads cannot be read/),
  ]);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, '');
});

test('a page shows the portfolios its reader sees, filters, and links each entry with its neighbours', async () => {
  const [mine, other] = ['0192a000-0000-7000-8000-000000000001', '0192a000-0000-7000-8000-000000000002'];
  await write('in mine', mine);
  await write('in other', other);
  const reader = await personFixture({ role: 'viewer', portfolioId: mine });
  const ids = (await pageOfEvents(reader.actor, { type: 'test.happened' })).entries.map(({ subject }) => subject.id);
  expect(ids).toContain('in mine');
  expect(ids).not.toContain('in other');
  const { entries } = await pageOfEvents(reader.actor, { text: 'in mine' });
  expect(await entryDetail(reader.actor, entries[0]!.seq)).toMatchObject({
    hashMatches: true,
    linkedBefore: true,
    linkedAfter: true,
    data: { id: 'in mine' },
  });
  const hidden = (await pageOfEvents((await personFixture('viewer')).actor, { text: 'in other' })).entries[0]!;
  await expect(entryDetail(reader.actor, hidden.seq)).rejects.toMatchObject({ code: 'NOT_FOUND' });
});
