'use client';
import type { EpisodeView } from '@/server/risk/views/view';
import { Age, Time, useStale } from '../ui/time';
import { breachLine, type Part } from './breach-line';

/** The six answers about a breach in one line that wraps: which, how far, since when, what was done by whom, what is next. */
export function BreachAnswer({ episode }: { episode: EpisodeView }) {
  const { asOf, maxAgeMs } = episode.standing;
  const isStale = useStale(asOf, maxAgeMs) && episode.clearedAt === null;
  return (
    <p className="text-sm leading-6 break-words">
      <b className="font-medium">
        {episode.title}, {episode.place}
      </b>
      {breachLine(episode, isStale).map(({ label, parts }) => (
        <span key={label}>
          {' · '}
          <span className="text-ink-3">{label.toLowerCase()}</span>{' '}
          {parts.map((part, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a line have no other name
            <Piece key={index} part={part} />
          ))}
        </span>
      ))}
    </p>
  );
}

function Piece({ part }: { part: Part }) {
  if (typeof part === 'string') return part;
  return 'age' in part ? <Age at={part.age} /> : <Time at={part.at} seconds={part.seconds} withDate={part.withDate} />;
}
