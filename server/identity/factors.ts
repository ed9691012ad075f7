import 'server-only';
import { recordEvent } from '../audit/record';
import { job } from '../kernel/actor';
import { DomainError } from '../kernel/errors';
import { inTransaction } from '../kernel/transaction';
import { spendRecoveryCode } from './factor-store';
import { passwordFits } from './password';
import { recoveryCodeHash } from './recovery-codes';
import { open } from './secret-box';
import { burnTotpStep, type Person } from './store';
import type { Attempt } from './throttle';
import { forgetAttempts, NOBODY, takeAttempt } from './throttle-store';
import { tokenHash } from './tokens';
import { totpStepOf } from './totp';

/** Factors whose wrong answers are counted; a passkey cannot be guessed and is never locked. */
export type CountedFactor = 'password' | 'totp' | 'recovery';

/** One key per factor and account. */
export const throttleKey = (factor: CountedFactor, account: string): string => `${factor}:${tokenHash(account)}`;

/** What tries at an address are counted under that is nobody's. */
export const nobodyKey = (email: string): string => `${NOBODY}${tokenHash(email)}`;

const LABEL: Record<CountedFactor, string> = { password: 'Password', totp: 'Code', recovery: 'Recovery code' };

function lockedError(factor: CountedFactor, attempt: Exclude<Attempt, { allowed: true }>, now: Date): DomainError {
  if (attempt.why === 'hard-locked') {
    return new DomainError(
      'FACTOR_LOCKED',
      `${LABEL[factor]} is locked after 100 wrong tries in a row. Use a passkey, or ask an admin to unlock it.`,
      { kind: 'too-many' },
    );
  }
  const seconds = Math.ceil((attempt.until.getTime() - now.getTime()) / 1000);
  const minutes = Math.ceil(seconds / 60);
  return new DomainError(
    'FACTOR_LOCKED',
    `${LABEL[factor]} is locked for ${minutes} min after 5 wrong tries. A passkey still works; live sessions are untouched.`,
    { kind: 'too-many', data: { retryAfterSeconds: seconds } },
  );
}

/** "4 tries left, then 15 min of waiting." */
export const triesLeftWords = (left: number): string =>
  left === 0 ? 'Locked for 15 min now.' : `${left} ${left === 1 ? 'try' : 'tries'} left, then 15 min of waiting.`;

async function spend(factor: CountedFactor, key: string, person: Person | null, now: Date): Promise<number> {
  const attempt = await takeAttempt(key, now);
  if (!attempt.allowed) throw lockedError(factor, attempt, now);
  if (attempt.triesLeft === 0 && person) await noteLastTry(person, factor);
  return attempt.triesLeft;
}

/** The fifth try in five minutes is worth an entry whether it is right or not; single wrong ones are not. */
function noteLastTry(person: Person, factor: CountedFactor): Promise<void> {
  return inTransaction(async (tx) => {
    recordEvent(tx, {
      type: 'identity.factor-exhausted',
      actor: job('sign-in'),
      subject: { kind: 'person', id: person.id },
      data: { factor },
    });
  });
}

/**
 * Whether the password of an account fits; `person` null (unknown, disabled) costs the same, is counted alike and is always
 * wrong. Counts of nobody's addresses are anybody's to make: of these only so many are kept.
 */
export async function checkPassword(email: string, person: Person | null, password: string, now: Date) {
  const key = person ? throttleKey('password', email) : nobodyKey(email);
  const triesLeft = await spend('password', key, person, now);
  const fits = await passwordFits(password, person?.passwordHash ?? null);
  if (!fits) return { fits: false as const, triesLeft };
  await forgetAttempts(key);
  return { fits: true as const };
}

/**
 * Accepts a TOTP code of a person once. Throws CODE_REFUSED for a wrong one, CODE_REUSED for one whose step was used
 * (recorded), FACTOR_LOCKED after too many.
 */
export async function checkTotp(person: Person, code: string, now: Date): Promise<void> {
  const triesLeft = await spend('totp', throttleKey('totp', person.id), person, now);
  const secret = person.totpSecretBox
    ? open(person.totpSecretBox, { table: 'people', id: person.id, column: 'totp_secret_box' })
    : null;
  const step = secret ? totpStepOf(secret, code.replaceAll(/\s/g, ''), now) : null;
  if (step === null) {
    throw new DomainError('CODE_REFUSED', `That code is not the current one. ${triesLeftWords(triesLeft)}`, {
      kind: 'invalid',
      data: { triesLeft },
    });
  }
  if (!(await burnTotpStep(person.id, step))) {
    await recordReuse(person);
    throw new DomainError('CODE_REUSED', 'This code was used already. Wait for the next one; it comes within 30 s.', {
      kind: 'invalid',
      data: { triesLeft },
    });
  }
  await forgetAttempts(throttleKey('totp', person.id));
}

function recordReuse(person: Person): Promise<void> {
  return inTransaction(async (tx) => {
    recordEvent(tx, {
      type: 'identity.totp-reused',
      actor: job('sign-in'),
      subject: { kind: 'person', id: person.id },
    });
  });
}

/** Accepts a recovery code of a person once; throws like `checkTotp`. */
export async function checkRecoveryCode(person: Person, code: string, now: Date): Promise<void> {
  const triesLeft = await spend('recovery', throttleKey('recovery', person.id), person, now);
  if (!(await spendRecoveryCode(person.id, recoveryCodeHash(person.id, code), now))) {
    throw new DomainError('CODE_REFUSED', `That recovery code is unknown or used. ${triesLeftWords(triesLeft)}`, {
      kind: 'invalid',
      data: { triesLeft },
    });
  }
  await forgetAttempts(throttleKey('recovery', person.id));
}
