import { describe, expect, it } from 'vitest';
import { Decimal } from '../../kernel/decimal';
import { PRIORITY } from '../limit-definition';
import { positionOf } from '../testing/fixtures';
import { utilisationOf } from '../utilisation';
import { cutPositions, cutToLimit, diversify, raiseCash } from './proposals';
import { responseTo, rungsReached } from './response';

const d = (value: number | string) => new Decimal(value);
const whole = () => d(1);
const ratio = (r: string) => utilisationOf('ceiling', d(r), d(1));

describe('the five actions', () => {
  it('three action builders missing: every measure has its response, and a halt is one of them', () => {
    expect(responseTo('drawdown', 100)).toMatchObject({ latch: 'REDUCING', proposal: 'reduce-positions' });
    expect(responseTo('dailyLoss', 100)).toMatchObject({ latch: 'HALTED' });
    expect(responseTo('position', 100)).toMatchObject({ latch: 'REDUCING', proposal: 'reduce-position' });
    expect(responseTo('correlation', 100)).toMatchObject({ latch: null, proposal: 'cut-capital' });
    expect(responseTo('cash', 100)).toMatchObject({ latch: 'REDUCING', proposal: 'raise-cash' });
    expect(PRIORITY).toMatchObject({
      drawdown: 'high',
      dailyLoss: 'critical',
      position: 'medium',
      correlation: 'medium',
      cash: 'high',
    });
  });
  it('exactly at the limit reaches no rung; 125 % halts, 200 % asks for an emergency', () => {
    expect(rungsReached('drawdown', ratio('1'))).toEqual([]);
    expect(rungsReached('drawdown', ratio('1.0001'))).toEqual([100]);
    expect(rungsReached('drawdown', ratio('1.25'))).toEqual([100, 125]);
    expect(responseTo('drawdown', 125).latch).toBe('HALTED');
    expect(rungsReached('dailyLoss', ratio('2'))).toEqual([100, 200]);
    expect(responseTo('dailyLoss', 200).emergency).toBe(true);
  });
});

describe('the 20 % cut', () => {
  it('is a target of 80 % floored to the lot, for shorts as well, and lists what is one lot', () => {
    const proposal = cutPositions([positionOf('KO', 101), positionOf('PEP', -33), positionOf('SPX', 1)], whole);
    expect(proposal.kind === 'reduce-positions' && proposal.targets.map((t) => `${t.instrument} ${t.to}`)).toEqual([
      'KO 80',
      'PEP -26',
    ]);
    expect(proposal.kind === 'reduce-positions' && proposal.oneLot).toEqual(['SPX']);
  });
});

describe('a strategy that holds an instrument in two accounts', () => {
  const both = [positionOf('KO', 120), positionOf('KO', 80), positionOf('KO', 50, 'carry')];
  const said = (proposal: ReturnType<typeof cutPositions>) =>
    'targets' in proposal ? proposal.targets.map((t) => `${t.strategy} ${t.from} -> ${t.to}`) : [];
  it('has one target for what it holds together: the cut of 200 ends at 160, never at 80', () => {
    expect(said(cutPositions(both, whole))).toEqual(['trend 200 -> 160', 'carry 50 -> 40']);
    expect(said(cutPositions([positionOf('KO', 1), positionOf('KO', 1)], whole))).toEqual(['trend 2 -> 1']);
  });
  it('is cut to the limit once', () => {
    expect(said(cutToLimit(both, 'KO', d('0.02'), d(10_000), whole))).toEqual(['trend 200 -> 160', 'carry 50 -> 40']);
  });
  it('long in one and short in the other, the engine is given what is left of both, and nothing where that is none', () => {
    const hedged = [positionOf('KO', 150), positionOf('KO', -50), positionOf('PEP', 10), positionOf('PEP', -10)];
    expect(said(cutPositions(hedged, whole))).toEqual(['trend 100 -> 80']);
    expect(said(cutToLimit(hedged, 'KO', d('0.01'), d(10_000), whole))).toEqual(['trend 100 -> 50']);
  });
});

