'use client';
import { useSuspenseQuery } from '@tanstack/react-query';
import { HeatMap } from '../charts/heat-map';
import { useTRPC } from '../trpc';
import { formatNumber } from '../ui/format';
import { EmptyState } from '../ui/states';
import { noPairText, unknownPairReason } from './pair-words';
import { UnknownPairs } from './unknown-pairs';

/** Correlation of daily returns of every pair, as computed when the last day closed. */
export function CorrelationMap({ portfolioId }: { portfolioId: string }) {
  const trpc = useTRPC();
  const { data } = useSuspenseQuery(trpc.risk.correlation.queryOptions({ portfolioId }));
  if (data.pairs.length === 0) {
    return (
      <EmptyState title="No pair yet.">
        It is computed when a day closes, for every two strategies that trade. 60 common days are needed; before that a
        pair is unknown.
      </EmptyState>
    );
  }
  const spliced = data.pairs.filter((p) => p.r !== null && p.splicedDays > 0);
  const nameOf = (id: string) => data.names.find((one) => one.id === id)?.name ?? id;
  const splicedText = (p: (typeof spliced)[number]) =>
    `${nameOf(p.left)} / ${nameOf(p.right)} ${p.splicedDays} of ${p.overlap}`;
  const hard = Number(data.hard);
  const known = data.pairs.filter((p) => p.r !== null);
  const highest = known.reduce((max, p) => Math.max(max, Number(p.r)), Number.NEGATIVE_INFINITY);
  const summary =
    known.length === 0
      ? noPairText(
          data.names.length,
          data.pairs.map((p) => p.overlap),
        )
      : `Highest correlation ${formatNumber(highest)}, limit ${formatNumber(hard)}, ${data.pairs.length - known.length} pairs unknown, day ${data.day}.`;
  return (
    <>
      <HeatMap
        summary={summary}
        names={data.names.map(({ id, name }) => ({ key: id, label: name }))}
        cells={data.pairs.map((p) => ({
          row: p.left,
          column: p.right,
          value: p.r === null ? null : Number(p.r),
          breached: p.r !== null && Number(p.r) > hard,
          reason: p.r === null ? unknownPairReason(p.overlap) : undefined,
        }))}
      />
      <p className="mt-2 text-xs text-ink-3">{summary}</p>
      {spliced.length > 0 && (
        <p className="mt-1 text-xs text-ink-3">
          Days before a launch are of the approved backtest: {spliced.map(splicedText).join('; ')}.
        </p>
      )}
      <UnknownPairs portfolioId={portfolioId} view={data} />
    </>
  );
}
