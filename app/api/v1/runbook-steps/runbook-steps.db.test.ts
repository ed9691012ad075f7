import { afterAll, expect, test } from 'vitest';
import { closeDatabase } from '@/db/client';
import { findLaunch } from '@/server/launch/store';
import { launchWorld } from '@/server/launch/testing/launch-world';
import { keyFixture } from '@/server/testing/people';
import { POST } from './[stepId]/runs/route';
import { GET } from './route';

afterAll(closeDatabase);

const ADDRESS = 'http://localhost:3000/api/v1/runbook-steps';

test('a pipeline finds its step, records it once per key, and is told what is wrong as problem+json', async () => {
  const w = await launchWorld();
  const { key } = await keyFixture(['runbook:write'], w.risk.portfolioId);
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
  const { number } = (await findLaunch(w.launchId))!;
  const listed = await GET(new Request(`${ADDRESS}?launch=${number}`, { headers }));
  const { steps } = await listed.json();
  expect(steps[0]).toMatchObject({ phase: 1, command: 'terraform init', state: 'not-run' });

  const post = (body: unknown, extra: Record<string, string> = {}) =>
    POST(
      new Request(`${ADDRESS}/${steps[0].id}/runs`, {
        method: 'POST',
        headers: { ...headers, ...extra },
        body: JSON.stringify(body),
      }),
      { params: Promise.resolve({ stepId: steps[0].id }) },
    );
  const first = await post({ exitCode: 0, durationMs: 8200 }, { 'idempotency-key': 'build-7' });
  const again = await post({ exitCode: 0, durationMs: 8200 }, { 'idempotency-key': 'build-7' });
  expect([first.status, again.status]).toEqual([201, 200]);
  expect((await again.json()).runId).toBe((await first.json()).runId);

  const wrong = await post({ exitCode: 'zero', seconds: 3 });
  expect(wrong.status).toBe(422);
  expect(wrong.headers.get('content-type')).toBe('application/problem+json');
  expect((await wrong.json()).detail).toContain('exitCode');
  expect((await post({ exitCode: 0, durationMs: 1 }, { authorization: 'Bearer gl_no' })).status).toBe(401);
  const other = await keyFixture(['read']);
  expect((await post({ exitCode: 0, durationMs: 1 }, { authorization: `Bearer ${other.key}` })).status).toBe(403);
});
