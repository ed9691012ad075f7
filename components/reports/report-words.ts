import type { ReportDetail, ReportListed } from '@/server/reports/view';
import type { StatusKind } from '../ui/status';

const NAMES: Record<number, string> = { 1: '1 hour', 24: '24 hours', 168: '7 days', 720: '30 days' };
export const windowName = (hours: number): string => NAMES[hours] ?? `${hours} h`;

type Counts = ReportListed['counts'];

/** Shape and word of a report: the worst finding decides, and its numbers are said. */
export function reportStatus(status: ReportListed['status'], counts: Counts): { kind: StatusKind; word: string } {
  if (status === 'all-clear') return { kind: 'passed', word: 'All clear' };
  if (status === 'unknown') return { kind: 'unknown', word: 'Unknown, no baseline' };
  const parts = (['high', 'medium', 'low'] as const).flatMap((key) => (counts[key] ? [`${counts[key]} ${key}`] : []));
  if (counts.gap) parts.push(`${counts.gap} ${counts.gap === 1 ? 'gap' : 'gaps'}`);
  const kind = counts.high ? 'high' : counts.medium ? 'medium' : counts.low ? 'low' : 'unknown';
  return { kind, word: parts.join(', ') };
}

export const VERDICTS: Record<ReportDetail['comparisons'][number]['verdict'], { kind: StatusKind; word: string }> = {
  within: { kind: 'within', word: 'Within' },
  'under-floor': { kind: 'within', word: 'Under the floor' },
  high: { kind: 'high', word: 'High' },
  medium: { kind: 'medium', word: 'Medium' },
  low: { kind: 'low', word: 'Low' },
  gap: { kind: 'unknown', word: 'Gap' },
};

/** `< 0.001`, `0.041`, or `?` where it could not be computed. */
export function pText(p: number | null): string {
  if (p === null) return '?';
  return p < 0.001 ? '< 0.001' : p.toFixed(3);
}
