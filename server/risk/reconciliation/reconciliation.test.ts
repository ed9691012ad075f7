import { expect, test } from 'vitest';
import { Decimal, ZERO } from '../../kernel/decimal';
import { evaluateSample } from '../evaluator';
import type { AccountHeld } from '../samples';
import { EMPTY_STATE, type RiskState } from '../state';
import { contextWith, positionOf, rowAt, secondsAfter, T0 } from '../testing/fixtures';
import { componentPnl, reconcile } from './reconciliation';

const at = new Date('2026-03-02T12:00:00Z');
const line = (realised: number, strategy = 's0') => ({
  strategy,
  realised: new Decimal(realised),
  unrealised: ZERO,
  fees: ZERO,
  trades: null,
});
const account = (pnl: number[], holds = false): AccountHeld => ({
  asOf: at,
  equity: ZERO,
  cash: null,
  positions: holds ? [positionOf('SPY', 100)] : [],
  strategies: pnl.map((realised, i) => line(realised, `s${i}`)),
});
const state = (wish: { equity: number; pnl: number | null; startPnl?: number | null; netFlow?: number }) => ({
  reconciled:
    wish.startPnl === null
      ? null
      : { at, equity: new Decimal(100_000), pnl: new Decimal(wish.startPnl ?? 0), cumulativeFlow: ZERO },
  cumulativeFlow: new Decimal(wish.netFlow ?? 0),
  last: {
    at,
    equity: new Decimal(wish.equity),
    cash: null,
    suspect: false,
    pnl: wish.pnl === null ? null : new Decimal(wish.pnl),
  },
});

test('components are summed over strategies and accounts, and unknown while one that holds a position states none', () => {
  expect(componentPnl([account([10, 20]), account([-3])])?.toNumber()).toBe(27);
  expect(componentPnl([account([10]), account([], true)])).toBeNull();
  expect(componentPnl([account([], true), account([10])])).toBeNull();
  expect(componentPnl([account([10]), account([])])?.toNumber()).toBe(10);
  expect(componentPnl([account([])])).toBeNull();
  expect(componentPnl([])).toBeNull();
});

test('a difference of 0.10 % of equity agrees, more than that differs, in either direction', () => {
  expect(reconcile(state({ equity: 100_000, pnl: 100 })).kind).toBe('agrees');
  expect(reconcile(state({ equity: 100_000, pnl: 100.01 })).kind).toBe('differs');
  expect(reconcile(state({ equity: 100_000, pnl: -100.01 }))).toMatchObject({ kind: 'differs' });
});

test('a deposit explains its part of the change', () => {
  expect(reconcile(state({ equity: 150_000, pnl: 0, netFlow: 50_000 })).kind).toBe('agrees');
  expect(reconcile(state({ equity: 150_000, pnl: 0 })).kind).toBe('differs');
});

test('what was not stated at either end is unknown, never fine', () => {
  expect(reconcile(state({ equity: 150_000, pnl: null })).kind).toBe('unknown');
  expect(reconcile(state({ equity: 150_000, pnl: 0, startPnl: null })).kind).toBe('unknown');
  expect(reconcile({ reconciled: null, last: null, cumulativeFlow: ZERO }).kind).toBe('unknown');
});

const fed = (samples: [seconds: number, equity: number, pnl: number | null, flow?: number][]): RiskState[] => {
  let held: RiskState = EMPTY_STATE;
  return samples.map(([seconds, equity, pnl, flow], i) => {
    const strategies = pnl === null ? [] : [line(pnl)];
    const row = rowAt(secondsAfter(T0, seconds), equity, i, { strategies, flows: flow ? [flow] : [] });
    held = evaluateSample(held, row, contextWith(), { points: [], days: [] }).state;
    return held;
  });
};
const DAY = 86_400;

test('a difference stays open over night and over any number of sessions, until it is explained', () => {
  const states = fed([
    [0, 100_000, 0],
    [60, 99_500, 0],
    [DAY, 99_500, 0],
    [2 * DAY, 99_400, -100],
    [3 * DAY, 99_400, -600],
    [4 * DAY, 99_300, -700],
  ]);
  expect(states.map((s) => reconcile(s).kind)).toEqual(['agrees', 'differs', 'differs', 'differs', 'agrees', 'agrees']);
  expect(states.map((s) => s.reconciled?.at.toISOString())).toEqual([
    ...Array(5).fill(T0.toISOString()),
    secondsAfter(T0, 3 * DAY).toISOString(),
  ]);
});

test('small differences that each agree at the close do not add up over the days', () => {
  const states = fed([0, 1, 2, 3, 4].map((day) => [day * DAY, 100_000 - day * 60, 0] as [number, number, number]));
  expect(states.map((s) => reconcile(s).kind)).toEqual(Array(5).fill('agrees'));
});

test('strategies that state their P&L later are compared from then on, flows aside', () => {
  const states = fed([
    [0, 100_000, null],
    [60, 99_000, null],
    [120, 99_000, 250],
    [180, 149_100, 350, 50_000],
    [240, 149_100, null],
  ]);
  expect(states.map((s) => reconcile(s).kind)).toEqual(['unknown', 'unknown', 'agrees', 'agrees', 'unknown']);
});
