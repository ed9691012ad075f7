import { randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const letters = (count: number) => [...randomBytes(count)].map((byte) => ALPHABET[byte & 31]).join('');
const checksum = (text: string) => crc32(text).toString(16).padStart(8, '0');

/** A new key `gl_<prefix>_<secret><checksum>`: the prefix finds its row, the secret is 200 random bits. */
export function newKey(): { key: string; prefix: string } {
  const prefix = letters(10);
  const body = `gl_${prefix}_${letters(40)}`;
  return { key: `${body}${checksum(body)}`, prefix };
}

/** The prefix of a well-formed key, or null where form or checksum is wrong: then no database is asked. */
export function prefixOfKey(text: string): string | null {
  const parts = /^(gl_([0-9a-z]{10})_[0-9a-z]{40})([0-9a-f]{8})$/.exec(text);
  return parts && checksum(parts[1]!) === parts[3] ? parts[2]! : null;
}

export type KeyState = 'active' | 'expires-soon' | 'expired' | 'revoked' | 'awaiting-approval';
const SOON_DAYS = 14;

/** What a key is worth now; `expires-soon` within two weeks. */
export function keyState(
  key: { revokedAt: Date | null; expiresAt: Date; approvedAt: Date | null },
  now: Date,
): KeyState {
  if (key.revokedAt) return 'revoked';
  if (key.expiresAt <= now) return 'expired';
  if (!key.approvedAt) return 'awaiting-approval';
  return key.expiresAt.getTime() - now.getTime() < SOON_DAYS * 86_400_000 ? 'expires-soon' : 'active';
}
