import { once } from 'node:events';
import { type AddressInfo, createServer, Socket } from 'node:net';
import postgres from 'postgres';
import { afterAll, expect, it, vi } from 'vitest';
import { closeDatabase, reservedSql, sql } from './client';
import { promptSockets } from './prompt-socket';

afterAll(closeDatabase);

it('both pools hold nothing back, whatever the size of a statement', async () => {
  const setNoDelay = vi.spyOn(Socket.prototype, 'setNoDelay');
  const large = 'x'.repeat(200_000);
  for (const pool of [sql, reservedSql]) {
    const [row] = await pool`select length(${large}::text) as length`;
    expect(row?.length).toBe(200_000);
  }
  expect(setNoDelay.mock.calls.filter(([on]) => on === true).length).toBeGreaterThanOrEqual(2);
});

it('a host that refuses is followed by the next one', async () => {
  const closed = createServer();
  await once(closed.listen(0, '127.0.0.1'), 'listening');
  const { port } = closed.address() as AddressInfo;
  await new Promise((done) => closed.close(done));
  const { hostname, port: real, username, password, pathname } = new URL(process.env.DATABASE_URL as string);
  const pool = postgres({
    host: ['127.0.0.1', decodeURIComponent(hostname)],
    port: [port, Number(real || 5432)],
    username: decodeURIComponent(username),
    password: decodeURIComponent(password),
    database: pathname.slice(1),
    max: 1,
    onnotice: () => {},
    ...({ socket: promptSockets() } as object),
  } as unknown as postgres.Options<Record<string, never>>);
  const answers = () => pool`select 1 as one`.then((rows) => rows[0]?.one);
  await vi.waitFor(async () => expect(await answers()).toBe(1), { timeout: 10_000 });
  await pool.end();
});

it('an address that fails at once is an error of its query, and of nothing else', async () => {
  const pool = postgres({
    // No route leads to a documentation address of IPv6 on a port that is none of a listener's: refused or unreachable at once.
    host: '::ffff:255.255.255.255',
    port: 1,
    username: 'nobody',
    database: 'none',
    max: 1,
    connect_timeout: 5,
    onnotice: () => {},
    ...({ socket: promptSockets() } as object),
  });
  await expect(pool`select 1`).rejects.toThrow();
  await pool.end({ timeout: 1 });
});
