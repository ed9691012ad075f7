import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { POST as startEmergency } from '@/app/api/emergency/route';
import { POST as attachFile } from '@/app/api/v1/checklist-items/[itemId]/files/route';
import { GET as getFile } from '@/app/api/v1/evidence/files/[fileId]/route';
import { POST as importEvidence } from '@/app/api/v1/evidence/route';
import { closeDatabase, sql } from '@/db/client';
import { newId } from '../kernel/ids';
import { type PersonFixture, personFixture } from '../testing/people';

const ORIGIN = 'http://localhost:3000';
const OWN = { origin: ORIGIN, 'sec-fetch-site': 'same-origin', 'content-type': 'application/json' };
const id = newId();

/** Changes that a browser makes by cookie at a route of their own, each with something that is not there. */
const CHANGES: Record<string, { path: string; ask: (request: Request) => Promise<Response> }> = {
  'evidence upload': { path: `/api/v1/evidence?release=${id}`, ask: importEvidence },
  'checklist file': {
    path: `/api/v1/checklist-items/${id}/files?name=a.txt`,
    ask: (request) => attachFile(request, { params: Promise.resolve({ itemId: id }) }),
  },
  emergency: { path: '/api/emergency', ask: startEmergency },
};

let person: PersonFixture;
let cookie: string;
beforeAll(async () => {
  person = await personFixture('engineer');
  cookie = await person.cookie();
});
afterAll(closeDatabase);

const send = (name: string, headers: Record<string, string>) => {
  const { path, ask } = CHANGES[name]!;
  return ask(new Request(`${ORIGIN}${path}`, { method: 'POST', headers: { cookie, ...headers }, body: '{}' }));
};

describe.each(Object.keys(CHANGES))('%s by cookie', (name) => {
  test('is taken from our own pages and from no other site', async () => {
    expect((await send(name, OWN)).status).not.toBe(403);
    for (const wrong of [
      { ...OWN, origin: 'https://evil.example' },
      { ...OWN, origin: 'null' },
      { ...OWN, 'sec-fetch-site': 'cross-site' },
      { ...OWN, 'sec-fetch-site': 'same-site' },
    ])
      expect({ wrong, status: (await send(name, wrong)).status }).toEqual({ wrong, status: 403 });
  });

  test('is refused as a form or text that says no origin, which another site could send unasked', async () => {
    expect((await send(name, { 'content-type': 'text/plain' })).status).toBe(403);
    expect((await send(name, { 'content-type': 'application/x-www-form-urlencoded' })).status).toBe(403);
  });
});

test('a locked session uploads nothing, still reads, and still starts an emergency', async () => {
  await sql`update sessions set last_input_at = last_input_at - interval '31 minutes' where person_id = ${person.id}`;
  for (const name of ['evidence upload', 'checklist file']) {
    const answer = await send(name, OWN);
    expect(answer.status).toBe(401);
    expect(await answer.json()).toMatchObject({ title: 'SESSION_LOCKED' });
  }
  const read = new Request(`${ORIGIN}/api/v1/evidence/files/${id}`, { headers: { cookie, ...OWN } });
  expect((await getFile(read, { params: Promise.resolve({ fileId: id }) })).status).toBe(404);
  expect((await send('emergency', OWN)).status).toBe(422);
});
