import type { EmergencyView } from '@/server/emergency/view';
import { Region } from '../ui/page';
import { Status, type StatusKind } from '../ui/status';
import { Time } from '../ui/time';

const KIND: Record<string, { kind: StatusKind; word: string }> = {
  queued: { kind: 'pending', word: 'Queued' },
  sending: { kind: 'running', word: 'Sending' },
  retrying: { kind: 'pending', word: 'Trying again' },
  delivered: { kind: 'delivered', word: 'Delivered' },
  read: { kind: 'delivered', word: 'Read' },
  dead: { kind: 'failed', word: 'Failed' },
  dropped: { kind: 'voided', word: 'Folded' },
};

/** Every channel with its newest message and whether it arrived. */
export function Told({ told }: { told: EmergencyView['told'] }) {
  const newest = [...new Map([...told].reverse().map((delivery) => [delivery.channel, delivery])).values()];
  const arrived = newest.filter(({ state }) => state === 'delivered' || state === 'read').length;
  return (
    <Region title="Told" end={newest.length > 0 ? `${arrived} of ${newest.length} delivered` : undefined} flush>
      {newest.length === 0 ? (
        <p className="px-4 pb-3.5 text-ink-2">
          No channel is set up: nobody was told by a message. Add channels in Settings, Channels.
        </p>
      ) : (
        <ul aria-label="Told">
          {newest.map((delivery) => {
            const { kind, word } = KIND[delivery.state] ?? { kind: 'unknown' as const, word: delivery.state };
            return (
              <li
                key={delivery.id}
                className="grid grid-cols-[minmax(0,1fr)_auto] gap-x-3 border-t border-line px-4 py-1.5"
              >
                <span className="font-medium">{delivery.channel}</span>
                <Status kind={kind}>{word}</Status>
                <span className="text-xs text-ink-3">{delivery.error ?? delivery.occasion}</span>
                <span className="text-right text-xs text-ink-3">
                  <Time at={delivery.at} seconds />
                </span>
              </li>
            );
          })}
        </ul>
      )}
    </Region>
  );
}
