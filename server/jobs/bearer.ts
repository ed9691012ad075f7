import { createHash, timingSafeEqual } from 'node:crypto';

const digest = (text: string) => createHash('sha256').update(text).digest();

/** True when the Authorization header carries this bearer secret; compared in constant time, whatever the lengths. */
export function carriesBearer(authorization: string | null, secret: string): boolean {
  const given = /^Bearer ([^\s]+)$/i.exec(authorization ?? '')?.[1] ?? '';
  const equal = timingSafeEqual(digest(given), digest(secret));
  return equal && secret.length > 0;
}
