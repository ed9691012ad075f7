import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { GET as trpcGet, POST as trpcPost } from '@/app/api/trpc/[trpc]/route';
import { closeDatabase, sql } from '@/db/client';
import { can } from '../identity/permissions';
import { ROLES, type Role } from '../kernel/actor';
import { ACCESS, CHANGES_WHILE_LOCKED, OPEN_TO_ANYONE, ROUTES } from '../testing/access-table';
import { keyFixture, type PersonFixture, personFixture } from '../testing/people';
import type { Meta } from '../trpc/init';
import { appRouter } from './_app';

type Procedure = { _def: { type: 'query' | 'mutation' | 'subscription'; meta?: Meta } };
const procedures = Object.entries(appRouter._def.procedures as unknown as Record<string, Procedure>).sort();

const ORIGIN = 'http://localhost:3000';
const APP = join(import.meta.dirname, '../../app/api');
const people = {} as Record<Role, PersonFixture>;
let locked: PersonFixture;

async function signedOutAgain(role: Role): Promise<void> {
  people[role] = await personFixture({ role });
}

beforeAll(async () => {
  for (const role of ROLES) await signedOutAgain(role);
  locked = await lockedPerson('risk-officer');
});
afterAll(closeDatabase);

async function lockedPerson(role: Role): Promise<PersonFixture> {
  const person = await personFixture({ role });
  await sql`update sessions set last_input_at = last_input_at - interval '31 minutes' where person_id = ${person.id}`;
  return person;
}

/** One call of a procedure as a browser makes it, with an input that is of no use; only the gate before it is asked. */
async function call(path: string, type: string, headers: Record<string, string> = {}) {
  const url = `${ORIGIN}/api/trpc/${path}`;
  const stop = new AbortController();
  const isRead = type !== 'mutation';
  const request = new Request(url, {
    method: isRead ? 'GET' : 'POST',
    headers: { origin: ORIGIN, ...(isRead ? {} : { 'content-type': 'application/json' }), ...headers },
    body: isRead ? undefined : '{}',
    signal: stop.signal,
  });
  const response = await (isRead ? trpcGet(request) : trpcPost(request));
  if (type === 'subscription' && response.ok) {
    const code = await refusalInStream(response);
    stop.abort();
    return { status: code === undefined ? 200 : code === 'FORBIDDEN' ? 403 : 401, code };
  }
  const body = await response.json();
  return { status: response.status, code: body.error?.json?.data?.domainCode as string | undefined };
}

/** A stream answers 200 before it knows; a refusal is its first event. */
async function refusalInStream(response: Response): Promise<string | undefined> {
  const reader = response.body!.getReader();
  let text = '';
  // The first event is only the greeting; what follows it is a change, or why there will be none.
  while ((text.match(/\ndata: .*\n/g) ?? []).length < 2) {
    const { done, value } = await Promise.race([
      reader.read(),
      new Promise<{ done: true; value: undefined }>((settle) => setTimeout(settle, 200, { done: true })),
    ]);
    if (done) break;
    text += new TextDecoder().decode(value);
  }
  void reader.cancel().catch(() => {});
  return text.includes('serialized-error') ? /"domainCode":"(\w+)"/.exec(text)?.[1] : undefined;
}

const expectedOf = (path: string) => ACCESS[path] ?? (OPEN_TO_ANYONE.includes(path) ? 'anyone' : undefined);

// Some two thousand calls: on a busy machine they take their time.
describe('procedures', { timeout: 120_000 }, () => {
  test('every procedure has its line in the access table, and every line its procedure', () => {
    const known = [...Object.keys(ACCESS), ...OPEN_TO_ANYONE].sort();
    expect(procedures.map(([path]) => path)).toEqual(known);
  });

  test('every procedure is guarded by the action that the table says', () => {
    const guarded = Object.fromEntries(procedures.map(([path, { _def }]) => [path, _def.meta?.access]));
    expect(guarded).toEqual(Object.fromEntries(procedures.map(([path]) => [path, expectedOf(path)])));
  });

  test('only what the table names changes anything in a locked session, and nothing changes by leave to read', () => {
    const whileLocked = procedures.filter(([, { _def }]) => _def.meta?.whileLocked && _def.type === 'mutation');
    expect(whileLocked.map(([path]) => path)).toEqual([...CHANGES_WHILE_LOCKED].sort());
    const changesByReading = procedures.filter(
      ([path, { _def }]) => _def.type === 'mutation' && ACCESS[path] === 'read',
    );
    expect(changesByReading.map(([path]) => path)).toEqual([]);
  });

  test('signed out, every guarded procedure answers 401, whatever headers come with it', async () => {
    const disguises: Record<string, string>[] = [
      {},
      { 'x-middleware-subrequest': 'proxy:proxy:proxy:proxy:proxy', rsc: '1', 'next-router-prefetch': '1' },
      { cookie: 'going-live.session=forged; __Host-going-live.session=forged', authorization: 'Bearer forged' },
    ];
    for (const [path, { _def }] of procedures.filter(([path]) => expectedOf(path) !== 'anyone'))
      for (const headers of disguises)
        expect({ path, ...(await call(path, _def.type, headers)) }).toEqual({
          path,
          status: 401,
          code: 'UNAUTHENTICATED',
        });
  });

  test.each(ROLES)('%s: each procedure lets in or refuses by the table of roles and actions', async (role) => {
    for (const [path, { _def }] of procedures) {
      const access = expectedOf(path);
      if (!access || access === 'anyone') continue;
      const answer = await call(path, _def.type, { cookie: await people[role].cookie() });
      const isIn = can(role, access) !== null;
      if (isIn)
        expect({ path, role, refused: [401, 403].includes(answer.status) }).toEqual({ path, role, refused: false });
      else expect({ path, role, ...answer }).toEqual({ path, role, status: 403, code: 'FORBIDDEN' });
      if (path === 'identity.signOut') await signedOutAgain(role);
    }
  });

  test('a locked session reads; every change but the named ones asks for the factor again', async () => {
    for (const [path, { _def }] of procedures) {
      const access = expectedOf(path);
      if (!access || access === 'anyone' || !can('risk-officer', access)) continue;
      const answer = await call(path, _def.type, { cookie: await locked.cookie() });
      const isFree = _def.type !== 'mutation' || CHANGES_WHILE_LOCKED.includes(path);
      if (isFree) expect({ path, refused: answer.status === 401 }).toEqual({ path, refused: false });
      else expect({ path, ...answer }).toEqual({ path, status: 401, code: 'SESSION_LOCKED' });
      if (path === 'identity.signOut') locked = await lockedPerson('risk-officer');
    }
  });
});

