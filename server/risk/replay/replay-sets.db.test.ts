import { expect, test } from 'vitest';
import { personFixture } from '../../testing/people';
import { findLimitSet } from '../limit-sets/limit-store';
import { asPerson } from '../testing/breach-world';
import { riskWorld } from '../testing/risk-world';

test('a replay begins with the limits in force, one that waits, or one that was replaced', async () => {
  const w = await riskWorld();
  const [officer, manager] = [await personFixture('risk-officer'), await personFixture('manager')];
  const { portfolioId } = w;
  const strategyId = w.strategies[0]!.id;
  const reason = 'Tried in a replay first.';
  const change = (hard: string) =>
    asPerson(officer).changeLimits({
      portfolioId,
      edits: [{ measure: 'drawdown', appliesTo: 'portfolio', hard }],
      reason,
    });
  await change('0.08');
  await change('0.07');
  const { id: waiting } = await change('0.20');
  const override = await asPerson(officer).overrideLimit({
    portfolioId,
    measure: 'position',
    appliesTo: 'portfolio',
    instrument: 'ETF',
    startsAt: null,
    hard: '0.9',
    days: null,
    reason,
  });
  for (const person of [officer, manager]) {
    const stepUp = await person.stepUp('risk.approve-limits', (await findLimitSet(override.id))!.contentHash);
    await asPerson(person).approveLimits({ limitSetId: override.id, stepUp });
  }

  const sets = await asPerson(officer).replaySets({ portfolioId });
  expect(sets.map(({ name, limits }) => [name, limits['']?.drawdown, limits['']?.instruments])).toEqual([
    ['In force, v3', '0.07', { ETF: '0.9' }],
    ['Limit set v4, waiting', '0.2', { ETF: '0.9' }],
    ['Limit set v2, replaced', '0.08', { ETF: '0.9' }],
  ]);
  expect(sets[1]?.id).toBe(waiting);
  expect(sets[0]?.limits[strategyId]?.drawdown).toBe('0.15');
});