describe('an instrument whose lot nobody registered', () => {
  const unregistered = () => null;
  it('is cut in its own decimals where it is held in fractions, in whole units where it is not', () => {
    const proposal = cutPositions([positionOf('BTC', 0.8), positionOf('KO', 101)], unregistered);
    expect(proposal.kind === 'reduce-positions' && proposal.targets.map((t) => `${t.instrument} ${t.to}`)).toEqual([
      'BTC 0.6',
      'KO 80',
    ]);
    expect(proposal.kind === 'reduce-positions' && proposal.oneLot).toEqual([]);
    expect(
      proposal.kind === 'reduce-positions' && proposal.assumedLots?.map((l) => `${l.instrument} ${l.lot}`),
    ).toEqual(['BTC 0.1', 'KO 1']);
  });
  it('to its limit is not sold out', () => {
    const proposal = cutToLimit(
      [{ ...positionOf('BTC', 0.8), price: d(60_000) }],
      'BTC',
      d('0.05'),
      d(800_000),
      unregistered,
    );
    expect(proposal.kind === 'reduce-position' && proposal.targets.map((t) => t.to.toString())).toEqual(['0.6']);
    expect(proposal.kind === 'reduce-position' && proposal.assumedLots?.[0]?.lot.toString()).toBe('0.1');
  });
  it('nothing is assumed where the lot is registered', () => {
    const proposal = cutPositions([positionOf('BTC', 0.8)], () => d('0.01'));
    expect(proposal).not.toHaveProperty('assumedLots');
    expect(proposal.kind === 'reduce-positions' && proposal.targets[0]?.to.toString()).toBe('0.64');
  });
});

it('a position is cut down to its limit, shared over the strategies that hold it', () => {
  const proposal = cutToLimit(
    [positionOf('KO', 600, 'a'), positionOf('KO', 200, 'b')],
    'KO',
    d('0.05'),
    d(10_000),
    whole,
  );
  expect(proposal.kind === 'reduce-position' && proposal.targets.map((t) => t.to.toString())).toEqual(['375', '125']);
  expect(proposal.kind === 'reduce-position' && proposal.excess.toString()).toBe('300');
});

it('cash is raised by the shortfall, negative cash included', () => {
  const shortfall = (cash: number) => {
    const proposal = raiseCash(d(cash), d('0.1'), d(10_000), d(0));
    return proposal.kind === 'raise-cash' && proposal.shortfall.toString();
  };
  expect([shortfall(600), shortfall(-100), shortfall(2_000)]).toEqual(['400', '1100', '0']);
  expect(raiseCash(d(600), d('0.1'), d(10_000), d(50)), 'where it ends').toMatchObject({ to: d(1_000), flow: d(50) });
});

describe('diversify', () => {
  const side = (strategy: string, sharpe: number | null, since: string) => ({
    strategy,
    name: strategy,
    sharpe,
    since: new Date(since),
  });
  it('names the pair and cuts the side with the smaller edge', () => {
    const proposal = diversify(side('SPX', 0.58, '2024-01-01'), side('Momentum', 0.31, '2023-01-01'));
    expect(proposal).toMatchObject({ strategy: 'Momentum', pair: ['SPX', 'Momentum'] });
    expect(proposal.kind === 'cut-capital' && proposal.because).toBe(
      'It has the smaller edge: 0.31 against 0.58 of SPX.',
    );
  });
  it('cuts the younger on a tie, and an unknown edge before a known one', () => {
    expect(diversify(side('a', 0.5, '2024-01-01'), side('b', 0.5, '2025-01-01'))).toMatchObject({ strategy: 'b' });
    expect(diversify(side('a', null, '2024-01-01'), side('b', -1, '2025-01-01'))).toMatchObject({ strategy: 'a' });
  });
});
