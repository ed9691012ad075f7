'use client';
import { formatDuration } from '../ui/format';
import { SoakClock, type SoakState } from '../ui/soak-clock';
import { useLaunch } from './use-launch';

/** The longest ones are drawn and told; the timeline has them all. */
const MOST_PAUSES = 4;

/** The soak of the tranche in force; nothing where no tranche is soaking. */
export function LaunchSoak({ launchId }: { launchId: string }) {
  const { soak, status } = useLaunch(launchId);
  if (!soak) return null;
  const from = soak.startedAt.getTime();
  const span = Math.max(1, soak.asOf.getTime() - from);
  const pauses = soak.segments
    .filter((one) => one.kind === 'paused' && one.from.getTime() >= from)
    .map((one) => ({
      from: (one.from.getTime() - from) / span,
      to: (one.to.getTime() - from) / span,
      label: `paused ${formatDuration(one.to.getTime() - one.from.getTime())}, ${one.reason}`,
      length: one.to.getTime() - one.from.getTime(),
    }))
    .sort((a, b) => b.length - a.length)
    .slice(0, MOST_PAUSES);
  const state: SoakState = soak.state === 'complete' ? 'held' : soak.state;
  const last = soak.restarts.at(-1);
  return (
    <SoakClock
      title={`Soak at ${soak.tranche} %`}
      state={state}
      heldMs={soak.countedSeconds * 1000}
      requiredMs={soak.requiredSeconds * 1000}
      asOf={soak.asOf}
      startedAt={soak.startedAt}
      earliestEnd={soak.earliestEnd ?? undefined}
      pauses={pauses}
      why={
        soak.reason
          ? `${state === 'paused' ? 'Paused' : 'Restarted'}: ${soak.reason}.`
          : status === 'held'
            ? 'The launch is held; its health is counted all the same.'
            : last
              ? `Restarted before: ${last.why}.`
              : undefined
      }
    />
  );
}
