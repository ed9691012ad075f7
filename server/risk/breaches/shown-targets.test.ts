import { expect, it } from 'vitest';
import { Decimal } from '../../kernel/decimal';
import { positionOf, secondsAfter, T0 } from '../testing/fixtures';
import type { Proposal } from './proposals';
import { shownOutcome, unmetTargets } from './shown-targets';

const d = (value: number) => new Decimal(value);
const target = (from: number, to: number) => ({ strategy: 'trend', instrument: 'KO', from: d(from), to: d(to) });
const seen = (quantity: number, at: number) => ({
  positions: [positionOf('KO', quantity)],
  asOf: secondsAfter(T0, at),
});
const reduce = (targets = [target(100, 80)]): Proposal => ({
  kind: 'reduce-position',
  instrument: 'KO',
  targets,
  excess: d(1),
});
const outcome = (quantity: number, at: number, now: number, targets = [target(100, 80)]) =>
  shownOutcome(reduce(targets), seen(quantity, at), T0, secondsAfter(T0, now));
it('an action is confirmed by a snapshot that shows its targets and by no answer alone', () => {
  expect(outcome(80, 5, 10)).toEqual({ kind: 'confirmed' });
  expect(outcome(70, 5, 10)).toEqual({ kind: 'confirmed' });
  expect(outcome(80, 0, 10), 'as old as the answer').toEqual({ kind: 'waits' });
  expect(outcome(100, 5, 10)).toEqual({ kind: 'waits' });
  expect(outcome(100, 5, 10, [])).toEqual({ kind: 'confirmed' });
});

it('after 5 minutes it failed, with what is held or that nothing was seen', () => {
  expect(outcome(100, 290, 301)).toEqual({
    kind: 'failed',
    why: 'Every engine answered that it is done, and the newest snapshot shows 100 KO instead of 80.',
  });
  expect(outcome(100, -5, 301)).toEqual({
    kind: 'failed',
    why: 'Every engine answered that it is done, and no snapshot since shows it.',
  });
});

it('a position that turned round did not come down to its target, one that is gone did', () => {
  expect(unmetTargets([target(-100, -80)], [positionOf('KO', -80)])).toEqual([]);
  expect(unmetTargets([target(-100, -80)], [positionOf('KO', 50)])).toHaveLength(1);
  expect(unmetTargets([target(100, 80)], [])).toEqual([]);
});

it('cash is left to its settlement, but for cash that was proposed before its end was kept', () => {
  const raise = (to: { to?: Decimal }) =>
    shownOutcome({ kind: 'raise-cash', shortfall: d(4_000), ...to }, seen(0, 290), T0, secondsAfter(T0, 301));
  expect(raise({ to: d(10_000) })).toEqual({ kind: 'waits' });
  expect(raise({})).toEqual({ kind: 'confirmed' });
});