type Handler = (request: Request, context: { params: Promise<Record<string, unknown>> }) => Promise<Response>;
const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

const routes = readdirSync(APP, { recursive: true, encoding: 'utf8' })
  .filter((file) => /(^|\/)route\.tsx?$/.test(file))
  .map((file) => relative('.', join(file, '..')))
  .sort();

async function handlersOf(route: string): Promise<[string, Handler][]> {
  const module = await import(pathToFileURL(join(APP, route, 'route.ts')).href);
  return METHODS.flatMap((method) => (module[method] ? [[method, module[method] as Handler]] : []));
}

async function ask(route: string, method: string, handler: Handler, headers: Record<string, string>) {
  const params: Record<string, unknown> = {};
  const path = route.replaceAll(/\[(?:\.\.\.)?(\w+)\]/g, (_, name: string) => {
    params[name] = '0192a000-0000-7000-8000-00000000dead';
    return String(params[name]);
  });
  const hasBody = method !== 'GET' && method !== 'DELETE';
  const request = new Request(`${ORIGIN}/api/${path}`, {
    method,
    headers: { origin: ORIGIN, ...(hasBody ? { 'content-type': 'application/json' } : {}), ...headers },
    body: hasBody ? '{}' : undefined,
  });
  return handler(request, { params: Promise.resolve(params) });
}

describe('routes', () => {
  test('every route below app/api has its line, and every line its route', () => {
    expect(routes).toEqual(Object.keys(ROUTES).sort());
  });

  test('a guarded route refuses whoever shows nothing, or something forged, before it reads anything', async () => {
    for (const route of routes) {
      const guard = ROUTES[route];
      if (!guard || guard === 'framework' || guard === 'anyone') continue;
      for (const [method, handler] of await handlersOf(route)) {
        for (const headers of [
          {},
          { authorization: 'Bearer gl_forged' },
          { cookie: 'going-live.session=forged' },
        ] as Record<string, string>[]) {
          const answer = await ask(route, method, handler, headers);
          expect({ route, method, headers, status: answer.status }).toEqual({ route, method, headers, status: 401 });
          expect(await answer.text()).not.toMatch(/ at .*\.ts:\d+|select |insert /);
        }
      }
    }
  });

  test('a key opens no route of people or of the scheduler, and a person none of machines', async () => {
    const { key } = await keyFixture([]);
    const cookie = await people.admin.cookie();
    for (const route of routes) {
      const guard = ROUTES[route];
      if (!guard || guard === 'framework' || guard === 'anyone') continue;
      for (const [method, handler] of await handlersOf(route)) {
        const byKey = await ask(route, method, handler, { authorization: `Bearer ${key}` });
        const keyStatus = guard === 'key' || guard === 'either' ? 403 : 401;
        expect({ route, method, guard, status: byKey.status }).toEqual({ route, method, guard, status: keyStatus });
        if (guard === 'session' || guard === 'either') continue;
        const byPerson = await ask(route, method, handler, { cookie });
        expect({ route, method, guard, status: byPerson.status }).toEqual({ route, method, guard, status: 401 });
      }
    }
  });

  test('a route open to anyone answers without a stack, and changes nothing without a token', async () => {
    for (const route of routes.filter((name) => ROUTES[name] === 'anyone')) {
      for (const [method, handler] of await handlersOf(route)) {
        const [before] = await sql`select count(*)::int as n from events`;
        const answer = await ask(route, method, handler, {});
        expect(await answer.text()).not.toMatch(/ at .*\.ts:\d+/);
        const [after] = await sql`select count(*)::int as n from events`;
        expect({ route, events: after!.n }).toEqual({ route, events: before!.n });
      }
    }
  });
});
