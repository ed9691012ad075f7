import { expect, test } from 'vitest';
import { Decimal, ZERO } from '../kernel/decimal';
import { componentPnl, reconcile } from './reconciliation';
import type { AccountHeld } from './samples';
import type { OpenDay } from './state';

const at = new Date('2026-03-02T12:00:00Z');
const account = (...pnl: number[]): AccountHeld => ({
  asOf: at,
  equity: ZERO,
  cash: null,
  positions: [],
  strategies: pnl.map((realised, i) => ({
    strategy: `s${i}`,
    realised: new Decimal(realised),
    unrealised: new Decimal(5),
    fees: new Decimal(1),
    trades: null,
  })),
});
const state = (wish: { equity: number; pnl: number | null; startPnl?: number | null; netFlow?: number }) => ({
  day: {
    key: '2026-03-02',
    start: new Date('2026-03-02T00:00:00Z'),
    end: new Date('2026-03-03T00:00:00Z'),
    startEquity: new Decimal(100_000),
    estimated: false,
    netFlow: new Decimal(wish.netFlow ?? 0),
    withdrawals: ZERO,
    maxUnitValue: new Decimal(1),
    startPnl: wish.startPnl === null ? null : new Decimal(wish.startPnl ?? 0),
  } satisfies OpenDay,
  last: {
    at,
    equity: new Decimal(wish.equity),
    cash: null,
    suspect: false,
    pnl: wish.pnl === null ? null : new Decimal(wish.pnl),
  },
});

test('components are summed over strategies and accounts, and unknown while one account states none', () => {
  expect(componentPnl([account(10, 20), account(-3)])?.toNumber()).toBe(10 + 20 - 3 + 3 * 4);
  expect(componentPnl([account(10), account()])).toBeNull();
  expect(componentPnl([account(), account(10)])).toBeNull();
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
  expect(reconcile({ day: null, last: null }).kind).toBe('unknown');
});
