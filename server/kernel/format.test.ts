import { describe, expect, test } from 'vitest';
import { amountText, changeText, durationText, instantText, numberText, percentText } from './format';

const plain = (text: string) => text.replaceAll('\u00a0', ' ');

describe('numbers', () => {
  test('are grouped, with a real minus and no minus zero', () => {
    expect(numberText('-295544.224')).toBe('−295,544.22');
    expect(numberText('-0.001')).toBe('0.00');
    expect(numberText(1e9, 0)).toBe('1,000,000,000');
  });
  test('a fraction reads as per cent with a space that does not break', () => {
    expect(plain(percentText('0.0531'))).toBe('5.31 %');
    expect(plain(percentText('0.123', 1))).toBe('12.3 %');
    expect(plain(changeText('0.012'))).toBe('+1.20 %');
    expect(plain(changeText('-0.0881'))).toBe('−8.81 %');
    expect(plain(amountText('24812406.184', 'USD'))).toBe('24,812,406.18 USD');
  });
});

describe('times', () => {
  const now = new Date('2026-11-19T15:42:17Z');
  test('carry the zone of the portfolio, the date when not today, the year when not this one', () => {
    expect(instantText(now, 'America/New_York', now)).toBe('10:42:17 EST');
    expect(instantText(new Date('2026-11-18T15:42:17Z'), 'America/New_York', now)).toBe('18 Nov 10:42 EST');
    expect(instantText(new Date('2008-09-29T20:00:00Z'), 'America/New_York', now)).toBe('29 Sep 2008 16:00 EDT');
  });
  test('durations give two units', () => {
    expect(plain(durationText(370_000))).toBe('6 min 10 s');
    expect(plain(durationText(112_320_000))).toBe('31 h 12 min');
    expect(plain(durationText(999))).toBe('0 s');
    expect(plain(durationText(187_200_000))).toBe('2 d 4 h');
  });
});
