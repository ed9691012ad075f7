import { beforeAll, describe, expect, it } from 'vitest';
import { POST } from '@/app/api/v1/snapshots/route';
import { sql } from '@/db/client';
import { keyFixture } from '../../testing/people';
import { type RiskWorld, riskWorld } from '../testing/risk-world';

let world: RiskWorld;
let key: string;
beforeAll(async () => {
  world = await riskWorld();
  key = (await keyFixture(['snapshots:write'], world.portfolioId)).key;
});

const post = (body: string, headers: Record<string, string> = { authorization: `Bearer ${key}` }) =>
  POST(new Request('http://localhost:3000/api/v1/snapshots', { method: 'POST', body, headers }));
const row = (sequence: number, extra = {}) => ({
  account: 'main',
  asOf: new Date(world.start.getTime() + sequence * 1000).toISOString(),
  sequence,
  equity: '1000.50',
  cash: '500',
  ...extra,
});

describe('POST /api/v1/snapshots', () => {
  it('takes a batch, tells each bad row, and takes it again as a no-op', async () => {
    const body = JSON.stringify({ rows: [row(1), row(2), row(3, { equity: 'nothing' })] });
    const first = await post(body);
    expect(first.status).toBe(200);
    expect(await first.json()).toMatchObject({
      accepted: 2,
      duplicates: 0,
      tradingState: 'ACTIVE',
      refused: [{ index: 2, code: 'INVALID', message: 'equity: is no finite decimal number' }],
    });
    expect(await (await post(body)).json()).toMatchObject({ accepted: 0, duplicates: 2 });
  });

  it('refuses in problem+json: 401 without a key, 403 for another scope or portfolio, 413, 422, 429', async () => {
    const body = JSON.stringify({ rows: [row(9)] });
    const wrongScope = (await keyFixture(['metrics:write'], world.portfolioId)).key;
    const elsewhere = (await keyFixture(['snapshots:write'], (await riskWorld()).portfolioId)).key;
    const bearer = (text: string) => ({ authorization: `Bearer ${text}` });
    const large = JSON.stringify({ rows: Array.from({ length: 5_001 }, (_, i) => row(i)) });
    const answers = [
      [await post(body, {}), 401],
      [await post(body, bearer('gl_nonsense')), 401],
      [await post(body, bearer(wrongScope)), 403],
      [await post(JSON.stringify({ portfolioId: world.portfolioId, rows: [row(9)] }), bearer(elsewhere)), 403],
      [await post(large), 413],
      [await post('{"rows":', bearer(key)), 422],
      [await post('{"rows":[]}', bearer(key)), 422],
      [await post(JSON.stringify({ rows: [row(10, { asOf: 'yesterday' })] })), 422],
    ] as const;
    for (const [response, status] of answers) {
      expect(response.status).toBe(status);
      expect(response.headers.get('content-type')).toBe('application/problem+json');
      expect(await response.json()).toMatchObject({ status, instance: '/api/v1/snapshots' });
    }
  });

  it('makes months of rows for its own accounts only, and refuses what lies before 2000 in words', async () => {
    const months = async () =>
      (await sql`select count(*)::int as n from pg_inherits where inhparent = 'snapshots'::regclass`)[0]!.n;
    const before = await months();
    const other = await riskWorld();
    const answer = await post(
      JSON.stringify({
        rows: [
          row(50, { asOf: '0201-03-05T00:00:00Z', kind: 'history' }),
          row(51, { asOf: '1999-12-31T23:59:59.999Z', kind: 'history' }),
          ...Array.from({ length: 60 }, (_, i) =>
            row(60 + i, { asOf: new Date(Date.UTC(2001, i, 5)), account: 'nobody' }),
          ),
        ],
      }),
    );
    expect(answer.status).toBe(422);
    const { refused } = await answer.json();
    expect(refused.slice(0, 3)).toMatchObject([
      { index: 0, code: 'TOO_OLD', message: 'asOf 0201-03-05T00:00:00.000Z lies before 2000; check its year' },
      { index: 1, code: 'TOO_OLD' },
      { index: 2, code: 'UNKNOWN_ACCOUNT' },
    ]);
    expect(await months()).toBe(before);
    const old = { rows: [row(1, { asOf: '2000-01-01T00:00:00Z', kind: 'history' })] };
    const ofOther = (await keyFixture(['snapshots:write'], other.portfolioId)).key;
    const kept = await post(JSON.stringify(old), { authorization: `Bearer ${ofOther}` });
    expect(await kept.json()).toMatchObject({ accepted: 1, refused: [] });
    expect(await months()).toBe(before + 1);
  });

  it('takes a snapshot of 5,000 instruments, and the next one', { timeout: 60_000 }, async () => {
    const wide = await riskWorld();
    const { key: feed } = await keyFixture(['snapshots:write'], wide.portfolioId);
    const send = (extra: object) =>
      post(JSON.stringify({ rows: [row(1, extra)] }), { authorization: `Bearer ${feed}` });
    const positions = Array.from({ length: 5_000 }, (_, i) => ({
      strategy: 'trend',
      instrument: `I${i}`,
      quantity: '1',
      price: '0.01',
    }));
    const asOf = (seconds: number) => new Date(wide.start.getTime() + seconds * 1000).toISOString();
    const answer = await send({ positions, asOf: asOf(1) });
    expect([answer.status, await answer.json()]).toMatchObject([200, { accepted: 1, refused: [] }]);
    const kept = async () =>
      (
        await sql`select count(*)::int as n from limit_states where portfolio_id = ${wide.portfolioId} and measure = 'position'`
      )[0]!.n;
    expect(await kept()).toBe(5_000);
    expect((await send({ sequence: 2, asOf: asOf(2) })).status).toBe(200);
  });

  it('slows a key down with 429 and Retry-After', async () => {
    const busy = (await keyFixture(['snapshots:write'], world.portfolioId)).key;
    let refused: Response | null = null;
    for (let i = 0; i < 320 && !refused; i += 1) {
      const response = await post('{', { authorization: `Bearer ${busy}` });
      if (response.status === 429) refused = response;
    }
    expect(Number(refused?.headers.get('retry-after'))).toBeGreaterThan(0);
  });
});
