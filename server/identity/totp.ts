import { Secret, TOTP } from 'otpauth';

const PERIOD_MS = 30_000;
const ISSUER = 'Going Live';

const totpOf = (secret: string, label = '') =>
  new TOTP({ issuer: ISSUER, label, secret: Secret.fromBase32(secret), algorithm: 'SHA1', digits: 6, period: 30 });

/** A new shared secret: 160 bits in base32, as RFC 4226 asks. */
export const newTotpSecret = (): string => new Secret({ size: 20 }).base32;

/** The `otpauth://` address an authenticator scans. */
export const totpUri = (secret: string, email: string): string => totpOf(secret, email).toString();

/**
 * The time step a code belongs to, by the server's clock with one step of tolerance either way, or null.
 * A caller must still refuse a step that was used before. Source: RFC 6238.
 */
export function totpStepOf(secret: string, code: string, now: Date): number | null {
  if (!/^\d{6}$/.test(code)) return null;
  const delta = totpOf(secret).validate({ token: code, timestamp: now.getTime(), window: 1 });
  return delta === null ? null : Math.floor(now.getTime() / PERIOD_MS) + delta;
}

/** The code an authenticator shows at an instant; for the demo's printout and tests. */
export const totpCodeAt = (secret: string, now: Date): string => totpOf(secret).generate({ timestamp: now.getTime() });
