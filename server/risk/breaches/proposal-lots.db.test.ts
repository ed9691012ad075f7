import { eq } from 'drizzle-orm';
import { expect, it } from 'vitest';
import { db } from '@/db/client';
import { breachActions, breachEpisodes, instruments } from '@/db/schema';
import { readNow } from '../../kernel/transaction';
import { decodeState } from '../ingest/state-codec';
import { riskWorld } from '../testing/risk-world';
import type { Proposal } from './proposals';

it('a cut to the limit is floored to the registered lot, and to whole units where none is registered', async () => {
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
    { strategy: 'trend', instrument: 'KO', quantity: 300.5, price: 60 },
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
  expect([to('KO')?.gt(0), to('KO')?.lt('300.5'), to('KO')?.decimalPlaces()]).toEqual([true, true, 0]);
});
