import 'server-only';
import { newId } from '../kernel/ids';
import { log } from '../kernel/log';
import { addressesOf } from './channels/addresses';
import type { OpenedChannel } from './channels/channel';
import { opened, PORTS } from './delivery-actions';
import { dedupeIdOf, messageOf, type Notice, type ToldDirectly } from './notice-actions';
import { channelsFor, type RoutableChannel } from './routing';
import { type ChannelRow, findChannels } from './store';

/** A channel with all it takes to send through it without the database. Holds secrets: kept encrypted only. */
export type DirectChannel = RoutableChannel & { kind: ChannelRow['kind']; name: string; opened: OpenedChannel };

/** The enabled channels as they stand, opened. One whose secret cannot be opened is left out and logged. */
export async function readDirectChannels(): Promise<DirectChannel[]> {
  return (await findChannels()).flatMap((row) => {
    if (!row.enabled) return [];
    try {
      const { id, kind, name, enabled, level, minimumSeverity, portfolioId } = row;
      return [{ id, kind, name, enabled, level, minimumSeverity, portfolioId, opened: opened(row) }];
    } catch (error) {
      log.error({ err: error, channel: row.id }, 'the secret of a channel cannot be opened');
      return [];
    }
  });
}

/**
 * Sends a notice at once to every channel that should hear it, in parallel and once, with neither queue nor database.
 * `onTold` is called for each receiver that took it. What is not taken is left to the queue. Never throws.
 */
export async function sendDirectly(
  channels: readonly DirectChannel[],
  notice: Notice,
  options: { timeoutMs: number; onTold: (told: ToldDirectly, channel: DirectChannel) => void },
): Promise<void> {
  const message = messageOf(notice);
  const { severity: urgency, level = 0, portfolioId = null, subject } = notice;
  const heard = channelsFor([...channels], { urgency, level, portfolioId, subject });
  await Promise.all(
    heard.map(async (channel) => {
      const [deliveryId, dedupeId] = [newId(), dedupeIdOf(notice, channel.id)];
      const attempt = { deliveryId, dedupeId, message, addresses: addressesOf(message, deliveryId), at: new Date() };
      const outcome = await PORTS[channel.kind]
        ?.send(channel.opened, { ...attempt, timeoutMs: options.timeoutMs })
        .catch((error: unknown) => ({ kind: 'retry' as const, error: String(error) }));
      if (outcome?.kind === 'delivered') options.onTold({ deliveryId, dedupeId, at: new Date() }, channel);
      else log.warn({ channel: channel.id, outcome }, 'a channel did not take a message sent without the database');
    }),
  );
}
