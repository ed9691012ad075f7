import { afterAll, beforeAll, expect, test } from 'vitest';
import { POST as attachFile } from '@/app/api/v1/checklist-items/[itemId]/files/route';
import { GET as openFile } from '@/app/api/v1/evidence/files/[fileId]/route';
import { POST as importFile } from '@/app/api/v1/evidence/route';
import { POST as recordRun } from '@/app/api/v1/runbook-steps/[stepId]/runs/route';
import { GET as listSteps } from '@/app/api/v1/runbook-steps/route';
import { closeDatabase } from '@/db/client';
import { newId } from '../kernel/ids';
import { portfolioFixture } from '../testing/engines';
import { keyFixture } from '../testing/people';

let portfolioId: string;
beforeAll(async () => {
  portfolioId = await portfolioFixture();
});
afterAll(closeDatabase);

const request = (path: string, key: string, body?: string) =>
  new Request(`http://localhost:3000/api/v1/${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { authorization: `Bearer ${key}` },
    ...(body === undefined ? {} : { body }),
  });
const id = newId();
const ROUTES = [
  ['the list of steps', 'runbook:write', 60, (key: string) => listSteps(request('runbook-steps?launch=L-9999', key))],
  [
    'a run of a step',
    'runbook:write',
    60,
    (key: string) =>
      recordRun(request(`runbook-steps/${id}/runs`, key, '{}'), { params: Promise.resolve({ stepId: id }) }),
  ],
  [
    'a file for an item',
    'evidence:write',
    30,
    (key: string) =>
      attachFile(request(`checklist-items/${id}/files?name=a`, key, 'x'), { params: Promise.resolve({ itemId: id }) }),
  ],
  [
    'a backtest file',
    'evidence:write',
    30,
    (key: string) => importFile(request(`evidence?release=${id}&name=a.json`, key, '{}')),
  ],
  [
    'a stored file',
    'read',
    30,
    (key: string) => openFile(request(`evidence/files/${id}`, key), { params: Promise.resolve({ fileId: id }) }),
  ],
] as const;

test.each(ROUTES)('%s is slowed down with 429 and Retry-After, other keys are not', async (_, scope, allowed, ask) => {
  const [busy, calm] = [(await keyFixture([scope], portfolioId)).key, (await keyFixture([scope], portfolioId)).key];
  const answers = [];
  for (let i = 0; i <= allowed; i += 1) answers.push(await ask(busy));
  expect(answers.slice(0, -1).map(({ status }) => status)).not.toContain(429);
  expect(answers.at(-1)?.status).toBe(429);
  expect(Number(answers.at(-1)?.headers.get('retry-after'))).toBeGreaterThan(0);
  expect((await ask(calm)).status).not.toBe(429);
});
