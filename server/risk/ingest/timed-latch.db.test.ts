import { expect, it } from 'vitest';
import { sql } from '@/db/client';
import { job } from '../../kernel/actor';
import { newId } from '../../kernel/ids';
import { inTransaction, readNow } from '../../kernel/transaction';
import { setLatch } from '../../trading-state/actions';
import { REDUCING_AFTER_HALT_MS } from '../../trading-state/lifting';
import { findLatch, listOpenLatches, tradingStateOf } from '../../trading-state/store';
import { type RiskWorld, riskWorld } from '../testing/risk-world';
import { runLimitChecks } from './check-actions';

const stateOf = (w: RiskWorld) => tradingStateOf({ portfolioId: w.portfolioId, strategyId: null });
const after = async (seconds: number) => {
  await sql`select app.shift_clock(${`${seconds} seconds`}::interval)`;
  await runLimitChecks();
};

it('REDUCING after a halt ends by itself after 15 min, once, and the engine is told what holds then', async () => {
  const w = await riskWorld();
  const id = await inTransaction(async (tx, now) =>
    setLatch(tx, {
      scope: { kind: 'portfolio', portfolioId: w.portfolioId, strategyId: null },
      state: 'REDUCING',
      cause: { kind: 'person', id: `after-${newId()}`, label: 'after a halt' },
      reason: 'After a halt trading goes through REDUCING for 15 min.',
      exitRule: 'timed',
      earliestExitAt: new Date(now.getTime() + REDUCING_AFTER_HALT_MS),
      actor: job('test'),
    }),
  );
  await after(14 * 60);
  expect(await stateOf(w)).toBe('REDUCING');
  const resumes = async () => (await w.commands()).filter((c) => c.type === 'resume').length;
  expect(await resumes()).toBe(0);
  await after(15 * 60 + 1);
  expect(await stateOf(w)).toBe('ACTIVE');
  expect((await findLatch(id))?.liftReason).toBe('Its time is over.');
  await after(15 * 60 + 20);
  expect(await resumes()).toBe(1);
  await sql`select app.shift_clock('0 seconds'::interval)`;
});

it('another restriction stays when the time of one is over, and the engine is told the stricter', async () => {
  const w = await riskWorld();
  const scope = { kind: 'portfolio' as const, portfolioId: w.portfolioId, strategyId: null };
  const now = await readNow();
  await inTransaction(async (tx) => {
    const cause = { kind: 'person' as const, id: newId(), label: 'A person' };
    await setLatch(tx, { scope, state: 'HALTED', cause, reason: 'Looked odd.', actor: job('test') });
    const timed = { state: 'REDUCING' as const, exitRule: 'timed' as const, reason: 'After a halt.' };
    await setLatch(tx, { scope, ...timed, cause, earliestExitAt: new Date(now.getTime() - 1), actor: job('test') });
  });
  await runLimitChecks();
  expect((await listOpenLatches([w.portfolioId])).map((l) => l.state)).toEqual(['HALTED']);
  expect((await w.commands()).map((c) => c.type)).not.toContain('resume');
  expect(await stateOf(w)).toBe('HALTED');
});
