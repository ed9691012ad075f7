import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, expect, test } from 'vitest';
import { POST } from '@/app/api/emergency/route';
import { closeDatabase, sql } from '@/db/client';
import { portfolioFixture } from '../testing/engines';
import { type PersonFixture, personFixture } from '../testing/people';
import { writeEngineSnapshot } from './snapshot-actions';
import { standbyOf } from './standby-actions';

let portfolioId: string;
let risk: PersonFixture;
beforeEach(async () => {
  portfolioId = await portfolioFixture();
  risk = await personFixture({ role: 'risk-officer', portfolioId });
});
afterEach(() => rmSync(join(process.env.GOING_LIVE_DATA!, 'emergency'), { recursive: true, force: true }));
afterAll(closeDatabase);

const asks = async (who: PersonFixture) => ({ headers: new Headers({ cookie: await who.cookie() }) });

/** Holds every table that a page would read, so that no look at it is ever answered. */
async function frozen<T>(work: () => Promise<T>): Promise<T> {
  const holder = await sql.reserve();
  try {
    await holder`begin`;
    await holder`lock table sessions, people, role_grants, engines, strategies, portfolios in access exclusive mode`;
    return await work();
  } finally {
    await holder`rollback`;
    holder.release();
  }
}

test('while the database is frozen the page still comes up in time with what its person can stop', async () => {
  await portfolioFixture();
  await writeEngineSnapshot();
  const request = await asks(risk);
  await frozen(async () => {
    const began = performance.now();
    const standby = await standbyOf(request);
    expect(performance.now() - began).toBeLessThan(2_000);
    expect(standby).toMatchObject({
      kind: 'ready',
      isDatabaseDown: true,
      name: risk.name,
      scopes: [{ kind: 'portfolio', portfolioId }],
    });
    const press = await POST(
      new Request('http://localhost:3000/api/emergency', {
        method: 'POST',
        headers: { cookie: await risk.cookie(), 'content-type': 'application/json', origin: 'http://localhost:3000' },
        body: JSON.stringify({
          scope: 'portfolio',
          portfolioId: (await portfolioOf(standby)) ?? null,
          strategyId: null,
          severity: 'high',
          reason: 'the database is frozen',
          isDrill: false,
          keepReduceOnlyStops: false,
        }),
      }),
    );
    expect(press.status).toBe(202);
    expect(await press.json()).toMatchObject({ isRecorded: false });
  });
});
const portfolioOf = async (standby: Awaited<ReturnType<typeof standbyOf>>) =>
  standby.kind === 'ready' ? standby.scopes[0]?.portfolioId : null;

test('while the database answers it lists the same from there', async () => {
  expect(await standbyOf(await asks(risk))).toMatchObject({
    kind: 'ready',
    isDatabaseDown: false,
    scopes: [{ kind: 'portfolio', portfolioId }],
  });
});

test('a stranger, and a missing local copy, are told what to do instead', async () => {
  expect(await standbyOf({ headers: new Headers() })).toMatchObject({ kind: 'refused', code: 'UNAUTHENTICATED' });
  const request = await asks(risk);
  await frozen(async () => {
    expect(await standbyOf(request)).toMatchObject({ kind: 'refused', code: 'NO_SNAPSHOT' });
  });
});

test('a press larger than any press is given up while it is read', async () => {
  const cookie = await risk.cookie();
  const press = await POST(
    new Request('http://localhost:3000/api/emergency', {
      method: 'POST',
      headers: { cookie, 'content-type': 'application/json' },
      body: JSON.stringify({ reason: 'x'.repeat(50_000) }),
    }),
  );
  expect(press.status).toBe(413);
});
