import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Decimal } from './decimal';
import { dividedAt18, plainDecimal, plainText } from './decimal-words';

const digits = (most: number) => fc.stringMatching(new RegExp(`^[0-9]{1,${most}}$`));
const plain = fc
  .tuple(fc.constantFrom('', '-'), digits(14), fc.option(digits(14), { nil: null }))
  .map(([sign, whole, places]) => `${sign}${whole}${places === null ? '' : `.${places}`}`);
const wordsOf = ({ s, e, d }: Decimal) => ({ s, e, d });

describe('decimals by their words', () => {
  it('a plain text has the words that the library gives it', () => {
    fc.assert(
      fc.property(plain, (text) => {
        const found = plainDecimal(text);
        const library = new Decimal(text);
        if (found === undefined) expect(library.isZero()).toBe(true);
        else {
          expect(wordsOf(found)).toEqual(wordsOf(library));
          expect(found).toBeInstanceOf(Decimal);
        }
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    '',
    '-',
    '.',
    '1.',
    '.5',
    '1e3',
    '+1',
    ' 1',
    '1 ',
    '0x1',
    '1_0',
    '1..2',
    '1.2.3',
    'NaN',
    'Infinity',
    '١',
    '1.2e1',
  ])('leaves %j to the library', (text) => expect(plainDecimal(text)).toBeUndefined());

  it('leaves what is longer to the library', () => {
    expect(plainDecimal('123456789012345')).toBeUndefined();
    expect(plainDecimal('0.123456789012345')).toBeUndefined();
  });

  it('writes what toFixed writes', () => {
    const value = fc.tuple(fc.constantFrom('', '-'), digits(30), fc.integer({ min: -45, max: 20 }));
    fc.assert(
      fc.property(value, ([sign, text, exponent]) => {
        const decimal = new Decimal(`${sign}${text}e${exponent}`);
        expect(plainText(decimal)).toBe(decimal.toFixed());
      }),
      { numRuns: 1_000 },
    );
    for (const text of [
      '0',
      '-0',
      '1',
      '-1',
      '0.1',
      '10000000',
      '0.0000001',
      '12345678901234',
      '100000000000000',
      '-0.00000001',
    ]) {
      expect(plainText(new Decimal(text))).toBe(new Decimal(text).toFixed());
    }
    expect(plainText(new Decimal(Number.NaN))).toBe('NaN');
  });

  it('divides as the library does at 18 places, half to even', () => {
    const part = fc
      .tuple(fc.integer({ min: 0, max: 18 }), digits(22))
      .map(([places, text]) => new Decimal(text).mul(new Decimal(10).pow(-places)));
    fc.assert(
      fc.property(part, part, (value, by) => {
        fc.pre(by.gt(0));
        const library = value.div(by).toDecimalPlaces(18, Decimal.ROUND_HALF_EVEN);
        expect(wordsOf(dividedAt18(value, by))).toEqual(wordsOf(library));
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ['0.000000000000000001', '2', '0'],
    ['0.000000000000000003', '2', '0.000000000000000002'],
    ['0.000000000000000005', '2', '0.000000000000000002'],
    ['-3', '2', '-1.5'],
    ['1', '0.000000000000000000000001', '1000000000000000000000000'],
    ['1e30', '3', '333333333333333333333333333333.333333333333333333'],
  ])('%s / %s = %s', (value, by, quotient) =>
    expect(dividedAt18(new Decimal(value), new Decimal(by)).toFixed()).toBe(quotient),
  );
});
