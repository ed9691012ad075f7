import { eq } from 'drizzle-orm';
import { afterAll, expect, test } from 'vitest';
import { db } from '@/db/client';
import { sessions } from '@/db/schema';
import { inTransaction, publish } from '../kernel/transaction';
import { personFixture } from '../testing/people';
import { changes, openStreams } from './changes';
import { closeHub, hub } from './hub';
import { shutdown } from './shutdown';

afterAll(closeHub);

/** A stream that hears the database, past its first hints. */
async function heard(sessionId: string, recheckMs?: number) {
  const stop = new AbortController();
  const stream = changes({ id: sessionId }, stop.signal, recheckMs);
  const first = await stream.next();
  while (!hub().listeningSince) await new Promise((next) => setImmediate(next));
  const until = async (topic: string) => {
    for (let next = await stream.next(); !next.done; next = await stream.next()) {
      const [, data] = next.value as unknown as [string, { topics: string[]; seq: number }];
      if (data.topics.includes(topic)) return data;
    }
    return null;
  };
  return { stop, stream, first: first.value as unknown as [string, { topics: string[] }], until };
}

test('a stream begins with everything, then tells each change that commits and none that does not', async () => {
  const { claim } = await personFixture('viewer');
  const { first, until, stop } = await heard(claim.sessionId);
  expect(first[1].topics).toEqual(['all']);
  expect(openStreams()).toBe(1);
  await inTransaction(async (tx) => {
    publish(tx, 'never');
    throw new Error('rolled back');
  }).catch(() => {});
  await inTransaction(async (tx) => publish(tx, 'alerts'));
  expect((await until('alerts'))?.topics).toEqual(['alerts']);
  const over = until('nothing');
  stop.abort();
  expect(await over).toBeNull();
  expect(openStreams()).toBe(0);
});

test('a revoked session ends its stream as signed out', async () => {
  const { claim } = await personFixture('viewer');
  const { until } = await heard(claim.sessionId, 20);
  await db.update(sessions).set({ revokedAt: new Date() }).where(eq(sessions.id, claim.sessionId));
  await expect(until('nothing')).rejects.toMatchObject({ code: 'UNAUTHORIZED' });
});

test('a process that stops ends its streams so that browsers come back by themselves', async () => {
  const { claim } = await personFixture('viewer');
  const { until } = await heard(claim.sessionId);
  const over = until('nothing');
  shutdown.abort();
  await expect(over).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
});
