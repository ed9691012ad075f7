import 'server-only';
import { acknowledgementToken } from '../acknowledgement-token';
import type { Addresses, Message } from '../message';

/** The key that acknowledgement tokens are signed with. */
export function tokenSecret(): string {
  const secret = process.env.AUTH_SECRET;
  if (!secret) throw new Error('AUTH_SECRET is not set.');
  return secret;
}

const origin = () => process.env.APP_URL ?? 'http://localhost:3000';

/** The full addresses a message carries: where to look, and (for an alert) the one-tap acknowledgement of this delivery. */
export function addressesOf(message: Message, deliveryId: string): Addresses {
  const token =
    message.subject.kind === 'alert' ? acknowledgementToken(deliveryId, message.subject.id, tokenSecret()) : null;
  return {
    link: new URL(message.link, origin()).toString(),
    acknowledge: token ? new URL(`/acknowledge/${token}`, origin()).toString() : null,
  };
}
