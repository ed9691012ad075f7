import type { ProbeView } from '@/server/checklist/view';
import { Status, type StatusKind } from '../ui/status';
import { Age } from '../ui/time';

const KIND: Record<ProbeView['standing'], StatusKind> = {
  good: 'verified',
  bad: 'failed',
  unknown: 'unknown',
  off: 'off',
};
const WORD: Record<ProbeView['standing'], string> = { good: 'Good', bad: 'Bad', unknown: 'Unknown', off: 'Off' };
const WORST: Record<ProbeView['standing'], number> = { bad: 0, unknown: 1, good: 2, off: 3 };

/** What the probes of an item found, the worst first, and how old that is; items without one say so. */
export function ProbeWords({ probes }: { probes: readonly ProbeView[] }) {
  const [first] = [...probes].sort((a, b) => WORST[a.standing] - WORST[b.standing]);
  if (!first) return <span className="text-xs text-ink-3">person only</span>;
  const isWords = first.standing === 'good' && first.sentence.length <= 28;
  return (
    <span className="block max-w-56 truncate" title={first.sentence}>
      <Status kind={KIND[first.standing]} detail={first.checkedAt && <Age at={first.checkedAt} />}>
        {isWords ? first.sentence : WORD[first.standing]}
      </Status>
    </span>
  );
}

export const probeKind = (standing: ProbeView['standing']): StatusKind => KIND[standing];
export const probeWord = (standing: ProbeView['standing']): string => WORD[standing];
