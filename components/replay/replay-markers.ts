import { REPLAY_LIMITS } from '@/server/risk/replay/replay-limits';
import type { ChartMarker } from '../charts/time-series-chart';
import { utcDay } from '../evidence/words';
import { formatNumber, formatPercent } from '../ui/format';
import { isCoefficient, LIMIT_WORDS } from './limit-form';
import type { Outcome } from './outcome';

type Marked = { marker: ChartMarker; weight: number };

/**
 * Halts and the first day of each breach of a limit set, as many as a chart can show: halts before breaches, then the
 * longer ones; in order of time. `left` is how many were left out.
 */
export function replayMarkers(outcome: Outcome | undefined, most: number): { markers: ChartMarker[]; left: number } {
  const all = outcome ? [...haltsOf(outcome), ...breachesOf(outcome)] : [];
  const kept = all.toSorted((a, b) => b.weight - a.weight).slice(0, most);
  return {
    markers: kept.map(({ marker }) => marker).toSorted((a, b) => a.at - b.at),
    left: all.length - kept.length,
  };
}

const haltsOf = ({ halts }: Outcome): Marked[] =>
  halts.map((halt) => ({
    weight: Number.MAX_SAFE_INTEGER + halt.level,
    marker: {
      id: `halt-${halt.cause}-${halt.at}`,
      at: halt.at,
      kind: halt.isFalseAlarm ? 'medium' : 'critical',
      label: `Halt ${utcDay(halt.at)}: ${halt.cause === 'drawdown' ? 'drawdown' : 'daily loss'} ${formatPercent(halt.level)}${halt.isFalseAlarm ? ', false alarm' : ''}`,
    },
  }));

function breachesOf({ result, halts }: Outcome): Marked[] {
  const halted = new Set(halts.map((halt) => halt.at));
  return REPLAY_LIMITS.flatMap((limit) =>
    (result.breaches[limit]?.episodes ?? [])
      .filter((episode) => !halted.has(episode.from))
      .map((episode) => ({
        weight: episode.days,
        marker: {
          id: `${limit}-${episode.from}`,
          at: episode.from,
          kind: 'high' as const,
          label: `${LIMIT_WORDS[limit]} ${utcDay(episode.from)}: ${isCoefficient(limit) ? formatNumber(episode.worst) : formatPercent(episode.worst)}, ${episode.days} ${episode.days === 1 ? 'close' : 'closes'}`,
        },
      })),
  );
}
