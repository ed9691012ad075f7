import { expect, it } from 'vitest';
import { cutCapital, endCapital, fixCapital, restoreCapital } from '../../capital/actions';
import { Decimal } from '../../kernel/decimal';
import { newId } from '../../kernel/ids';
import { inTransaction, readNow } from '../../kernel/transaction';
import { loadContext } from '../ingest/context-store';
import { riskWorld } from '../testing/risk-world';

const FACTOR = new Decimal('0.8');

async function world() {
  const w = await riskWorld({ capital: '500000' });
  const place = { portfolioId: w.portfolioId, strategyId: w.strategies[0]!.id };
  return {
    cut: (key: string) => inTransaction((tx) => cutCapital(tx, { ...place, factor: FACTOR, key })),
    giveBack: (key: string) => inTransaction((tx) => restoreCapital(tx, place.strategyId, { key, factor: FACTOR })),
    abort: () => inTransaction((tx) => endCapital(tx, place.strategyId)),
    relaunch: () =>
      inTransaction((tx) =>
        fixCapital(tx, {
          ...place,
          launchId: newId(),
          equity: new Decimal(500_000),
          allocation: new Decimal('0.1'),
          tranche: 100,
        }),
      ),
    capitalAt: async (at: Date) =>
      (await loadContext(w.portfolioId))?.evaluation.capitalOf(place.strategyId, at)?.toFixed() ?? null,
    now: () => readNow(),
  };
}

it('a cut rewrites no past capital, nor does giving it back: a late row is judged by what was in force at its instant', async () => {
  const w = await world();
  const whole = await w.now();
  await w.cut('first');
  const cut = await w.now();
  await w.giveBack('first');
  const again = await w.now();
  expect([await w.capitalAt(whole), await w.capitalAt(cut), await w.capitalAt(again)]).toEqual([
    '50000',
    '40000',
    '50000',
  ]);
});

it('a cut that is made again, or given back again, changes nothing', async () => {
  const w = await world();
  expect([await w.cut('first'), await w.cut('first')].map(String)).toEqual(['40000', '40000']);
  expect([await w.giveBack('first'), await w.giveBack('first')].map(String)).toEqual(['50000', 'null']);
});

it('a launch that was aborted and begun again under a cut stands under it still, and under the second when the first is given back', async () => {
  const w = await world();
  await w.cut('first');
  await w.abort();
  expect((await w.relaunch()).capital.toFixed()).toBe('40000');
  expect(String(await w.cut('second'))).toBe('32000');
  expect(String(await w.giveBack('first'))).toBe('40000');
  expect(String(await w.giveBack('second'))).toBe('50000');
});

it('a cut that is given back while the strategy has no capital is gone when it gets some again', async () => {
  const w = await world();
  await w.cut('first');
  await w.abort();
  expect(await w.giveBack('first')).toBeNull();
  expect((await w.relaunch()).capital.toFixed()).toBe('50000');
});
