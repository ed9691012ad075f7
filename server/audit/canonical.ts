import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';

/** RFC 8785 text of a JSON value: the bytes that are hashed, signed and compared. Throws on what JSON cannot say. */
export function canonicalJson(value: unknown): string {
  const text = canonicalize(JSON.parse(JSON.stringify(value)));
  if (text === undefined) throw new Error('not a JSON value');
  return text;
}

/** SHA-256 of a text or bytes, lower-case hex. */
export const sha256Hex = (content: string | Uint8Array): string => createHash('sha256').update(content).digest('hex');

/** Hash of the exact content a person or machine is shown and binds to. */
export const contentHash = (value: unknown): string => sha256Hex(canonicalJson(value));
