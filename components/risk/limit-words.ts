import type { LimitView } from '@/server/risk/views/view';
import { formatLimit, formatNumber, formatPercent, UNKNOWN } from '../ui/format';
import type { StatusKind } from '../ui/status';
import type { UtilState } from '../ui/util-bar';

/** A value of a measure as tables write it: a correlation plain, everything else per cent. */
export const valueText = (measure: LimitView['measure'], value: string | null): string =>
  measure === 'correlation' ? formatNumber(value) : formatPercent(value);

/** A limit as the most (or least) that is allowed: `≤ 10.00 %`. */
export const limitText = (row: Pick<LimitView, 'measure' | 'direction'>, value: string): string =>
  formatLimit(valueText(row.measure, value), row.direction);

/** Utilisation in words: per cent, or that a floor is gone. */
export const utilisationText = (utilisation: string | null): string =>
  utilisation === 'beyond' ? 'beyond' : formatPercent(utilisation, { digits: 1 });

/** What is left before the limit: money where it has any, else in the unit of the value. */
export function headroomText(row: LimitView): string {
  if (row.headroom === null) return UNKNOWN;
  if (row.headroomAmount !== null) return formatNumber(row.headroomAmount);
  return valueText(row.measure, row.headroom);
}

export const STATE_STATUS: Record<LimitView['state'], StatusKind> = {
  within: 'within',
  soft: 'soft',
  breach: 'breached',
  unknown: 'unknown',
};

/** A daily loss over its limit halts; the bar says so. */
export const utilStateOf = (row: LimitView): UtilState => {
  if (row.state === 'breach') return row.measure === 'dailyLoss' ? 'halts' : 'breached';
  return row.state;
};
