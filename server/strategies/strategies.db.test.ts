import { beforeAll, describe, expect, test } from 'vitest';
import { db } from '@/db/client';
import { events } from '@/db/schema';
import { createPortfolio } from '../portfolios/actions';
import { appRouter } from '../routers/_app';
import { type PersonFixture, personFixture } from '../testing/people';

let admin: PersonFixture;
let quant: PersonFixture;
let risk: PersonFixture;
let portfolioId: string;
const as = (person: PersonFixture) => appRouter.createCaller(person.ctx);
const sha = (letter: string) => `sha256:${letter.repeat(64)}`;

beforeAll(async () => {
  [admin, quant, risk] = await Promise.all([
    personFixture('admin'),
    personFixture('quant'),
    personFixture('risk-officer'),
  ]);
  portfolioId = await createPortfolio(admin.actor, {
    name: 'Global macro',
    baseCurrency: 'USD',
    timeZone: 'America/New_York',
    calendarId: 'XNYS',
    sessionStart: '00:00',
    snapshotIntervalSeconds: 5,
    accountCode: 'main',
  });
});

describe('strategies', () => {
  test('a quant registers one and owns it; the record names it', async () => {
    const strategyId = await as(quant).strategies.register({ portfolioId, name: 'Trend 7', engineRef: 'trend-7' });
    const [strategy] = await as(risk).strategies.list();
    expect(strategy).toMatchObject({
      id: strategyId,
      name: 'Trend 7',
      ownerId: quant.id,
      portfolioName: 'Global macro',
      releases: 0,
      newestVersion: null,
    });
    const recorded = await db.select().from(events);
    expect(recorded.some((event) => event.type === 'strategy.registered')).toBe(true);
  });

  test('who may only read registers nothing', async () => {
    await expect(as(risk).strategies.register({ portfolioId, name: 'Mine', engineRef: 'mine' })).rejects.toMatchObject({
      code: 'FORBIDDEN',
    });
  });

  test('a name or an engine id taken in the portfolio is refused at its field', async () => {
    await expect(as(quant).strategies.register({ portfolioId, name: 'trend 7', engineRef: 'other' })).rejects.toThrow(
      'Choose another name',
    );
    await expect(as(quant).strategies.register({ portfolioId, name: 'Other', engineRef: 'trend-7' })).rejects.toThrow(
      'belongs to another strategy',
    );
  });

  test('people of other portfolios see neither it nor its releases', async () => {
    const elsewhere = await personFixture({ grants: [{ role: 'quant', portfolioId: crypto.randomUUID() }] });
    expect(await as(elsewhere).strategies.list()).toEqual([]);
    const [strategy] = await as(quant).strategies.list();
    await expect(as(elsewhere).strategies.byId({ strategyId: strategy!.id })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    await expect(as(elsewhere).strategies.releases({ strategyId: strategy!.id })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });
});

describe('releases', () => {
  test('the same configuration in another order has the same digest; the identity hangs on it', async () => {
    const [strategy] = await as(quant).strategies.list();
    const strategyId = strategy!.id;
    const make = (version: string, configuration: string) =>
      as(quant).strategies.createRelease({ strategyId, version, artefactDigest: sha('a'), configuration });
    const first = await make('1.0.0', '{"fast": 20, "slow": 100}');
    const second = await make('1.0.1', '{ "slow": 100, "fast": 20 }');
    const [a, b] = await Promise.all([first, second].map((releaseId) => as(risk).strategies.release({ releaseId })));
    expect(a!.release.configDigest).toBe(b!.release.configDigest);
    expect(a!.release.digest).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(a!.release.digest).not.toBe(b!.release.digest);
    expect((await as(risk).strategies.releases({ strategyId })).map((release) => release.version)).toEqual([
      '1.0.1',
      '1.0.0',
    ]);
  });

  test('a version never changes: the same one again is refused', async () => {
    const [strategy] = await as(quant).strategies.list();
    const again = { strategyId: strategy!.id, version: '1.0.0', artefactDigest: sha('b'), configDigest: sha('c') };
    await expect(as(quant).strategies.createRelease(again)).rejects.toThrow('A release never changes');
  });

  test.each([
    [{ version: 'latest' }, 'is not a version'],
    [{ artefactDigest: 'v1.0.0' }, '64 hexadecimal digits'],
    [{ configDigest: undefined }, 'Give the digest of the configuration'],
    [{ configDigest: undefined, configuration: '{' }, 'not valid JSON'],
  ])('%o is refused with words', async (wrong, words) => {
    const [strategy] = await as(quant).strategies.list();
    const release = {
      strategyId: strategy!.id,
      version: '9',
      artefactDigest: sha('a'),
      configDigest: sha('b'),
      ...wrong,
    };
    await expect(as(quant).strategies.createRelease(release)).rejects.toThrow(words);
  });
});
