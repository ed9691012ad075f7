import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { isId } from '../kernel/ids';

const mac = (deliveryId: string, alertId: string, secret: string) =>
  createHmac('sha256', secret).update(`acknowledgement:${deliveryId}:${alertId}`).digest('base64url');

/**
 * The token that one delivery carries for one acknowledgement of its alert. It is computed again for a retry rather than
 * kept: the row holds only its hash, so that a dump of the database acknowledges nothing.
 */
export const acknowledgementToken = (deliveryId: string, alertId: string, secret: string): string =>
  `${deliveryId}.${mac(deliveryId, alertId, secret)}`;

export const tokenHash = (token: string): string => createHash('sha256').update(token).digest('hex');

/** The delivery a token claims to be of; null when it is not even shaped like one. */
export function deliveryOfToken(token: string): string | null {
  const id = /^([0-9a-f-]{36})\.[A-Za-z0-9_-]{43}$/.exec(token)?.[1];
  return id && isId(id) ? id : null;
}

/** Is this the token made for that delivery and alert? Compared in constant time. */
export function isTokenOf(token: string, deliveryId: string, alertId: string, secret: string): boolean {
  const expected = createHash('sha256')
    .update(acknowledgementToken(deliveryId, alertId, secret))
    .digest();
  return timingSafeEqual(expected, createHash('sha256').update(token).digest());
}
