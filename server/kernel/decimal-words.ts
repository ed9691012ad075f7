import { Decimal } from './decimal';

/**
 * Decimals by their words, for the few places that make or divide one for every row of a feed. decimal.js keeps the digits
 * of a number in words of seven, aligned to the decimal point (`d`, with the exponent `e` of the first digit and the sign
 * `s`); what is made here has the very words that the library would give it, and everything unusual is left to the library.
 */
const WORD = 10_000_000;
const WORD_DIGITS = 7;
/** Words after the decimal point that the fast paths know: 21 places. */
const FRACTION_WORDS = 3;

const ZERO_CODE = 48;
const POINT = 46;
const MINUS = 45;

type Words = { s: number; e: number; d: number[] };

/** A decimal of these words, none of which leads or ends with a word of 0. */
function made(s: number, e: number, d: number[]): Decimal {
  const value = new Decimal(1);
  const words = value as unknown as Words;
  words.s = s;
  words.e = e;
  words.d = d;
  return value;
}

/** Digits of a number from 1 to 9,999,999. */
const digitsOf = (word: number): number =>
  word < 1_000
    ? word < 10
      ? 1
      : word < 100
        ? 2
        : 3
    : word < 10_000
      ? 4
      : word < 100_000
        ? 5
        : word < 1_000_000
          ? 6
          : 7;

/**
 * The decimal that a plain text such as `-1250.5` stands for: at most 14 digits before the point and 14 after it. Undefined
 * for any other text, a number as well as none: the library reads it then.
 */
export function plainDecimal(text: string): Decimal | undefined {
  const negative = text.charCodeAt(0) === MINUS;
  const start = negative ? 1 : 0;
  const end = text.length;
  let point = end;
  let whole = 0;
  for (let i = start; i < end; i += 1) {
    const digit = text.charCodeAt(i) - ZERO_CODE;
    if (digit < 0 || digit > 9) {
      if (digit !== POINT - ZERO_CODE) return undefined;
      point = i;
      break;
    }
    whole = whole * 10 + digit;
  }
  const places = end - point - 1;
  if (point === start || point - start > 14 || places > 14 || places === 0) return undefined;
  let [first, second] = [0, 0];
  for (let i = 0; i < 14 && i < places; i += 1) {
    const digit = text.charCodeAt(point + 1 + i) - ZERO_CODE;
    if (digit < 0 || digit > 9) return undefined;
    if (i < WORD_DIGITS) first = first * 10 + digit;
    else second = second * 10 + digit;
  }
  for (let i = Math.max(places, 0); i < WORD_DIGITS; i += 1) first *= 10;
  for (let i = Math.max(places, WORD_DIGITS); i < 14; i += 1) second *= 10;
  const s = negative ? -1 : 1;
  // Most of all: at most seven digits before the point and after it.
  if (whole < WORD && whole > 0 && second === 0)
    return made(s, digitsOf(whole) - 1, first === 0 ? [whole] : [whole, first]);
  return ofWords(s, [Math.floor(whole / WORD), whole % WORD, first, second], 1);
}

/** The decimal of words of which the one at `units` holds the units; zero is left to the library, for its sign. */
function ofWords(s: number, words: readonly number[], units: number): Decimal | undefined {
  let from = 0;
  let to = words.length;
  while (from < to && words[from] === 0) from += 1;
  while (to > from && words[to - 1] === 0) to -= 1;
  if (from === to) return undefined;
  const d = words.slice(from, to);
  return made(s, (units - from) * WORD_DIGITS + digitsOf(d[0] as number) - 1, d);
}

const TENS = [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, WORD];

/** What `toFixed()` writes: every place there is, and no exponent. */
export function plainText(value: Decimal): string {
  const { s, e, d } = value as unknown as { s: number; e: number; d: number[] | null };
  const first = d?.[0];
  // The units' word is the first or the second, or right before the first.
  if (!d || !first || e >= 2 * WORD_DIGITS || e < -WORD_DIGITS) return value.toFixed();
  const wholeWords = e < 0 ? 0 : e < WORD_DIGITS ? 1 : 2;
  const whole = wholeWords === 0 ? 0 : wholeWords === 1 ? first : first * WORD + (d[1] ?? 0);
  let text = s < 0 ? `-${whole}` : `${whole}`;
  const last = d.length - 1;
  if (last < wholeWords) return text;
  text += '.';
  for (let i = wholeWords; i < last; i += 1) text += `${WORD + (d[i] as number)}`.slice(1);
  let tail = d[last] as number;
  let width = WORD_DIGITS;
  while (tail % 10 === 0) {
    tail /= 10;
    width -= 1;
  }
  return text + `${(TENS[width] as number) + tail}`.slice(1);
}

/** A value of at most 21 places times 10^21; null where it has more, or is not finite. */
function scaled(value: Decimal): bigint | null {
  const { s, e, d } = value as unknown as { s: number; e: number; d: number[] | null };
  if (d === null) return null;
  const after = d.length - 1 - Math.floor(e / WORD_DIGITS);
  if (after > FRACTION_WORDS) return null;
  let total = 0n;
  for (let i = 0; i < d.length; i += 2) {
    const pair = i + 1 < d.length;
    const number = pair ? (d[i] as number) * WORD + (d[i + 1] as number) : (d[i] as number);
    total = i === 0 ? BigInt(number) : total * (pair ? PAIR : SINGLE) + BigInt(number);
  }
  const shifted = after === FRACTION_WORDS ? total : total * SINGLE ** BigInt(FRACTION_WORDS - after);
  return s < 0 ? -shifted : shifted;
}
const SINGLE = BigInt(WORD);
const PAIR = SINGLE * SINGLE;
const PLACES_18 = 10n ** 18n;
/** From 18 places to the 21 of three words. */
const TO_WORDS = 1_000n;

/** What was divided by last: equities of a curve are, row after row, by the very same units. */
let divisor: { value: Decimal | null; scaled: bigint | null } = { value: null, scaled: null };

/**
 * `value / by` at 18 places, half to even, for positive numbers: the quotient as it is stored, without the 50 digits in
 * between.
 */
export function dividedAt18(value: Decimal, by: Decimal): Decimal {
  const above = scaled(value);
  if (by !== divisor.value) divisor = { value: by, scaled: scaled(by) };
  const below = divisor.scaled;
  if (above !== null && below !== null && above > 0n && below > 0n) {
    const raised = above * PLACES_18;
    let quotient = raised / below;
    const twice = (raised - quotient * below) * 2n;
    if (twice > below || (twice === below && quotient % 2n === 1n)) quotient += 1n;
    const words = quotient * TO_WORDS;
    const whole = words / PAIR;
    if (whole < Number.MAX_SAFE_INTEGER) {
      const [high, low] = [Number(whole), Number(words % PAIR)];
      const middle = Math.floor(high / WORD);
      const list = [Math.floor(middle / WORD), middle % WORD, high % WORD, Math.floor(low / WORD), low % WORD];
      const found = ofWords(1, list, 1);
      if (found) return found;
    }
  }
  return value.div(by).toDecimalPlaces(18, Decimal.ROUND_HALF_EVEN);
}
