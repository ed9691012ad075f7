import { randomBytes } from 'node:crypto';
import { tokenHash } from './tokens';

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
export const CODES_PER_SET = 10;

/** A set of codes such as `7Q4K9-1MXHT`: 50 random bits each, letters that cannot be misread (Crockford's base 32). */
export function newRecoveryCodes(): string[] {
  return Array.from({ length: CODES_PER_SET }, () => {
    const letters = [...randomBytes(10)].map((byte) => ALPHABET[byte & 31]).join('');
    return `${letters.slice(0, 5)}-${letters.slice(5)}`;
  });
}

/** A code as a person may type it: case, spaces and look-alikes forgiven. */
export const normalRecoveryCode = (typed: string): string =>
  typed
    .toUpperCase()
    .replace(/O/g, '0')
    .replace(/[IL]/g, '1')
    .replace(/[^0-9A-Z]/g, '');

/** What is stored of a code; bound to its person, so that equal codes of two people differ. */
export const recoveryCodeHash = (personId: string, code: string): string =>
  tokenHash(`${personId}:${normalRecoveryCode(code)}`);
