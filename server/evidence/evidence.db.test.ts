import { createHash } from 'node:crypto';
import { eq } from 'drizzle-orm';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { GET as download } from '@/app/api/v1/evidence/files/[fileId]/route';
import { POST } from '@/app/api/v1/evidence/route';
import { db } from '@/db/client';
import { backtests, dailyCloses, events, fileChunks, files } from '@/db/schema';
import { disablePerson } from '../identity/people-actions';
import { createPortfolio } from '../portfolios/actions';
import { replay } from '../risk/replay/replay';
import { DEFAULT_REPLAY_LIMITS } from '../risk/replay/replay-limits';
import { appRouter } from '../routers/_app';
import { keyFixture, type PersonFixture, personFixture } from '../testing/people';
import { MAX_FILE_BYTES } from './bounds';
import { APPROVE_EXPECTATION } from './expectation';
import { readFileWhole } from './file-store';
import { expectationOf } from './store';
import { storedReplayHistory } from './stored-series';
import { dailyTable, freqtradeFile } from './testing/sample-files';

let quant: PersonFixture;
let risk: PersonFixture;
let manager: PersonFixture;
let admin: PersonFixture;
let portfolioId: string;
let strategyId: string;
let releaseId: string;
let versions = 0;

const as = (person: PersonFixture) => appRouter.createCaller(person.ctx);
const result = freqtradeFile({
  Trend: {
    trades: [
      ['2024-01-02 10:00:00', 50],
      ['2024-01-03 10:00:00', -20],
    ],
  },
});
const ORIGIN = 'http://localhost:3000';

beforeAll(async () => {
  [admin, quant, risk, manager] = await Promise.all([
    personFixture('admin'),
    personFixture('quant'),
    personFixture('risk-officer'),
    personFixture('manager'),
  ]);
  portfolioId = await createPortfolio(admin.actor, {
    name: 'Desk',
    baseCurrency: 'USD',
    timeZone: 'UTC',
    calendarId: '24x7',
    sessionStart: '00:00',
    snapshotIntervalSeconds: 5,
    accountCode: 'main',
  });
  strategyId = await as(quant).strategies.register({ portfolioId, name: 'Trend', engineRef: 'trend' });
});

beforeEach(async () => {
  versions += 1;
  const digest = `sha256:${String(versions).padStart(64, '0')}`;
  releaseId = await as(quant).strategies.createRelease({
    strategyId,
    version: `1.${versions}`,
    artefactDigest: digest,
    configDigest: digest,
  });
});

type Sent = {
  body?: Buffer | ReadableStream<Uint8Array>;
  query?: Record<string, string>;
  headers?: Record<string, string>;
  as?: PersonFixture | null;
};

async function upload({ body = result, query = {}, headers = {}, as: person = quant }: Sent = {}): Promise<Response> {
  const address = new URL('/api/v1/evidence', ORIGIN);
  for (const [name, value] of Object.entries({ release: releaseId, name: 'result.json', ...query }))
    address.searchParams.set(name, value);
  const cookie = person ? { cookie: await person.cookie(), origin: ORIGIN } : {};
  return POST(
    new Request(address, {
      method: 'POST',
      body: body as unknown as BodyInit,
      headers: { 'content-type': 'application/octet-stream', ...cookie, ...headers },
      duplex: 'half',
    } as RequestInit),
  );
}

const nothingKept = async () => {
  expect(await db.select().from(backtests).where(eq(backtests.releaseId, releaseId))).toEqual([]);
};

