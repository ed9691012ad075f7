import postgres from 'postgres';
import { afterAll, expect, test } from 'vitest';
import { closeDatabase, sql } from '@/db/client';
import { job } from '../kernel/actor';
import { newId } from '../kernel/ids';
import { readNow } from '../kernel/transaction';
import { verifyAudit } from './actions';
import { sha256Hex } from './canonical';
import { sealTelemetry } from './seal-actions';

const owner = postgres(process.env.DATABASE_OWNER_URL!, { max: 1, onnotice: () => {} });
afterAll(async () => {
  await sql`select app.shift_clock('0')`;
  await owner.end();
  await closeDatabase();
});

const portfolio = newId();
let sequence = 0;

async function receive(count: number): Promise<void> {
  const now = (await readNow()).toISOString();
  await sql`select app.ensure_month('snapshots', ${now})`;
  for (let i = 0; i < count; i++) {
    sequence += 1;
    await sql`insert into snapshots ${sql({
      account_id: portfolio,
      sequence,
      portfolio_id: portfolio,
      kind: 'live',
      as_of: now,
      received_at: now,
      equity: '1000',
      net_flow: '0',
      flows: '[]',
      positions: '[]',
      strategies: '[]',
      content_hash: sha256Hex(`snapshot ${sequence}`),
      recorded_by: 'key:test',
    })}`;
  }
}
const faults = async () => (await verifyAudit(job('test'), [], true)).faults.map(({ words }) => words);

test('a settled minute is sealed once, with the count and root of what was received in it', async () => {
  await receive(3);
  expect(await sealTelemetry()).toEqual({ sealed: 0, rows: 0 });
  await sql`select app.shift_clock('4 minutes')`;
  await receive(2);
  expect(await sealTelemetry()).toEqual({ sealed: 1, rows: 3 });
  expect(await sealTelemetry()).toEqual({ sealed: 0, rows: 0 });
  const both = await Promise.all([sql`select app.shift_clock('8 minutes')`.then(sealTelemetry), sealTelemetry()]);
  expect(both.reduce((sum, { sealed }) => sum + sealed, 0)).toBeLessThanOrEqual(1);
  await sealTelemetry();
  const [row] = await sql`select count(*)::int as seals from events where type = 'telemetry.sealed'`;
  expect(row!.seals).toBe(2);
  expect(await verifyAudit(job('test'), [], true)).toMatchObject({ ok: true, seals: 2 });
});

test('a snapshot changed or removed after its seal, and a changed seal, are found', async () => {
  await owner`update snapshots set content_hash = ${sha256Hex('another')} where sequence = 1`;
  expect(await faults()).toEqual([expect.stringMatching(/were changed since/)]);
  await owner`delete from snapshots where sequence = 1`;
  expect(await faults()).toEqual([expect.stringMatching(/3 snapshots were sealed .* 2 are there now/)]);
  await sql`update telemetry_seals set count = 2 where count = 3`;
  expect(await faults()).toEqual([expect.stringMatching(/differs from its entry in the chain/)]);
});
