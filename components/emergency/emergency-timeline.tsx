'use client';
import { useMutation, useSuspenseQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { TimelineItem } from '@/server/emergency/view';
import { useTRPC } from '../trpc';
import { IconButton } from '../ui/button';
import type { GlyphName } from '../ui/glyph';
import { Seg } from '../ui/seg';
import { Timeline } from '../ui/timeline';
import type { Tone } from '../ui/tone';

const LOOK: Record<string, { glyph: GlyphName; tone: Tone }> = {
  'emergency.started': { glyph: 'halt', tone: 'crit' },
  'emergency.joined': { glyph: 'user', tone: 'run' },
  'emergency.upgraded': { glyph: 'crit', tone: 'crit' },
  'emergency.step-verified': { glyph: 'ok', tone: 'ok' },
  'emergency.step-acknowledged': { glyph: 'run', tone: 'run' },
  'emergency.step-running': { glyph: 'run', tone: 'run' },
  'emergency.step-unknown': { glyph: 'unknown', tone: 'crit' },
  'emergency.step-failed': { glyph: 'fail', tone: 'crit' },
  'emergency.stopped': { glyph: 'ok', tone: 'ok' },
  'emergency.ended-partial': { glyph: 'fail', tone: 'crit' },
  'emergency.resume-approved': { glyph: 'user', tone: 'run' },
  'emergency.resumed': { glyph: 'active', tone: 'ok' },
  'notification.delivered': { glyph: 'bell', tone: 'off' },
  'notification.dead': { glyph: 'fail', tone: 'high' },
  'emergency.closed': { glyph: 'lock', tone: 'off' },
};

const entryOf = (item: TimelineItem, pin: React.ReactNode) => ({
  key: item.id,
  ...(item.kind === 'note'
    ? { glyph: 'note' as const, tone: 'off' as const }
    : (LOOK[item.type] ?? { glyph: 'off' as const, tone: 'off' as const })),
  title: item.title,
  occurredAt: item.occurredAt,
  recordedAt: item.recordedAt,
  fromJournal: item.fromJournal,
  detail: item.by,
  pinned: item.pinned,
  action: pin,
});

/** Events and notes, newest first; pinned notes stay on top of their own view. */
export function EmergencyTimeline({ emergencyId }: { emergencyId: string }) {
  const trpc = useTRPC();
  const { data } = useSuspenseQuery(trpc.emergency.timeline.queryOptions({ emergencyId }));
  const pin = useMutation(trpc.emergency.pin.mutationOptions());
  const [view, setView] = useState<'all' | 'pinned' | 'notes'>('all');
  const notes = data.filter((item) => item.kind === 'note');
  const pinned = notes.filter((item) => item.pinned);
  const shown = view === 'all' ? data : view === 'notes' ? notes : pinned;
  return (
    <>
      <div className="px-4 pb-2">
        <Seg
          label="Which entries"
          value={view}
          onChange={setView}
          options={[
            { value: 'all', label: `All ${data.length}` },
            { value: 'pinned', label: `Pinned ${pinned.length}` },
            { value: 'notes', label: `Notes ${notes.length}` },
          ]}
        />
      </div>
      {shown.length === 0 && <p className="px-4 pb-3.5 text-ink-2">None yet.</p>}
      <Timeline
        label="Timeline"
        entries={shown.map((item) =>
          entryOf(
            item,
            item.kind === 'note' ? (
              <IconButton
                label={item.pinned ? 'Unpin note' : 'Pin note'}
                glyph="pin"
                onClick={() => pin.mutate({ noteId: item.id, pinned: !item.pinned })}
              />
            ) : undefined,
          ),
        )}
      />
    </>
  );
}
