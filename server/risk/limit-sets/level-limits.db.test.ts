import { expect, it } from 'vitest';
import { sql } from '@/db/client';
import { appRouter } from '../../routers/_app';
import { personFixture } from '../../testing/people';
import { riskWorld } from '../testing/risk-world';

type Person = Awaited<ReturnType<typeof personFixture>>;
const caller = (person: Person) => appRouter.createCaller(person.ctx).risk;

async function world() {
  const w = await riskWorld({ refs: ['trend', 'carry'], capital: '500000' });
  const [trend, carry] = w.strategies.map((s) => s.id);
  const quant = await personFixture('quant');
  await sql`update strategy_capital set effective_at = effective_at - interval '1 day' where portfolio_id = ${w.portfolioId}`;
  await sql`update strategies set owner_id = ${quant.id} where id = ${trend!}`;
  const limit = (person: Person, strategyId: string | null, hard: string) =>
    caller(person).changeLevelLimits({
      portfolioId: w.portfolioId,
      level: strategyId ? { kind: 'strategy', strategyId } : { kind: 'firm' },
      edits: [{ measure: 'drawdown', appliesTo: 'strategy', hard }],
      reason: 'Calmer for this one.',
    });
  return { ...w, trend: trend!, carry: carry!, quant, limit };
}

it('an engineer tightens the limit of a strategy alone, a quant that of an own one; neither the firm nor what is looser', async () => {
  const w = await world();
  const engineer = await personFixture('engineer');
  expect(await w.limit(engineer, w.carry, '0.12')).toMatchObject({ inForce: true });
  expect(await w.limit(w.quant, w.trend, '0.12')).toMatchObject({ inForce: true });
  await expect(w.limit(w.quant, w.carry, '0.10')).rejects.toMatchObject({ code: 'FORBIDDEN' });
  await expect(w.limit(engineer, w.carry, '0.14')).rejects.toMatchObject({ code: 'FORBIDDEN' });
  expect(await w.limit(w.quant, w.carry, '0.14'), 'a quant proposes what is looser').toMatchObject({ inForce: false });
  await expect(w.limit(engineer, null, '0.12')).rejects.toThrow(/Manager sets it/);
  for (const role of ['viewer', 'board', 'admin'] as const)
    await expect(w.limit(await personFixture(role), w.carry, '0.10')).rejects.toMatchObject({ code: 'FORBIDDEN' });
  const { strategies } = await caller(w.quant).versions({ portfolioId: w.portfolioId });
  expect(strategies.filter((s) => s.ownerId === w.quant.id).map((s) => s.id)).toEqual([w.trend]);
});

it('one that would be breached at once is set by a risk officer or manager; what another strategy lost does not count', async () => {
  const w = await world();
  const engineer = await personFixture('engineer');
  const lines = (lost: number) =>
    ['trend', 'carry'].map((id) => ({ id, realised: id === 'trend' ? -lost : 0, unrealised: 0, fees: 0 }));
  for (const [i, lost] of [0, 3_000, 3_000].entries())
    await w.feed([{ at: i * 60, equity: 100_000 - lost, sequence: i, strategies: lines(lost) }]);
  const { rows } = await caller(engineer).limits({ portfolioId: w.portfolioId });
  expect(
    Number(rows.find((r) => r.scope === 'strategy' && r.subject === 'trend' && r.measure === 'drawdown')?.value),
  ).toBeCloseTo(0.06, 6);
  await expect(w.limit(engineer, w.trend, '0.05')).rejects.toThrow(/breached at once/);
  await expect(w.limit(w.quant, w.trend, '0.05')).rejects.toThrow(/breached at once/);
  expect(await w.limit(engineer, w.carry, '0.05')).toMatchObject({ inForce: true });
  expect(await w.limit(await personFixture('manager'), w.trend, '0.05')).toMatchObject({ inForce: true });
});
