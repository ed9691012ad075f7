import { describe, expect, test } from 'vitest';
import {
  formatAge,
  formatCompact,
  formatCountdown,
  formatDuration,
  formatLimit,
  formatMoney,
  formatNumber,
  formatPercent,
  formatStopwatch,
  formatUnit,
  shortHash,
} from './format';

const plain = (text: string) => text.replaceAll('\u00a0', ' ');

describe('numbers', () => {
  test('a loss carries the true minus sign and grouping', () => {
    expect(formatMoney('-295544.22')).toBe('−295,544.22');
  });
  test('a plus is shown for changes only, and never on zero', () => {
    expect(formatNumber('1.5', { sign: true })).toBe('+1.50');
    expect(formatNumber('1.5')).toBe('1.50');
    expect(formatNumber('0', { sign: true })).toBe('0.00');
    expect(formatNumber('0.001', { sign: true })).toBe('0.00');
  });
  test('what rounds to nothing has no sign', () => {
    expect(formatNumber('-0.001')).toBe('0.00');
  });
  test('a decimal longer than a double is not squeezed', () => {
    expect(formatNumber('12345678901234567890.12')).toBe('12,345,678,901,234,567,890.12');
  });
  test('unknown is a question mark, not zero and not NaN', () => {
    for (const value of [null, undefined, Number.NaN, Number.POSITIVE_INFINITY, '', 'NaN']) {
      expect(formatNumber(value)).toBe('?');
      expect(formatPercent(value)).toBe('?');
      expect(formatCompact(value)).toBe('?');
    }
  });
  test('a fraction is printed as per cent with a no-break space', () => {
    expect(formatPercent('0.0531')).toBe('5.31\u00a0%');
    expect(formatPercent('-0.0118')).toBe('−1.18\u00a0%');
    expect(plain(formatPercent('0.123', { digits: 1, sign: true }))).toBe('+12.3 %');
  });
  test('a limit says which side is allowed', () => {
    expect(plain(formatLimit(formatPercent('0.1'), 'ceiling'))).toBe('≤ 10.00 %');
    expect(plain(formatLimit(formatPercent('0.1'), 'floor'))).toBe('≥ 10.00 %');
  });
  test('units stand after a no-break space', () => {
    expect(formatUnit('1.3', 'bp', { digits: 1 })).toBe('1.3\u00a0bp');
    expect(plain(formatCompact('2100000'))).toBe('2.10 M');
    expect(plain(formatMoney('5', { currency: 'USD' }))).toBe('5.00 USD');
  });
});

describe('durations', () => {
  test('two units at most, the larger first', () => {
    expect(plain(formatDuration(400))).toBe('0.4 s');
    expect(plain(formatDuration(370_000))).toBe('6 min 10 s');
    expect(plain(formatDuration(112_320_000))).toBe('31 h 12 min');
    expect(plain(formatDuration(176_400_000))).toBe('2 d 1 h');
    expect(plain(formatAge(3_300_000))).toBe('55 min');
  });
  test('countdowns end at zero and round up, so that no time is promised that is not there', () => {
    expect(formatCountdown(223_000)).toBe('3:43');
    expect(formatCountdown(100)).toBe('0:01');
    expect(formatCountdown(-5)).toBe('0:00');
    expect(formatStopwatch(112_324_000)).toBe('31:12:04');
  });
});

test('a hash is shortened in the middle and keeps its prefix', () => {
  expect(shortHash('sha256:9f3c2ab1aaaaaaaaaaaaaaaa77e0')).toBe('sha256:9f3c2ab1…77e0');
  expect(shortHash('c07a')).toBe('c07a');
});