describe('upload', () => {
  test('a quant uploads a file; it is kept in pieces, read back whole, and shown with its statistics', async () => {
    const big = Buffer.from(result.toString().replace('"strategy_comparison":[]', `"note":"${'x'.repeat(2_500_000)}"`));
    const answer = await upload({ body: big });
    expect(answer.status).toBe(201);
    const { fileId, strategies, backtests: kept } = await answer.json();
    expect(strategies[0]).toMatchObject({ name: 'Trend', totalReturn: expect.closeTo(0.03, 12) });
    expect(
      await db.select({ ordinal: fileChunks.ordinal }).from(fileChunks).where(eq(fileChunks.fileId, fileId)),
    ).toHaveLength(3);
    expect((await readFileWhole(fileId)).equals(big)).toBe(true);
    const [shown] = await as(risk).evidence.ofRelease({ releaseId });
    expect(shown).toMatchObject({
      id: kept[0].id,
      nameInFile: 'Trend',
      format: 'freqtrade',
      standing: 'evidence',
      importedByName: quant.name,
    });
    const recorded = await db.select().from(events);
    expect(recorded.some((event) => event.type === 'evidence.imported')).toBe(true);
  });

  test('the same file twice is one import', async () => {
    const first = await (await upload()).json();
    const second = await (await upload()).json();
    expect(second.backtests).toEqual(first.backtests);
    expect(await as(quant).evidence.ofRelease({ releaseId })).toHaveLength(1);
  });

  test('a machine uploads with a key of its scope', async () => {
    const good = await keyFixture(['evidence:write'], portfolioId);
    expect((await upload({ as: null, headers: { authorization: `Bearer ${good.key}` } })).status).toBe(201);
    const scopeless = await keyFixture(['snapshots:write'], portfolioId);
    expect((await upload({ as: null, headers: { authorization: `Bearer ${scopeless.key}` } })).status).toBe(403);
    const elsewhere = await keyFixture(['evidence:write'], crypto.randomUUID());
    expect((await upload({ as: null, headers: { authorization: `Bearer ${elsewhere.key}` } })).status).toBe(403);
  });

  test('strangers, readers and other sites upload nothing', async () => {
    expect((await upload({ as: null })).status).toBe(403);
    expect((await upload({ as: null, headers: { origin: ORIGIN } })).status).toBe(401);
    expect((await upload({ as: risk })).status).toBe(403);
    expect((await upload({ headers: { origin: 'https://evil.example' } })).status).toBe(403);
    expect((await upload({ headers: { 'sec-fetch-site': 'cross-site' } })).status).toBe(403);
    await nothingKept();
  });

  test('a refused file says why as problem+json and leaves nothing', async () => {
    const before = (await db.select().from(files)).length;
    const answer = await upload({ body: Buffer.from('{"strategy": {') });
    expect(answer.status).toBe(422);
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    expect((await answer.json()).detail).toContain('truncated');
    await nothingKept();
    expect(await db.select().from(files)).toHaveLength(before);
  });

  test('more than 50 MB is refused at the announcement, and while streaming where none was made', async () => {
    expect((await upload({ headers: { 'content-length': String(MAX_FILE_BYTES + 1) } })).status).toBe(413);
    let sent = 0;
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        sent += 1;
        controller.enqueue(new Uint8Array(1024 * 1024));
      },
    });
    expect((await upload({ body: endless })).status).toBe(413);
    expect(sent).toBeLessThan(60);
    await nothingKept();
  });

  test('an upload that breaks off leaves nothing', async () => {
    const broken = new ReadableStream<Uint8Array>({
      start(controller) {
        controller.enqueue(result.subarray(0, 50));
        controller.error(new Error('reset'));
      },
    });
    const answer = await upload({ body: broken });
    expect(answer.status).toBe(422);
    expect((await answer.json()).title).toBe('UPLOAD_BROKEN');
    await nothingKept();
  });

  test('an unknown release, a bad query and an unknown parameter are told', async () => {
    expect((await upload({ query: { release: crypto.randomUUID() } })).status).toBe(404);
    expect((await upload({ query: { release: 'x' } })).status).toBe(422);
    expect((await upload({ query: { extra: '1' } })).status).toBe(422);
  });

  test('an upload that stalls holds up its caller alone, who is asked to come back', async () => {
    const reading: ReadableStreamDefaultController[] = [];
    await upload();
    const [kept] = await as(quant).evidence.ofRelease({ releaseId });
    // Asked for its first byte only when it is waited for.
    const slow = new ReadableStream<Uint8Array>(
      { pull: (controller) => void reading.push(controller) },
      { highWaterMark: 0 },
    );
    const stalled = upload({ body: slow });
    await expect.poll(() => reading.length).toBe(1);
    const second = await upload();
    expect([second.status, second.headers.get('retry-after')]).toEqual([429, '5']);
    const engineer = await personFixture({ role: 'engineer', portfolioId });
    expect((await upload({ as: engineer })).status).toBe(201);
    await as(quant).evidence.readAgain({ backtestId: kept!.id, choice: {}, purpose: 'out-of-sample' });
    for (const controller of reading) controller.close();
    await stalled;
    expect((await upload()).status).toBe(201);
  });
});

