import 'server-only';
import { recordEvent } from '../audit/record';
import { authorize } from '../identity/authorize';
import type { Actor } from '../kernel/actor';
import { DomainError, notFound } from '../kernel/errors';
import { newId } from '../kernel/ids';
import { inTransaction } from '../kernel/transaction';
import { targetText } from '../notifications/channel-config';
import { findChannel } from '../notifications/store';
import { fingerprintOf } from './fingerprint';
import { raiseAlert } from './raise-actions';

/**
 * Sends a real test alert through one channel; acknowledging it (from the message or the page) proves the channel.
 * Returns the alert's id. Throws CHANNEL_DISABLED.
 */
export async function testChannel(actor: Actor, channelId: string): Promise<{ alertId: string }> {
  return inTransaction(async (tx) => {
    const channel = await findChannel(channelId, tx);
    if (!channel) throw notFound('The channel');
    authorize(actor, 'channel.manage', { portfolioId: channel.portfolioId });
    if (!channel.enabled)
      throw new DomainError('CHANNEL_DISABLED', `${channel.name} is disabled. Enable it, then test it.`);
    const alertId = await raiseAlert(tx, {
      fingerprint: fingerprintOf('channel-test', newId(), { kind: 'channel', id: channel.id }),
      severity: 'high',
      title: `Test of ${channel.name}`,
      body: `${actor.name} tests this channel. Acknowledge it to prove that somebody hears it; nothing is wrong.`,
      portfolioId: channel.portfolioId,
      subject: { kind: 'channel', id: channel.id },
      link: '/settings/channels',
      facts: { Channel: channel.name, 'Sent to': targetText(channel.kind, channel.config), 'Asked by': actor.name },
      nextStep: 'Acknowledge it: one tap on the link in this message, or on the page.',
      isTest: true,
      onlyChannelId: channel.id,
      actor,
    });
    recordEvent(tx, {
      type: 'channel.tested',
      actor,
      subject: { kind: 'channel', id: channel.id },
      portfolioId: channel.portfolioId,
      data: { alertId, name: channel.name },
    });
    return { alertId };
  });
}
