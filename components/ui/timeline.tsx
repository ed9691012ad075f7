'use client';
import { type ReactNode, useState } from 'react';
import { Button } from './button';
import { formatDuration } from './format';
import { Glyph, type GlyphName } from './glyph';
import { type Instant, toMillis } from './instant';
import { Time } from './time';
import { TONE, type Tone } from './tone';

export type TimelineEntry = {
  key: string;
  glyph: GlyphName;
  tone: Tone;
  title: ReactNode;
  occurredAt: Instant;
  /** When it was written down; a lag over 2 s is said. */
  recordedAt?: Instant;
  /** It came from the local journal and was reconciled later. */
  fromJournal?: boolean;
  detail?: ReactNode;
  pinned?: boolean;
  action?: ReactNode;
};

const LAG_SHOWN_MS = 2000;
const FOLD_AT_LEAST = 5;

/** What happened, newest first as given; notes and decisions alike. Beyond `first` entries the rest is folded. */
export function Timeline({
  label,
  entries,
  first = 20,
}: {
  label: string;
  entries: readonly TimelineEntry[];
  first?: number;
}) {
  const [showsAll, setShowsAll] = useState(false);
  const shown = showsAll || entries.length <= first + FOLD_AT_LEAST ? entries : entries.slice(0, first);
  return (
    <>
      <Entries label={label} entries={shown} />
      {shown.length < entries.length && (
        <div className="px-4 pb-3.5">
          <Button size="sm" onClick={() => setShowsAll(true)}>
            Show all {entries.length} entries
          </Button>
        </div>
      )}
    </>
  );
}

function Entries({ label, entries }: { label: string; entries: readonly TimelineEntry[] }) {
  return (
    <ol aria-label={label} className="relative pt-1">
      {entries.map((entry) => {
        const lagMs = entry.recordedAt ? toMillis(entry.recordedAt) - toMillis(entry.occurredAt) : 0;
        return (
          <li
            key={entry.key}
            className="relative grid grid-cols-[14px_minmax(0,1fr)_auto] gap-2.5 px-4 pb-3 before:absolute before:top-4 before:-bottom-0.5 before:left-[22.5px] before:w-px before:bg-line-strong before:content-[''] last:before:hidden"
          >
            <span className={`pt-0.75 leading-0 text-(--s) ${TONE[entry.tone]}`}>
              <Glyph name={entry.glyph} />
            </span>
            <div className="min-w-0">
              <div className="wrap-anywhere">
                {entry.pinned && <Glyph name="pin" size="sm" label="Pinned" className="mr-1 text-ink-2" />}
                {entry.title}
              </div>
              <div className="text-xs text-ink-3">
                <Time at={entry.occurredAt} seconds />
                {lagMs > LAG_SHOWN_MS && ` · recorded +${formatDuration(lagMs)}`}
                {entry.fromJournal && ' · journal'}
                {entry.detail && <> · {entry.detail}</>}
              </div>
            </div>
            {entry.action}
          </li>
        );
      })}
    </ol>
  );
}
