import { timingSafeEqual } from 'node:crypto';
import { Webhook } from 'standardwebhooks';

export const TOLERANCE_SECONDS = 300;

export type SignedHeaders = { 'webhook-id': string; 'webhook-timestamp': string; 'webhook-signature': string };

/** Standard Webhooks headers over `id.timestamp.body`: one signature per secret, so that a secret can be rotated. */
export function signMessage(message: { id: string; body: string; secrets: string[]; at: Date }): SignedHeaders {
  const signatures = message.secrets.map((secret) => new Webhook(secret).sign(message.id, message.at, message.body));
  return {
    'webhook-id': message.id,
    'webhook-timestamp': String(Math.floor(message.at.getTime() / 1000)),
    'webhook-signature': signatures.join(' '),
  };
}

export type Verification = { ok: true; id: string; at: Date } | { ok: false; why: string };

/**
 * Checks a signature against any of the secrets in constant time, and the age against `now` (300 s either way). What the
 * message says (its `to`, a repeated id) is for the caller to check. Source: Standard Webhooks 1.0.
 */
export function verifyMessage(message: {
  headers: Record<string, string | undefined>;
  body: string;
  secrets: string[];
  now: Date;
}): Verification {
  const id = message.headers['webhook-id'];
  const stamp = message.headers['webhook-timestamp'];
  const given = message.headers['webhook-signature'];
  if (!id || !stamp || !given) return { ok: false, why: 'the signature headers are missing' };
  if (!/^\d{1,12}$/.test(stamp)) return { ok: false, why: 'the timestamp is not in seconds' };
  const at = new Date(Number(stamp) * 1000);
  const ageSeconds = (message.now.getTime() - at.getTime()) / 1000;
  if (Math.abs(ageSeconds) > TOLERANCE_SECONDS) {
    return { ok: false, why: `it is ${Math.round(Math.abs(ageSeconds))} s ${ageSeconds > 0 ? 'old' : 'ahead'}` };
  }
  const expected = message.secrets.map((secret) => Buffer.from(new Webhook(secret).sign(id, at, message.body)));
  // No early exit: how far we got must not show in the time it takes.
  let matches = false;
  for (const candidate of given.split(' ').slice(0, 8)) {
    const bytes = Buffer.from(candidate);
    for (const wanted of expected) {
      if (bytes.length === wanted.length && timingSafeEqual(bytes, wanted)) matches = true;
    }
  }
  return matches ? { ok: true, id, at } : { ok: false, why: 'the signature does not match' };
}
