import { expect, test } from 'vitest';
import { Decimal } from '../kernel/decimal';
import { InstrumentRow, loosened, readInstruments, type Terms } from './instrument';

const now = new Date('2026-11-19T15:00:00Z');
const yesterday = new Date('2026-11-18T23:59:00Z');
const terms = (over: Partial<Record<keyof Terms, string | null>> = {}): Terms => {
  const of = { lot: '1', multiplier: '50', fx: '0.9', initialMargin: '0.5', ...over };
  return {
    ...{ lot: new Decimal(of.lot!), multiplier: new Decimal(of.multiplier!), fx: new Decimal(of.fx!) },
    initialMargin: of.initialMargin === null ? null : new Decimal(of.initialMargin),
  };
};
const codeOf = (over: Parameters<typeof terms>[0], updatedAt = yesterday) =>
  loosened({ ...terms(), updatedAt }, terms(over), now)?.code ?? null;

test('a key never makes smaller what limits measure: a unit may fall by 10 % from one day to the next, a margin not at all', () => {
  expect(codeOf({})).toBeNull();
  expect(codeOf({ multiplier: '100', fx: '1.2', initialMargin: '0.6', lot: '0.1' })).toBeNull();
  expect(codeOf({ fx: '0.81' })).toBeNull();
  expect(codeOf({ fx: '0.8' })).toBe('UNIT_LOWERED');
  expect(codeOf({ fx: '0.89' }, now)).toBe('UNIT_LOWERED');
  expect(codeOf({ multiplier: '0.000001' })).toBe('UNIT_LOWERED');
  // The same worth in other words.
  expect(codeOf({ multiplier: '45', fx: '1' }, now)).toBeNull();
  expect(codeOf({ initialMargin: '0.4' })).toBe('MARGIN_LOWERED');
  expect(codeOf({ initialMargin: null })).toBe('MARGIN_LOWERED');
});

test('where people corrected the multiplier a key lowers the unit by its rate alone, and may still raise it', () => {
  const corrected = (over: Parameters<typeof terms>[0]) =>
    loosened({ ...terms(), updatedAt: yesterday, isCorrected: true }, terms(over), now)?.code ?? null;
  expect(codeOf({ multiplier: '46' })).toBeNull();
  expect(corrected({ multiplier: '46' })).toBe('UNIT_LOWERED');
  expect(corrected({ multiplier: '49.99', fx: '0.89' })).toBe('UNIT_LOWERED');
  expect(corrected({ fx: '0.82' })).toBeNull();
  expect(corrected({ fx: '0.8' })).toBe('UNIT_LOWERED');
  expect(corrected({ multiplier: '60' })).toBeNull();
  expect(corrected({ multiplier: '60', fx: '0.75' })).toBeNull();
  // Nor by a rate that rises in the same message.
  expect(corrected({ multiplier: '45', fx: '1' })).toBe('UNIT_LOWERED');
  expect(corrected({ multiplier: '0.000001', fx: '99000000' })).toBe('UNIT_LOWERED');
});

test('a key never raises a registered lot: a position of less than one is not cut', () => {
  expect(codeOf({ lot: '1.000001' })).toBe('LOT_RAISED');
  expect(codeOf({ lot: '1000000', multiplier: '60' })).toBe('LOT_RAISED');
  expect(codeOf({ lot: '0.1' })).toBeNull();
  const first = loosened({ ...terms(), lot: null, updatedAt: yesterday }, terms({ lot: '100' }), now);
  expect(first).toBeNull();
});

test('a row that is none is told with its index, and a close of the year 0 is none', () => {
  const close = (day: string) => ({ instrument: 'X', closes: [{ day, close: '1' }] });
  const read = readInstruments([
    close('2026-11-18'),
    close('0000-01-01'),
    close('9999-01-01'),
    'x',
    close('1950-01-02'),
  ]);
  expect(read.indices).toEqual([0, 4]);
  expect(read.refused.map(({ index, code }) => [index, code])).toEqual([1, 2, 3].map((index) => [index, 'INVALID']));
  expect(read.refused[0]!.message).toContain('check its year');
  expect(InstrumentRow.parse({ instrument: 'X' }).multiplier).toBeUndefined();
});
