import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Decimal } from '../kernel/decimal';
import {
  CORRECTION_HOURS,
  type CorrectionWish,
  changeOf,
  changeText,
  correctionContent,
  correctionKind,
  correctionState,
  overtakenIn,
  type RegisteredTerms,
  restatedIn,
  termsAfter,
} from './instrument-correction';

type Text = { multiplier?: string; fx?: string; lot?: string | null; initialMargin?: string | null };
const decimal = (text: string | null) => (text === null ? null : new Decimal(text));
const standing = (over: Text = {}): RegisteredTerms => {
  const of = { multiplier: '50', fx: '0.9', lot: '1' as string | null, initialMargin: '0.5' as string | null, ...over };
  return {
    multiplier: new Decimal(of.multiplier),
    fx: new Decimal(of.fx),
    lot: decimal(of.lot),
    initialMargin: decimal(of.initialMargin),
  };
};
const wish = (over: Text): CorrectionWish =>
  Object.fromEntries(Object.entries(over).map(([field, text]) => [field, decimal(text)]));
const change = (over: Text, from = standing()) => changeOf(from, wish(over));
const kind = (over: Text, from = standing()) => correctionKind(change(over, from));

describe('a correction', () => {
  it('changes only what is stated and is another than it is', () => {
    expect(change({ multiplier: '50.000', lot: '1.0' })).toEqual({});
    expect(change({ multiplier: '5', fx: '0.90', initialMargin: null })).toEqual({
      multiplier: { from: '50', to: '5' },
      initialMargin: { from: '0.5', to: null },
    });
    expect(change({ lot: '10' }, standing({ lot: null }))).toEqual({ lot: { from: null, to: '10' } });
    expect(changeText(change({ multiplier: '5', initialMargin: null }))).toBe(
      'multiplier 50 to 5, initial margin 0.5 to none',
    );
  });

  it('is looser when a unit or a margin becomes less, whatever else it raises', () => {
    expect(kind({ multiplier: '51' })).toBe('stricter');
    expect(kind({ multiplier: '49' })).toBe('looser');
    expect(kind({ fx: '0.8' })).toBe('looser');
    expect(kind({ multiplier: '60', fx: '0.75' })).toBe('even');
    expect(kind({ multiplier: '100', initialMargin: '0.4' })).toBe('looser');
    expect(kind({ multiplier: '49', initialMargin: '0.6' })).toBe('looser');
    expect(kind({ initialMargin: null })).toBe('looser');
    expect(kind({ initialMargin: '0.1' }, standing({ initialMargin: null }))).toBe('stricter');
    expect(kind({ lot: '0.1' })).toBe('even');
  });

  it('is looser when a lot becomes more, or is stated where none was: a position of less than one is not cut', () => {
    expect(kind({ lot: '100' })).toBe('looser');
    expect(kind({ lot: '1.000001', multiplier: '60' })).toBe('looser');
    expect(kind({ lot: '0.5' }, standing({ lot: null }))).toBe('looser');
  });

  it('is looser when a multiplier becomes less, whatever its rate does', () => {
    expect(kind({ multiplier: '45', fx: '1' })).toBe('looser');
    expect(kind({ multiplier: '0.000001', fx: '45000000' })).toBe('looser');
    expect(kind({ multiplier: '49', fx: '9' })).toBe('looser');
  });

  it('that is in the register says which of its figures were stated otherwise since', () => {
    const row = { change: change({ multiplier: '60', initialMargin: null }), appliedAt: new Date() };
    expect(restatedIn(row, standing({ multiplier: '60.0', initialMargin: null }))).toEqual([]);
    expect(restatedIn(row, standing({ multiplier: '45', initialMargin: null }))).toEqual(['multiplier']);
    expect(restatedIn(row, standing())).toEqual(['multiplier', 'initialMargin']);
    expect(restatedIn(row, null)).toEqual(['multiplier', 'initialMargin']);
    expect(restatedIn({ ...row, appliedAt: null }, standing())).toEqual([]);
  });

  it('that is not looser never makes a unit, a multiplier or a margin less, nor a lot more', () => {
    const rate = fc.integer({ min: 1, max: 1_000 }).map((n) => (n / 100).toFixed(2));
    const margin = fc.option(rate, { nil: null });
    const some = fc.record({ multiplier: rate, fx: rate, lot: rate, initialMargin: margin });
    fc.assert(
      fc.property(
        some,
        fc.record({ multiplier: rate, fx: rate, lot: rate, initialMargin: margin }, { requiredKeys: [] }),
        (a, b) => {
          const before = standing(a);
          const asked = change(b, before);
          const after = termsAfter(before, asked);
          const less =
            after.multiplier.mul(after.fx).lt(before.multiplier.mul(before.fx)) ||
            after.multiplier.lt(before.multiplier) ||
            (after.lot ?? new Decimal(0)).gt(before.lot ?? 0) ||
            (after.initialMargin ?? new Decimal(0)).lt(before.initialMargin ?? 0);
          expect(correctionKind(asked) === 'looser').toBe(less);
          expect(overtakenIn(before, asked)).toEqual([]);
          expect(changeOf(after, wish(b))).toEqual({});
        },
      ),
    );
  });

  it('lets a rate that moved meanwhile stand, and is overtaken where what it changes was stated otherwise', () => {
    const asked = change({ multiplier: '5' });
    const moved = standing({ fx: '0.95' });
    expect(overtakenIn(moved, asked)).toEqual([]);
    expect(termsAfter(moved, asked)).toMatchObject({ multiplier: new Decimal(5), fx: new Decimal('0.95') });
    expect(overtakenIn(standing({ multiplier: '60' }), asked)).toEqual(['multiplier']);
  });

  it('waits for three days, unless it was applied, ended or overtaken', () => {
    const proposedAt = new Date('2026-11-19T10:00:00Z');
    const row = {
      change: change({ multiplier: '5' }),
      proposedBy: 'person:a',
      proposedAt,
      appliedAt: null,
      endedAt: null,
      endedBy: null,
    };
    const at = (hours: number) => new Date(proposedAt.getTime() + hours * 3_600_000);
    expect(correctionState(row, standing(), at(CORRECTION_HOURS - 1))).toBe('waiting');
    expect(correctionState(row, standing(), at(CORRECTION_HOURS))).toBe('lapsed');
    expect(correctionState(row, standing({ multiplier: '60' }), at(1))).toBe('overtaken');
    expect(correctionState({ ...row, endedAt: at(1), endedBy: 'person:a' }, standing(), at(2))).toBe('taken-back');
    expect(correctionState({ ...row, endedAt: at(1), endedBy: 'person:b' }, standing(), at(2))).toBe('turned-down');
    expect(correctionState({ ...row, appliedAt: at(1) }, standing({ multiplier: '5' }), at(99))).toBe('applied');
  });

  it('is signed with its place, its figures and its reason', () => {
    const base = { portfolioId: 'p', instrument: 'ES', change: change({ multiplier: '5' }), reason: 'A typing slip.' };
    const hash = correctionContent(base);
    const reordered = { multiplier: { to: '5', from: '50' } };
    expect(correctionContent({ ...base, change: reordered })).toBe(hash);
    for (const other of [
      { instrument: 'NQ' },
      { portfolioId: 'q' },
      { reason: 'Another.' },
      { change: change({ multiplier: '6' }) },
      { change: change({ multiplier: '5' }, standing({ multiplier: '60' })) },
    ])
      expect(correctionContent({ ...base, ...other })).not.toBe(hash);
  });
});
