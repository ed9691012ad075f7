import type { PhaseView, TrancheView } from '@/server/launch/view';
import { formatDuration } from '../ui/format';
import { formatDay } from '../ui/instant';
import type { TrackPart, TrackState } from '../ui/phase-track';

const PHASE_STATE: Record<PhaseView['state'], TrackState> = {
  blocked: 'not-started',
  ready: 'not-started',
  running: 'running',
  'awaiting-approval': 'awaiting',
  passed: 'done',
  failed: 'failed',
  'rolled-back': 'rolled-back',
};
const PHASE_WORD: Record<PhaseView['state'], string> = {
  blocked: 'not started',
  ready: 'ready',
  running: 'running',
  'awaiting-approval': 'awaits approval',
  passed: 'passed',
  failed: 'failed',
  'rolled-back': 'rolled back',
};

type Clock = { zone: string; now: number };

/** Phases 1 to 3 as parts of the track; `short` labels for a row of a list. */
export function phaseParts(phases: readonly PhaseView[], clock: Clock, short = false): TrackPart[] {
  return phases
    .filter((one) => one.phase < 4)
    .map((one) => ({
      key: `phase-${one.phase}`,
      label: short ? `${one.phase}` : `${one.phase} ${one.name}`,
      state: PHASE_STATE[one.state],
      sub: phaseSub(one, clock),
      share: one.state === 'running' ? 0.5 : undefined,
    }));
}

function phaseSub(one: PhaseView, clock: Clock): string {
  const word = PHASE_WORD[one.state];
  if (one.finishedAt && one.startedAt) {
    return `${word} ${formatDay(one.finishedAt, clock)}, ${formatDuration(one.finishedAt.getTime() - one.startedAt.getTime())}`;
  }
  return one.startedAt ? `${word} since ${formatDay(one.startedAt, clock)}` : word;
}

/** Tranches of phase 4; the one in force fills as its soak is held. */
export function trancheParts(
  tranches: readonly TrancheView[],
  isHeld: boolean,
  clock: Clock,
  short = false,
): TrackPart[] {
  return tranches.map((one, index) => {
    const share = one.countedSeconds !== null && one.requiredSeconds ? one.countedSeconds / one.requiredSeconds : 1;
    const state: TrackState =
      one.state === 'done' ? 'done' : one.state === 'running' ? (isHeld ? 'held' : 'running') : 'not-started';
    return {
      key: `tranche-${one.tranche}`,
      label: index === 0 && !short ? `4 Strategy · ${one.tranche} %` : `${one.tranche} %`,
      state,
      share,
      sub: trancheSub(one, clock),
    };
  });
}

function trancheSub(one: TrancheView, clock: Clock): string {
  if (one.state === 'not-started') return one.leftAt ? `left ${formatDay(one.leftAt, clock)}` : 'not started';
  if (one.countedSeconds !== null && one.requiredSeconds) {
    return `soak ${formatDuration(one.countedSeconds * 1000)} of ${formatDuration(one.requiredSeconds * 1000)}`;
  }
  return one.enteredAt ? `since ${formatDay(one.enteredAt, clock)}` : 'passed over';
}