describe('reading again', () => {
  const returns = dailyTable(
    Array.from({ length: 60 }, (_, i) => (i % 2 ? 0.4 : -0.3)),
    'date,returns',
  );

  test('a refused table is answered with what may be chosen, and stands once sent again so', async () => {
    const table = dailyTable(
      Array.from({ length: 60 }, (_, i) => (i % 2 ? 0.01 : -0.02)),
      'date,close',
    );
    const refused = await upload({ body: table, query: { name: 'returns.csv' } });
    const problem = await refused.json();
    expect([refused.status, problem.title]).toEqual([422, 'EVIDENCE_REFUSED']);
    expect(problem.reading).toMatchObject({ kind: 'prices', valueColumns: ['close'], candidates: ['close'] });
    const query = { name: 'returns.csv', kind: 'returns', unit: 'fraction', column: 'close' };
    expect((await upload({ body: table, query })).status).toBe(201);
    const [kept, ...more] = await as(quant).evidence.ofRelease({ releaseId });
    expect(more).toEqual([]);
    expect(kept).toMatchObject({ format: 'returns-csv', choice: { kind: 'returns', column: 'close' } });
  });

  test('a file large enough for a process of its own is kept whole', async () => {
    const body = dailyTable(
      Array.from({ length: 9_000 }, (_, i) => (100 + 10 * Math.sin(i / 50)).toFixed(9)),
      'date,close',
    );
    expect((await upload({ body, query: { name: 'long.csv' } })).status).toBe(201);
    const [kept] = await as(quant).evidence.ofRelease({ releaseId });
    const { series, sha256 } = await as(quant).evidence.backtest({ backtestId: kept!.id });
    expect(series.daily?.value).toHaveLength(9_000);
    expect(sha256).toBe(createHash('sha256').update(body).digest('hex'));
  });

  test('another choice supersedes the reading before it, and one that cannot be read changes nothing', async () => {
    await upload({ body: returns, query: { name: 'returns.csv' } });
    const [guessed] = await as(quant).evidence.ofRelease({ releaseId });
    expect(guessed?.guess).toMatchObject({ kind: 'returns', unit: 'percent' });
    await as(quant).evidence.readAgain({
      backtestId: guessed!.id,
      choice: { unit: 'fraction' },
      purpose: 'out-of-sample',
    });
    const now = await as(quant).evidence.ofRelease({ releaseId });
    expect(now).toHaveLength(1);
    expect(now[0]).toMatchObject({ guess: { unit: 'fraction' }, purpose: 'out-of-sample', fileId: guessed!.fileId });
    const bad = as(quant).evidence.readAgain({
      backtestId: now[0]!.id,
      choice: { kind: 'prices' },
      purpose: 'in-sample',
    });
    await expect(bad).rejects.toThrow('is not above zero');
    expect(await as(quant).evidence.ofRelease({ releaseId })).toEqual(now);
  });
});

