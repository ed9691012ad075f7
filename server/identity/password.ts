import { hash, verify } from '@node-rs/argon2';
import list from './common-passwords.json';

export const MINIMUM_LENGTH = 12;
export const MAXIMUM_LENGTH = 256;

// OWASP's first choice for argon2id; `2` is the library's number for it.
const PARAMETERS = { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

const common = new Set(list.passwords.map((text) => text.toLowerCase()));

/** The bytes that are hashed: composed Unicode, so that the same keys give the same password on every system. */
const normal = (password: string) => password.normalize('NFC');

/**
 * Why a new password is refused, in words for its field, or null. Length and commonness only, no composition rules.
 * `personal` is what must not be the whole of it, such as the e-mail address. Source: NIST SP 800-63B 3.1.1.
 */
export function passwordFault(password: string, personal: string[] = []): string | null {
  const text = normal(password);
  const length = [...text].length;
  if (length < MINIMUM_LENGTH) return `At least ${MINIMUM_LENGTH} characters; this has ${length}.`;
  if (length > MAXIMUM_LENGTH) return `At most ${MAXIMUM_LENGTH} characters; this has ${length}.`;
  const plain = text.toLowerCase();
  const isRepeated = new Set(plain).size < 4;
  const stem = plain.replace(/[\d\s!?.,_-]+$/, '');
  const isPersonal = personal.some((own) => own.length > 3 && stem === own.toLowerCase());
  if (common.has(plain) || common.has(stem) || isRepeated) return 'Too common: it is among the first that are guessed.';
  if (isPersonal || stem === 'going live' || stem === 'goinglive')
    return 'Too easy to guess: it names you or this product.';
  return null;
}

/** An argon2id hash in PHC text, with its parameters and salt inside. */
export const hashPassword = (password: string): Promise<string> => hash(normal(password), PARAMETERS);

let decoy: Promise<string> | null = null;

/**
 * Whether a password fits a hash. Without a hash the same work is done on a decoy and the answer is no, so that an
 * unknown account takes as long as a known one.
 */
export async function passwordFits(password: string, stored: string | null): Promise<boolean> {
  decoy ??= hashPassword('the password of nobody at all');
  const against = stored?.startsWith('$argon2') ? stored : await decoy;
  const fits = await verify(against, normal(password)).catch(() => false);
  return fits && against === stored;
}
