import { afterAll, beforeAll, expect, test } from 'vitest';
import { POST } from '@/app/api/trpc/[trpc]/route';
import { closeDatabase, sql } from '@/db/client';
import { openLanes } from '../trpc/open-lanes';
import { nobodyKey } from './factors';

const ORIGIN = 'http://localhost:3000';
let open = () => {};
const gate = new Promise<void>((go) => {
  open = go;
});
beforeAll(() => {
  for (let place = 0; place < 2; place += 1) void openLanes.passwords.run(() => gate);
});
afterAll(closeDatabase);

const signIn = async (email: string, ip: string, signal?: AbortSignal) => {
  const body = JSON.stringify({ json: { email, password: 'a quiet harbour at dawn' } });
  const headers = { origin: ORIGIN, 'content-type': 'application/json', 'x-forwarded-for': ip };
  const response = await POST(
    new Request(`${ORIGIN}/api/trpc/identity.passwordStep`, { method: 'POST', headers, body, signal }),
  );
  const { error } = await response.json();
  return error?.json.data.domainCode as string | undefined;
};
const wasTried = async (email: string) =>
  (await sql`select 1 from factor_throttles where key = ${nobodyKey(email)}`).length > 0;

test('whoever goes while waiting to sign in leaves the lane, and no password is hashed for them', async () => {
  const stop = new AbortController();
  const gone = signIn('gone@desk.example', '198.51.100.1', stop.signal);
  const stays = signIn('stays@desk.example', '198.51.100.2');
  const codes: (string | undefined)[] = [];
  const flood: Promise<void>[] = [];
  await new Promise<void>((done) => {
    for (let host = 1; host <= 40; host += 1) {
      const tried = signIn(`f${host}@desk.example`, `2001:db8:0:1::${host}`);
      flood.push(tried.then((code) => void (codes.push(code) === 32 && done())));
    }
  });
  expect(codes).toEqual(Array(32).fill('TOO_MANY'));
  stop.abort();
  open();
  expect(await Promise.all([gone, stays])).toEqual(['GIVEN_UP', 'SIGN_IN_REFUSED']);
  await Promise.all(flood);
  expect(codes.slice(32)).toEqual(Array(8).fill('SIGN_IN_REFUSED'));
  expect([await wasTried('gone@desk.example'), await wasTried('stays@desk.example')]).toEqual([false, true]);
});
