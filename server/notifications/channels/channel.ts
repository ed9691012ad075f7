import type { Addresses, Message } from '../message';

/** What a receiver made of one attempt. */
export type Outcome =
  | { kind: 'delivered'; status?: number }
  /** Try again: no answer, 5xx, 429. `retryAfterSeconds` is the receiver's own wish. */
  | { kind: 'retry'; error: string; status?: number; retryAfterSeconds?: number }
  /** It refuses this message (4xx, 3xx): a few more tries, then it is dead. */
  | { kind: 'refused'; error: string; status?: number }
  /** It wants nothing any more (410): the channel is disabled. */
  | { kind: 'gone'; error: string; status?: number };

export type Attempt = {
  deliveryId: string;
  /** Same on every retry, so that the receiver can drop a repeat. */
  dedupeId: string;
  message: Message;
  addresses: Addresses;
  /** Protocol time of this attempt. */
  at: Date;
  timeoutMs: number;
};

export type OpenedChannel = {
  config: unknown;
  secret: string | null;
  /** Still accepted while a secret is being rotated. */
  previousSecret: string | null;
};

/** One kind of channel: it sends a message once and says what came of it. It never throws for what a receiver does. */
export type ChannelPort = { send: (channel: OpenedChannel, attempt: Attempt) => Promise<Outcome> };
