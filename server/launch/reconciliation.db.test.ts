import { expect, it } from 'vitest';
import { evaluateGate } from './gate';
import { passGate } from './gate-actions';
import { RELEASE, readyForCapital } from './testing/launch-world';
import { reconciliation } from './trading-facts-store';

const fresh = { known: true as const, value: { isFresh: true, sentence: '' } };

it('P&L that no strategy states shuts the gate once something trades; before, there is nothing to reconcile', async () => {
  const w = await readyForCapital();
  const facts = () => reconciliation(w.risk.portfolioId, fresh);
  expect(await facts()).toEqual({ known: true, value: true });
  await passGate(w.engineer.actor, { launchId: w.launchId, gate: 'tranche-10' });
  await w.refresh({ release: RELEASE, capital: '50000', states: false });
  expect(await facts()).toMatchObject({ known: false });
  const { facts: gathered } = await w.gate('tranche-50');
  const reason = evaluateGate(gathered).blockers.find((one) => one.kind === 'reconciliation');
  expect(JSON.stringify(reason)).toMatch(/have not stated their P&L/);
  await w.refresh({ release: RELEASE, capital: '50000' });
  expect(await facts()).toEqual({ known: true, value: true });
});