describe('expectation', () => {
  const proposed = async (importer = quant): Promise<{ id: string; digest: string }> => {
    await upload({ as: importer });
    const [backtest] = await as(quant).evidence.ofRelease({ releaseId });
    await as(quant).evidence.propose({ backtestId: backtest!.id });
    return backtest!;
  };
  const approve = async (person: PersonFixture, backtest: { id: string; digest: string }) =>
    as(person).evidence.approve({
      backtestId: backtest.id,
      stepUp: await person.stepUp(APPROVE_EXPECTATION, backtest.digest),
    });

  test('two people of risk and management make it the expectation', async () => {
    const backtest = await proposed();
    expect(await approve(risk, backtest)).toEqual({ approved: false, missing: 1 });
    expect(await expectationOf(releaseId)).toBeNull();
    await expect(approve(risk, backtest)).rejects.toThrow('needs a second person');
    expect(await approve(manager, backtest)).toEqual({ approved: true, missing: 0 });
    expect((await expectationOf(releaseId))?.id).toBe(backtest.id);
    const [shown] = await as(quant).evidence.ofRelease({ releaseId });
    expect(shown).toMatchObject({ standing: 'expectation' });
  });

  test('nobody approves without a second factor for exactly this, without a proposal, or without the role', async () => {
    const backtest = await proposed();
    const token = await risk.stepUp(APPROVE_EXPECTATION, 'f'.repeat(64));
    await expect(as(risk).evidence.approve({ backtestId: backtest.id, stepUp: token })).rejects.toThrow(
      'second factor',
    );
    await expect(approve(quant, backtest)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await as(risk).evidence.reject({ backtestId: backtest.id, reason: 'Costs are missing' });
    await expect(approve(risk, backtest)).rejects.toThrow('Nobody has proposed');
    expect((await as(quant).evidence.ofRelease({ releaseId }))[0]).toMatchObject({
      standing: 'rejected',
      rejectionReason: 'Costs are missing',
    });
  });

  test('the importer never approves, whatever roles they hold', async () => {
    const both = await personFixture({
      grants: [
        { role: 'quant', portfolioId: null },
        { role: 'risk-officer', portfolioId: null },
      ],
    });
    const backtest = await proposed(both);
    await expect(approve(both, backtest)).rejects.toThrow('You imported this file');
  });

  test('the approval of a person disabled since does not count', async () => {
    const leaving = await personFixture('risk-officer');
    const backtest = await proposed();
    await approve(leaving, backtest);
    await disablePerson(admin.actor, { personId: leaving.id });
    expect(await approve(risk, backtest)).toEqual({ approved: false, missing: 1 });
  });

  test('two parallel approvals by one person count once', async () => {
    const backtest = await proposed();
    const settled = await Promise.allSettled([approve(risk, backtest), approve(risk, backtest)]);
    expect(settled.filter((one) => one.status === 'fulfilled')).toHaveLength(1);
    expect(await expectationOf(releaseId)).toBeNull();
  });

  test('an approved expectation is not superseded by reading its file again, and a new one retires it', async () => {
    const backtest = await proposed();
    await approve(risk, backtest);
    await approve(manager, backtest);
    await as(quant).evidence.readAgain({ backtestId: backtest.id, choice: {}, purpose: 'out-of-sample' });
    expect((await expectationOf(releaseId))?.id).toBe(backtest.id);
    const other = (await as(quant).evidence.ofRelease({ releaseId })).find((one) => one.id !== backtest.id)!;
    await as(quant).evidence.propose({ backtestId: other.id });
    await approve(risk, other);
    await approve(manager, other);
    expect((await expectationOf(releaseId))?.id).toBe(other.id);
  });
});

describe('histories', () => {
  test('imports with daily equity and what was recorded can be replayed; other portfolios cannot be asked', async () => {
    await upload({ body: dailyTable([100, 94, 95, 96], 'date,close'), query: { name: 'index.csv' } });
    await db.insert(dailyCloses).values(
      ['2026-01-02', '2026-01-05', '2026-01-06'].map((day, i) => ({
        portfolioId,
        subject: '',
        day,
        equity: '1000',
        netFlow: '0',
        unitValue: ['1', '0.95', '0.9'][i]!,
        source: 'live' as const,
        closedAt: new Date(),
      })),
    );
    const histories = await as(risk).evidence.histories({ portfolioId });
    expect(histories[0]).toMatchObject({ id: 'recorded:', source: 'recorded', days: 3 });
    const imported = histories.find((one) => one.name === 'index');
    expect(imported).toMatchObject({ source: 'import', days: 4 });
    const breachesOf = async (id: string) => {
      const { name, series, peers, isWhole } = await as(risk).evidence.history({ portfolioId, id });
      return replay(storedReplayHistory(name, series, peers, isWhole), DEFAULT_REPLAY_LIMITS).breaches;
    };
    // Exactly -5 % and exactly -10 % are no breach; the second day then loses more than 5 % of what was left.
    expect(await breachesOf('recorded:')).toMatchObject({
      drawdown: { daysInBreach: 0 },
      dailyLoss: { daysInBreach: 1 },
      position: null,
    });
    expect(await breachesOf(imported!.id)).toMatchObject({ dailyLoss: { daysInBreach: 1 } });
    const elsewhere = await personFixture({ grants: [{ role: 'viewer', portfolioId: crypto.randomUUID() }] });
    await expect(as(elsewhere).evidence.histories({ portfolioId })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(as(elsewhere).evidence.history({ portfolioId, id: imported!.id })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });
});

describe('correlation of a history', () => {
  const wave = (shift: number) => Array.from({ length: 80 }, (_, i) => 100 + 10 * Math.sin(i + shift));
  const breachesOf = async (id: string) => {
    const { name, series, peers, isWhole } = await as(risk).evidence.history({ portfolioId, id });
    return replay(storedReplayHistory(name, series, peers, isWhole), DEFAULT_REPLAY_LIMITS).breaches.correlation;
  };

  test('of one strategy of a file the others are its peers, read once each', async () => {
    const [one, twin, odd] = [wave(0), wave(0), wave(1.8)];
    const rows = one!.map((value, i) => `${value},${twin![i]! * 2},${odd![i]}`);
    const body = dailyTable(rows, 'date,one,twin,odd');
    await upload({ body, query: { name: 'desk.csv' } });
    const of = (name: string) =>
      as(risk)
        .evidence.ofRelease({ releaseId })
        .then((all) => all.find((backtest) => backtest.nameInFile === name)!);
    const { peers } = await as(risk).evidence.history({ portfolioId, id: `backtest:${(await of('one')).id}` });
    expect(peers.map((peer) => peer.name).sort()).toEqual(['odd', 'twin']);
    expect((await breachesOf(`backtest:${(await of('one')).id}`))?.episodes).toMatchObject([{ subject: 'twin' }]);
    expect((await breachesOf(`backtest:${(await of('odd')).id}`))?.daysInBreach).toBe(0);
  });

  test('of what strategies recorded it is with one another, and of the portfolio every pair of them', async () => {
    const desk = await createPortfolio(admin.actor, {
      name: 'Two strategies',
      baseCurrency: 'USD',
      timeZone: 'UTC',
      calendarId: '24x7',
      sessionStart: '00:00',
      snapshotIntervalSeconds: 5,
      accountCode: 'main',
    });
    const register = (name: string) =>
      as(quant).strategies.register({ portfolioId: desk, name, engineRef: `two-${name}` });
    const [one, twin] = [await register('One'), await register('Twin')];
    const curves = [
      ['', wave(0.5)],
      [one, wave(0)],
      [twin, wave(0)],
    ] as const;
    await db.insert(dailyCloses).values(
      curves.flatMap(([subject, values]) =>
        values.map((value, i) => ({
          portfolioId: desk,
          subject,
          day: new Date(Date.UTC(2026, 0, 1 + i)).toISOString().slice(0, 10),
          equity: '1000',
          netFlow: '0',
          unitValue: value.toFixed(12),
          source: 'live' as const,
          closedAt: new Date(Date.UTC(2026, 0, 2 + i)),
        })),
      ),
    );
    const subjectOf = async (id: string) => {
      const { name, series, peers, isWhole } = await as(risk).evidence.history({ portfolioId: desk, id });
      const { correlation } = replay(storedReplayHistory(name, series, peers, isWhole), DEFAULT_REPLAY_LIMITS).breaches;
      return correlation?.episodes.map((episode) => episode.subject);
    };
    expect(await subjectOf(`recorded:${one}`)).toEqual(['Twin']);
    expect(await subjectOf('recorded:')).toEqual(['One / Twin']);
  });
});

describe('files', () => {
  const keep = async (name = 'result.json') => (await (await upload({ query: { name } })).json()) as { fileId: string };
  const get = async (person: PersonFixture, fileId: string) =>
    download(new Request(`${ORIGIN}/api/v1/evidence/files/${fileId}`, { headers: { cookie: await person.cookie() } }), {
      params: Promise.resolve({ fileId }),
    });

  test('a file is handed back only as an attachment, whatever its name says', async () => {
    const { fileId } = await keep('../../größe "1".html');
    const answer = await get(risk, fileId);
    expect(Buffer.from(await answer.arrayBuffer()).equals(result)).toBe(true);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'application/octet-stream',
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'; sandbox",
      etag: `"${createHash('sha256').update(result).digest('hex')}"`,
    });
    expect(answer.headers.get('content-disposition')).toBe(
      `attachment; filename="file"; filename*=UTF-8''gr%C3%B6%C3%9Fe%20%221%22.html`,
    );
  });

  test('who does not see the portfolio does not see the file', async () => {
    const { fileId } = await keep();
    const elsewhere = await personFixture({ grants: [{ role: 'viewer', portfolioId: crypto.randomUUID() }] });
    expect((await get(elsewhere, fileId)).status).toBe(404);
    expect((await get(risk, 'no-id')).status).toBe(404);
  });
});
