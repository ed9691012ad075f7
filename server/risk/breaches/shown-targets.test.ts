import { expect, it } from 'vitest';
import { Decimal } from '../../kernel/decimal';
import { positionOf, secondsAfter, T0 } from '../testing/fixtures';
import type { Proposal } from './proposals';
import { shownOutcome, unmetTargets } from './shown-targets';

const d = (value: number) => new Decimal(value);
const target = (from: number, to: number) => ({ strategy: 'trend', instrument: 'KO', from: d(from), to: d(to) });
const seen = (quantity: number, at: number) => ({
  positions: [positionOf('KO', quantity)],
  cash: d(0),
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
const raised = (cash: number | null, at: number, now: number, to: number | null = 10_000) =>
  shownOutcome(
    { kind: 'raise-cash', shortfall: d(4_000), ...(to === null ? {} : { to: d(to) }) },
    { positions: [], cash: cash === null ? null : d(cash), asOf: secondsAfter(T0, at) },
    T0,
    secondsAfter(T0, now),
  );

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

it('cash is raised once a snapshot shows it, less what fills may fall short of the amount asked for', () => {
  expect(raised(10_000, 5, 10)).toEqual({ kind: 'confirmed' });
  expect(raised(12_000, 5, 10)).toEqual({ kind: 'confirmed' });
  expect(raised(9_800, 5, 10), '5 % of the 4,000').toEqual({ kind: 'confirmed' });
  expect(raised(9_799, 5, 10)).toEqual({ kind: 'waits' });
  expect(raised(10_000, 0, 10), 'as old as the answer').toEqual({ kind: 'waits' });
  expect(raised(null, 5, 10), 'not stated').toEqual({ kind: 'waits' });
  expect(raised(6_000, 5, 10, null), 'proposed before its end was kept').toEqual({ kind: 'confirmed' });
});

it('cash that no snapshot shows after 5 minutes was not raised, with what is free', () => {
  expect(raised(6_000, 290, 301)).toEqual({
    kind: 'failed',
    why: 'Every engine answered that it is done, and the newest snapshot shows 6,000.00 of free cash instead of 10,000.00; what is sold counts once it has settled.',
  });
  expect(raised(null, 290, 301)).toMatchObject({ kind: 'failed', why: expect.stringMatching(/shows no cash/) });
  expect(raised(10_000, -5, 301)).toMatchObject({ kind: 'failed', why: expect.stringMatching(/no snapshot since/) });
});
