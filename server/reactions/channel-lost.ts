import 'server-only';
import { fingerprintOf } from '../alerts/fingerprint';
import { raiseAlert } from '../alerts/raise-actions';
import { authorize } from '../identity/authorize';
import { job } from '../kernel/actor';
import { inTransaction } from '../kernel/transaction';
import type { LoggedEvent, Reaction } from './reaction';
import { SUBSCRIPTIONS } from './subscriptions';

const ACTOR = job('channel-lost');
const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/** A message that could not be delivered, or a channel the receiver gave up, is told through the other channels. */
async function run(event: LoggedEvent): Promise<void> {
  const isDead = event.type === 'notification.dead';
  // A person who disables a channel knows; a test that fails is seen by the one who sent it.
  if (isDead ? event.data.isTest === true : !event.actor.startsWith('job:')) return;
  const channelId = isDead ? text(event.data.channelId) : event.subject.id;
  const name = text(isDead ? event.data.channel : event.data.name);
  const why = text(isDead ? event.data.error : event.data.why) || 'no reason was given';
  await inTransaction(async (tx) => {
    authorize(ACTOR, 'alert.acknowledge');
    await raiseAlert(tx, {
      fingerprint: fingerprintOf('notifications', 'lost', { kind: 'channel', id: channelId }),
      severity: 'high',
      title: isDead ? `${name} does not deliver` : `${name} was disabled by its receiver`,
      body: isDead
        ? `A message could not be delivered there and is kept as dead: ${text(event.data.title)}. ${why}`
        : why,
      portfolioId: event.portfolioId,
      subject: { kind: 'channel', id: channelId },
      link: '/settings/channels',
      facts: { Channel: name, Reason: why },
      nextStep: 'Repair the channel or its receiver, then send a test and acknowledge it.',
      actor: ACTOR,
    });
  });
}

export const channelLost: Reaction = { name: 'channel-lost', types: [...SUBSCRIPTIONS['channel-lost']], run };
