import { expect, it } from 'vitest';
import { sql } from '@/db/client';
import { personFixture } from '../../testing/people';
import { tradingStateOf } from '../../trading-state/store';
import { asPerson } from '../testing/breach-world';
import { riskWorld } from '../testing/risk-world';

it('a quant restricts an own strategy alone, neither that of another nor the portfolio; others may restrict both', async () => {
  const w = await riskWorld({ refs: ['trend', 'carry'] });
  const { portfolioId } = w;
  const [trend, carry] = w.strategies.map(({ id }) => id) as [string, string];
  const quant = await personFixture({ role: 'quant', portfolioId });
  await sql`update strategies set owner_id = ${quant.id} where id = ${trend}`;
  const restrict = (person: typeof quant, strategyId: string | null, state: 'REDUCING' | 'HALTED') =>
    asPerson(person).restrict({ portfolioId, strategyId, state, reason: 'It looks wrong.' });
  const stateOf = (strategyId: string | null) => tradingStateOf({ portfolioId, strategyId });
  await restrict(quant, trend, 'HALTED');
  await expect(restrict(quant, carry, 'REDUCING')).rejects.toMatchObject({ code: 'FORBIDDEN' });
  await expect(restrict(quant, null, 'REDUCING')).rejects.toMatchObject({ code: 'FORBIDDEN' });
  expect([await stateOf(trend), await stateOf(carry), await stateOf(null)]).toEqual(['HALTED', 'ACTIVE', 'ACTIVE']);
  for (const role of ['viewer', 'admin'] as const)
    await expect(restrict(await personFixture(role), carry, 'REDUCING')).rejects.toMatchObject({ code: 'FORBIDDEN' });
  await restrict(await personFixture('engineer'), carry, 'REDUCING');
  await restrict(await personFixture('board'), null, 'HALTED');
  expect([await stateOf(carry), await stateOf(null)]).toEqual(['HALTED', 'HALTED']);
});
