import { expect, it } from 'vitest';
import { personFixture } from '../../testing/people';
import { listOpenLatches } from '../../trading-state/store';
import { approveAction, asPerson, drawdownBreach, episodeOf, type Person } from '../testing/breach-world';
import type { RiskWorld } from '../testing/risk-world';
import { liftContent } from './lift-content';

const RECOVERY = [91_500, 93_500, 93_500, 93_500, 93_500];

const capitals = async (w: RiskWorld) =>
  (await w.commands()).filter((c) => c.type === 'set_capital').map((c) => c.params as Record<string, string>);

async function liftReducing(w: RiskWorld, officer: Person): Promise<void> {
  for (const latch of (await listOpenLatches([w.portfolioId])).filter((l) => l.exitRule === 'one-person')) {
    const stepUp = await officer.stepUp('trading.lift', liftContent(latch, false));
    await asPerson(officer).lift({ latchId: latch.id, reason: 'Looked at it.', falseAlarm: false, stepUp });
  }
}

it('the cut shrinks all capital of its scope: a strategy that is flat or holds one lot buys nothing on under the breach', async () => {
  const { w, action, later } = await drawdownBreach({
    refs: ['trend', 'carry', 'flat'],
    positions: [
      { strategy: 'trend', instrument: 'KO', quantity: 101, price: 500 },
      { strategy: 'carry', instrument: 'SPX', quantity: 1, price: 500 },
    ],
  });
  const officer = await personFixture('risk-officer');
  await approveAction(officer, action);
  const all = (capital: string) => ['carry', 'flat', 'trend'].map((strategy) => ({ strategy, capital }));
  expect(await capitals(w)).toEqual(all('40000.00000000'));
  await liftReducing(w, officer);
  await w.feed(later(RECOVERY, 10));
  expect((await episodeOf(w.portfolioId, 'drawdown')).state).toBe('cleared');
  expect((await capitals(w)).slice(3)).toEqual(all('50000.00000000'));
});

it('a cut with nothing to sell still shrinks capital', async () => {
  const { w, action } = await drawdownBreach({ positions: [] });
  await approveAction(await personFixture('risk-officer'), action);
  expect(await capitals(w)).toEqual([{ strategy: 'trend', capital: '40000.00000000' }]);
});
