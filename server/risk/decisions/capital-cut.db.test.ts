import { expect, it } from 'vitest';
import { db, sql } from '@/db/client';
import { breachActions, breachEpisodes } from '@/db/schema';
import { Decimal } from '../../kernel/decimal';
import { newId } from '../../kernel/ids';
import { readNow } from '../../kernel/transaction';
import { personFixture } from '../../testing/people';
import { listOpenLatches } from '../../trading-state/store';
import { diversify } from '../breaches/proposals';
import { runLimitChecks } from '../ingest/check-actions';
import { encodeState } from '../ingest/state-codec';
import { actionOf, approveAction, asPerson, drawdownBreach, episodeOf, type Person } from '../testing/breach-world';
import { type RiskWorld, riskWorld } from '../testing/risk-world';
import { liftContent } from './lift-content';

const RECOVERY = [91_500, 93_500, 93_500, 93_500, 93_500];

/** Seconds ago at which the fall began, so that the breach cleared a few minutes ago. */
const JUST_OVER = 86_400 + 22 * 60;

const capitals = async (w: RiskWorld) =>
  (await w.commands()).filter((c) => c.type === 'set_capital').map((c) => c.params as Record<string, string>);

/** As if so many minutes had gone by since the episode of the portfolio cleared. */
const sinceCleared = async (w: RiskWorld, minutes: number) =>
  sql`update breach_episodes set cleared_at = app.now() - ${minutes} * interval '1 minute' where portfolio_id = ${w.portfolioId}`;

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
  await sinceCleared(w, 16);
  await runLimitChecks();
  expect((await episodeOf(w.portfolioId, 'drawdown')).state).toBe('cleared');
  expect((await capitals(w)).slice(3)).toEqual(all('50000.00000000'));
});

it('a cut with nothing to sell still shrinks capital', async () => {
  const { w, action } = await drawdownBreach({ positions: [] });
  await approveAction(await personFixture('risk-officer'), action);
  expect(await capitals(w)).toEqual([{ strategy: 'trend', capital: '40000.00000000' }]);
});

it('capital stays cut while the breach may reopen: 15 min after it cleared the check gives it back, once', async () => {
  const { w, action, later } = await drawdownBreach({ ago: JUST_OVER });
  const officer = await personFixture('risk-officer');
  await approveAction(officer, action);
  await liftReducing(w, officer);
  await w.feed(later(RECOVERY, 10));
  await sinceCleared(w, 14);
  await runLimitChecks();
  expect(await capitals(w), 'it may be cut no second time, so it is not given back yet').toHaveLength(1);
  await sinceCleared(w, 16);
  await runLimitChecks();
  await runLimitChecks();
  expect(await capitals(w)).toEqual(
    ['40000.00000000', '50000.00000000'].map((capital) => ({ strategy: 'trend', capital })),
  );
});

it('a drawdown that reopens within 15 min finds its capital still cut', async () => {
  const { w, episode, action, later } = await drawdownBreach({ ago: JUST_OVER });
  const officer = await personFixture('risk-officer');
  await approveAction(officer, action);
  await liftReducing(w, officer);
  await w.feed(later(RECOVERY, 10));
  await w.feed(later([91_000, 89_000, 88_900, 88_900], 17));
  expect(await episodeOf(w.portfolioId, 'drawdown')).toMatchObject({ id: episode.id, state: 'open', reopened: 1 });
  await runLimitChecks();
  expect(await capitals(w)).toHaveLength(1);
});

it('lifting a restriction late gives capital back at once', async () => {
  const { w, action, later } = await drawdownBreach();
  const officer = await personFixture('risk-officer');
  await approveAction(officer, action);
  await w.feed(later(RECOVERY, 10));
  await sinceCleared(w, 60);
  await runLimitChecks();
  expect(await capitals(w), 'REDUCING stands still').toHaveLength(1);
  await liftReducing(w, officer);
  expect(await capitals(w)).toHaveLength(2);
});

it('what a correlation cut took comes back 15 min after its pair has parted', async () => {
  const w = await riskWorld({ capital: '500000', refs: ['trend', 'carry'] });
  const [trend, carry] = w.strategies.map((s) => s.id) as [string, string];
  const now = await readNow();
  const subject = [trend, carry].sort().join('+');
  const episodeId = newId();
  await db.insert(breachEpisodes).values({
    id: episodeId,
    number: `BR-${episodeId.slice(-6)}`,
    portfolioId: w.portfolioId,
    key: `correlation|portfolio|${w.portfolioId}|${subject}`,
    measure: 'correlation',
    scope: 'portfolio',
    subject,
    tier: 'hard',
    state: 'open',
    openedAt: now,
    recordedAt: now,
    limitValue: '0.7',
    severity: 'medium',
    priority: 'medium',
    sentence: 'Correlation 0.80 exceeds 0.70',
    decidingSamples: [],
  });
  const side = (strategy: string, sharpe: number) => ({ strategy, name: strategy, sharpe, since: now });
  await db.insert(breachActions).values({
    id: newId(),
    episodeId,
    rung: '100:proposal',
    type: 'cut-capital',
    priority: 'medium',
    reason: 'Correlation 0.80 exceeds 0.70',
    params: encodeState(diversify(side(trend, 1), side(carry, 0.5))),
    state: 'proposed',
    automatic: false,
    proposedAt: now,
  });
  await approveAction(await personFixture('manager'), await actionOf(episodeId, 'cut-capital'));
  expect(await capitals(w)).toEqual([{ strategy: 'carry', capital: '40000.00000000' }]);
  await runLimitChecks();
  expect(await capitals(w), 'the pair moves together still').toHaveLength(1);
  await sql`update breach_episodes set state = 'cleared' where id = ${episodeId}`;
  await sinceCleared(w, 16);
  await runLimitChecks();
  await runLimitChecks();
  expect((await capitals(w)).slice(1)).toEqual([{ strategy: 'carry', capital: new Decimal(50_000).toFixed(8) }]);
});
