import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** 256 bits from the system's generator, as text for a cookie, link or form. */
export const newToken = (): string => randomBytes(32).toString('base64url');

/** What is stored of a token: random text of 256 bits needs no salt and no stretching. */
export const tokenHash = (token: string): string => createHash('sha256').update(token).digest('hex');

/** Whether two texts are the same, in time that does not tell where they differ. */
export function sameText(a: string, b: string): boolean {
  const [left, right] = [a, b].map((text) => createHash('sha256').update(text).digest());
  return timingSafeEqual(left!, right!);
}
