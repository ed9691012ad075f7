'use client';
import { useLive } from '../live/live-store';
import { formatDuration } from '../ui/format';
import { Status } from '../ui/status';

/** Whether this page hears the server, and how long the last change took to arrive. */
export function LiveBadge() {
  const { status, lagMs } = useLive();
  if (status === 'lost')
    return (
      <Status kind="unknown" size="sm">
        Not live
      </Status>
    );
  if (status === 'connecting')
    return (
      <Status kind="running" size="sm">
        Connecting
      </Status>
    );
  return (
    <span
      title={
        lagMs === null
          ? 'Connected; nothing has changed yet'
          : `The last change took ${formatDuration(lagMs)} to arrive`
      }
    >
      <Status kind="fresh" size="sm" detail={lagMs === null ? undefined : formatDuration(lagMs)}>
        Live
      </Status>
    </span>
  );
}
