import { describe, expect, it } from 'vitest';
import { effectiveState, isReducing, type Latch, latchesOn, ownState } from './latch';
import { type ExitApproval, HALT_EARLIEST_MS, liftVerdict } from './lifting';

const opened = new Date('2026-11-19T15:00:00Z');
const latch = (over: Partial<Latch> = {}): Latch => ({
  id: 'l1',
  scope: { kind: 'portfolio', portfolioId: 'p', strategyId: null },
  state: 'HALTED',
  cause: { kind: 'breach', id: 'e1', label: 'BR-0118' },
  reason: 'Daily loss 8.8 % exceeds 5.0 %',
  exitRule: 'two-people',
  earliestExitAt: new Date(opened.getTime() + HALT_EARLIEST_MS),
  openedAt: opened,
  liftedAt: null,
  ...over,
});
const strategy = (strategyId: string) => ({ kind: 'strategy' as const, portfolioId: 'p', strategyId });
const person = (personId: string, role: ExitApproval['role']): ExitApproval => ({
  personId,
  name: personId,
  role,
  at: '',
  factor: 'totp',
});
const place = (strategyId: string | null, portfolioId = 'p') => ({ portfolioId, strategyId });

describe('effective state', () => {
  it('is the strictest latch over firm, portfolio and strategy', () => {
    const own = latch({ scope: strategy('s1'), state: 'REDUCING' });
    expect(effectiveState([own], place('s1'))).toBe('REDUCING');
    expect(effectiveState([own], place('s2'))).toBe('ACTIVE');
    expect(effectiveState([own], place(null))).toBe('ACTIVE');
    expect(effectiveState([own, latch()], place('s1'))).toBe('HALTED');
    const firm = latch({ scope: { kind: 'firm', portfolioId: null, strategyId: null }, state: 'REDUCING' });
    expect(effectiveState([firm], place('s9', 'other'))).toBe('REDUCING');
  });
  it('lifting one latch lifts that one only', () => {
    const lifted = latch({ id: 'l2', liftedAt: opened });
    expect(effectiveState([lifted, latch({ state: 'REDUCING' })], place('s1'))).toBe('REDUCING');
    expect(latchesOn([lifted], place('s1'))).toEqual([]);
  });
  it('a scope of its own counts what is set on it alone: the portfolio with the firm, a strategy without either', () => {
    const whole = { kind: 'portfolio' as const, portfolioId: 'p', strategyId: null };
    const firm = latch({ scope: { kind: 'firm', portfolioId: null, strategyId: null } });
    const own = latch({ scope: strategy('s1'), state: 'REDUCING' });
    expect(ownState([firm, own], strategy('s1'))).toBe('REDUCING');
    expect(ownState([firm, latch()], strategy('s1'))).toBe('ACTIVE');
    expect(ownState([own], whole)).toBe('ACTIVE');
    expect(ownState([firm, own], whole)).toBe('HALTED');
  });
  it('a reducing order shrinks a position and never crosses zero', () => {
    expect([
      isReducing(10, -4),
      isReducing(10, -10),
      isReducing(10, -11),
      isReducing(10, 1),
      isReducing(0, -1),
      isReducing(-5, 5),
    ]).toEqual([true, true, false, false, false, true]);
  });
});

describe('lifting', () => {
  const later = new Date(opened.getTime() + HALT_EARLIEST_MS);
  const both = [person('r', 'risk-officer'), person('m', 'manager')];
  it('24 h automatic resume: a halt does not lift by itself, nor before 24 h', () => {
    expect(liftVerdict(latch(), both, new Date(later.getTime() - 1))).toMatchObject({ code: 'TOO_EARLY' });
    expect(liftVerdict(latch(), [], later).kind).toBe('needs-second');
    expect(effectiveState([latch()], place('s1'))).toBe('HALTED');
    expect(liftVerdict(latch(), both, later)).toEqual({ kind: 'may' });
  });
  it('takes two people, one of them a risk officer; one person twice is one', () => {
    expect(liftVerdict(latch(), [person('r', 'risk-officer'), person('r', 'manager')], later).kind).toBe(
      'needs-second',
    );
    expect(liftVerdict(latch(), [person('m', 'manager'), person('n', 'manager')], later).kind).toBe('needs-second');
    expect(liftVerdict(latch(), [person('r', 'risk-officer'), person('q', 'risk-officer')], later).kind).toBe('may');
  });
  it('earlier only as a false alarm', () => {
    expect(liftVerdict(latch(), both, opened, true)).toEqual({ kind: 'may' });
    for (const role of ['risk-officer', 'manager'] as const) {
      const two = [person('a', role), person('b', role)];
      expect(liftVerdict(latch(), two, opened, true).kind, `two of ${role}`).toBe('needs-second');
    }
  });
  it('REDUCING takes one risk officer; a stale one lifts by itself', () => {
    const reducing = latch({ state: 'REDUCING', exitRule: 'one-person', earliestExitAt: null });
    expect(liftVerdict(reducing, [person('m', 'manager')], opened)).toMatchObject({ code: 'NEEDS_RISK_OFFICER' });
    expect(liftVerdict(reducing, [person('r', 'risk-officer')], opened).kind).toBe('may');
    expect(liftVerdict({ ...reducing, exitRule: 'fresh-samples' }, both, opened)).toMatchObject({
      code: 'LIFTS_BY_ITSELF',
    });
  });
});
