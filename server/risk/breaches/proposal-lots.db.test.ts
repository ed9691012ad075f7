import { eq } from 'drizzle-orm';
import { expect, it } from 'vitest';
import { db } from '@/db/client';
import { breachActions, breachEpisodes, instruments } from '@/db/schema';
import { readNow } from '../../kernel/transaction';
import { personFixture } from '../../testing/people';
import { decodeState } from '../ingest/state-codec';
import { asPerson } from '../testing/breach-world';
import { riskWorld } from '../testing/risk-world';
import type { Proposal } from './proposals';

it('a cut to the limit is floored to the registered lot, and where none is to whole units, or to the decimals that are held', async () => {
  const w = await riskWorld();
  await db.insert(instruments).values({
    portfolioId: w.portfolioId,
    instrument: 'BTC',
    lot: '0.001',
    multiplier: '1',
    fx: '1',
    updatedAt: await readNow(),
    updatedBy: 'job:test',
  });
  const positions = [
    { strategy: 'trend', instrument: 'BTC', quantity: 0.4, price: 60_100 },
    { strategy: 'trend', instrument: 'KO', quantity: 301, price: 60 },
    { strategy: 'trend', instrument: 'ETH', quantity: 2.5, price: 3_000 },
  ];
  await w.feed([0, 1, 2].map((i) => ({ at: i * 60, equity: 100_000, sequence: i, positions })));
  const rows = await db
    .select({ params: breachActions.params })
    .from(breachActions)
    .innerJoin(breachEpisodes, eq(breachEpisodes.id, breachActions.episodeId))
    .where(eq(breachEpisodes.portfolioId, w.portfolioId));
  const targets = rows
    .map(({ params }) => decodeState<Proposal>(params))
    .flatMap((proposal) => (proposal.kind === 'reduce-position' ? proposal.targets : []));
  const to = (instrument: string) => targets.find((t) => t.instrument === instrument)?.to;
  expect([to('BTC')?.gt(0), to('BTC')?.lt('0.4'), to('BTC')?.decimalPlaces()]).toEqual([true, true, 3]);
  expect([to('KO')?.gt(0), to('KO')?.lt('301'), to('KO')?.decimalPlaces()]).toEqual([true, true, 0]);
  expect(to('ETH')?.toFixed()).toBe('1.6');
  const { actions } = (await asPerson(await personFixture()).episodes({ portfolioId: w.portfolioId })).find((e) =>
    e.title.includes('ETH'),
  ) ?? { actions: [] };
  expect(actions.find((a) => a.type === 'reduce-position')?.detail).toMatch(
    /No lot is registered of ETH: taken as 0\.1\./,
  );
});
