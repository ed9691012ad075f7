'use client';
import { useMutation, useSuspenseQuery } from '@tanstack/react-query';
import { useTRPC } from '../trpc';
import { Region } from '../ui/page';
import { Timeline } from '../ui/timeline';
import { wordsOf } from './event-words';
import { ReasonPanel } from './reason-panel';
import { useLaunch } from './use-launch';

/** What happened to this launch, newest first, from the one event log. */
export function LaunchTimeline({ launchId }: { launchId: string }) {
  const trpc = useTRPC();
  const { may, number } = useLaunch(launchId);
  const { data } = useSuspenseQuery(trpc.launches.timeline.queryOptions({ launchId }));
  const note = useMutation(trpc.launches.note.mutationOptions());
  return (
    <Region
      title="Timeline"
      flush
      end={
        may.edit && (
          <ReasonPanel
            label="Add note"
            variant="quiet"
            title={`Note on ${number}`}
            question="Note"
            hint="Kept on the record; it cannot be changed."
            confirm="Add note"
            effects="Seen by everyone who may read this launch."
            onConfirm={(text) => note.mutateAsync({ launchId, text })}
          />
        )
      }
    >
      <Timeline
        label={`Timeline of ${number}`}
        first={12}
        entries={data.map((one) => {
          const { glyph, tone, title, detail } = wordsOf(one);
          return { key: one.id, glyph, tone, title, detail, occurredAt: one.occurredAt, recordedAt: one.recordedAt };
        })}
      />
    </Region>
  );
}
