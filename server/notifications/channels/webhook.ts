import 'server-only';
import { createHmac } from 'node:crypto';
import { OutboundError, outboundFetch } from '../../kernel/outbound';
import { retryAfterSeconds } from '../backoff';
import { WebhookConfig } from '../channel-config';
import { webhookPayload } from '../message';
import type { Attempt, ChannelPort, OpenedChannel, Outcome } from './channel';

const keyOf = (secret: string) => Buffer.from(secret.replace(/^whsec_/, ''), 'base64');

/** Standard Webhooks: HMAC-SHA256 over `id.timestamp.body`; one signature per secret that is still accepted. */
export function webhookSignatures(secrets: string[], id: string, timestamp: number, body: string): string {
  return secrets
    .map((secret) => `v1,${createHmac('sha256', keyOf(secret)).update(`${id}.${timestamp}.${body}`).digest('base64')}`)
    .join(' ');
}

async function send(channel: OpenedChannel, attempt: Attempt): Promise<Outcome> {
  const config = WebhookConfig.safeParse(channel.config);
  if (!config.success || !channel.secret) return { kind: 'refused', error: 'The channel has no address or no secret.' };
  const body = JSON.stringify(webhookPayload(attempt.message, attempt.addresses, attempt.at));
  // The id is the message's and stays; the timestamp is the attempt's, or a late retry would be refused as a replay.
  const id = `msg_${attempt.dedupeId}`;
  const timestamp = Math.floor(attempt.at.getTime() / 1000);
  const secrets = [channel.secret, channel.previousSecret].filter((secret) => secret !== null);
  try {
    const answer = await outboundFetch(config.data.url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'user-agent': 'Going-Live/1',
        'webhook-id': id,
        'webhook-timestamp': String(timestamp),
        'webhook-signature': webhookSignatures(secrets, id, timestamp, body),
      },
      body,
      timeoutMs: attempt.timeoutMs,
      maxBytes: 64_000,
    });
    return judge(answer.status, answer.headers['retry-after'], attempt.at);
  } catch (error) {
    if (!(error instanceof OutboundError)) throw error;
    if (error.kind === 'refused') return { kind: 'refused', error: error.message };
    // An answer too large to read is an answer: it was received.
    if (error.kind === 'too-large') return { kind: 'delivered' };
    return { kind: 'retry', error: error.message };
  }
}

function judge(status: number, retryAfter: string | undefined, at: Date): Outcome {
  if (status >= 200 && status < 300) return { kind: 'delivered', status };
  if (status === 410) return { kind: 'gone', status, error: 'The receiver answered 410: it wants no more messages.' };
  if (status >= 300 && status < 400) {
    return { kind: 'refused', status, error: `The receiver redirects (${status}); give its final address.` };
  }
  const wait = retryAfterSeconds(retryAfter, at);
  const passes = status >= 500 || status === 429 || status === 408 || status === 425;
  return passes
    ? { kind: 'retry', status, error: `The receiver answered ${status}.`, retryAfterSeconds: wait }
    : { kind: 'refused', status, error: `The receiver answered ${status}.` };
}

export const webhook: ChannelPort = { send };
