import { Decimal } from '../../kernel/decimal';
import { CALENDAR_24X7 } from '../calendar';
import { DEFAULT_LIMITS, type LimitSet } from '../limit-definition';
import type { Position } from '../measures';
import type { AccountRow } from '../samples';
import type { EvaluationContext } from '../state';

/** Values that tests of this domain start from; nothing here runs in the product. */
export const PORTFOLIO = '01900000-0000-7000-8000-000000000001';
export const T0 = new Date('2026-11-19T05:00:00Z');
export const secondsAfter = (from: Date, seconds: number): Date => new Date(from.getTime() + seconds * 1000);

export const defaultSet = (limits = [...DEFAULT_LIMITS]): LimitSet => ({
  id: '01900000-0000-7000-8000-0000000000aa',
  level: { kind: 'portfolio', id: PORTFOLIO },
  version: 1,
  effectiveFrom: new Date(0),
  limits,
});

export const contextWith = (overrides: Partial<EvaluationContext> = {}): EvaluationContext => ({
  portfolioId: PORTFOLIO,
  accounts: ['main'],
  zone: 'America/New_York',
  sessionStart: '00:00',
  calendar: CALENDAR_24X7,
  reportingIntervalMs: 5_000,
  basis: 'since-start',
  sets: [defaultSet()],
  capitalOf: () => null,
  ...overrides,
});

export const positionOf = (instrument: string, notional: number, strategy = 'trend'): Position => ({
  strategy,
  instrument,
  quantity: new Decimal(notional),
  price: new Decimal(1),
  multiplier: new Decimal(1),
  fx: new Decimal(1),
});

/** A live row of the one account; cash defaults to all of the equity. */
export const rowAt = (
  at: Date,
  equity: number | string,
  sequence: number,
  extra: Partial<Omit<AccountRow, 'flows'>> & { flows?: number[] } = {},
): AccountRow => ({
  account: 'main',
  sequence,
  asOf: at,
  kind: 'live',
  equity: new Decimal(equity),
  cash: new Decimal(equity),
  positions: [],
  strategies: [],
  ...extra,
  flows: (extra.flows ?? []).map((flow) => new Decimal(flow)),
});
