import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { DomainError } from '../kernel/errors';

/** The row and column a secret belongs to: it opens nowhere else. */
export type SecretPlace = { table: string; id: string; column: string };

type KeyRing = { current: string; keys: Map<string, Buffer> };

const IV_BYTES = 12;
const TAG_BYTES = 16;

function ringFrom(text: string | undefined): KeyRing {
  const keys = new Map<string, Buffer>();
  for (const entry of (text ?? '').split(',')) {
    const [id, encoded] = entry.trim().split(':');
    const key = Buffer.from(encoded ?? '', 'base64');
    if (!id || key.length !== 32) continue;
    keys.set(id, key);
  }
  const current = keys.keys().next().value;
  if (current === undefined) {
    throw new DomainError('UNAVAILABLE', 'No key for stored secrets is set. Set SECRETS_KEYS and start again.');
  }
  return { current, keys };
}

let kept: { text: string | undefined; ring: KeyRing } | null = null;

function keyRing(): KeyRing {
  const text = process.env.SECRETS_KEYS;
  if (!kept || kept.text !== text) kept = { text, ring: ringFrom(text) };
  return kept.ring;
}

const bound = (keyId: string, place: SecretPlace) =>
  Buffer.from(JSON.stringify([keyId, place.table, place.column, place.id]));

/**
 * A secret as it is stored: `v1.<key id>.<base64url of iv, tag, ciphertext>`, AES-256-GCM under the first key of
 * SECRETS_KEYS (`id:base64` of 32 bytes, comma-separated), bound to its row and column.
 */
export function seal(secret: string, place: SecretPlace): string {
  const { current, keys } = keyRing();
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv('aes-256-gcm', keys.get(current)!, iv);
  cipher.setAAD(bound(current, place));
  const sealed = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
  return `v1.${current}.${Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString('base64url')}`;
}

/** The secret in a box, or a `SECRET_UNREADABLE` error: wrong row, changed bytes, or a key that is no longer in the ring. */
export function open(box: string, place: SecretPlace): string {
  const [version, keyId, body] = box.split('.');
  const key = keyRing().keys.get(keyId ?? '');
  const bytes = Buffer.from(body ?? '', 'base64url');
  if (version !== 'v1' || !key || bytes.length < IV_BYTES + TAG_BYTES) throw unreadable(place, `key ${keyId}`);
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, IV_BYTES));
  decipher.setAAD(bound(keyId!, place));
  decipher.setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
  try {
    return Buffer.concat([decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]).toString('utf8');
  } catch {
    throw unreadable(place, 'authentication failed');
  }
}

/** Whether a box was sealed under a key that is no longer the first of the ring. */
export const isSealedByOlderKey = (box: string): boolean => box.split('.')[1] !== keyRing().current;

/** The same secret under the current key; the box itself where it is current already. */
export const reseal = (box: string, place: SecretPlace): string =>
  isSealedByOlderKey(box) ? seal(open(box, place), place) : box;

function unreadable(place: SecretPlace, why: string): DomainError {
  return new DomainError(
    'SECRET_UNREADABLE',
    'A stored secret cannot be read with the keys of this installation. Check SECRETS_KEYS, or enter the secret again.',
    { kind: 'unavailable', detail: `${place.table}.${place.column} ${place.id}: ${why}` },
  );
}
