'use client';
import { useSuspenseQuery } from '@tanstack/react-query';
import { useTRPC } from '../trpc';
import { Num, Percent } from '../ui/number';
import { TextLink } from '../ui/page';
import { EmptyState } from '../ui/states';
import { Status } from '../ui/status';
import { Table } from '../ui/table';
import { FORMAT_WORDS, PURPOSE_WORDS, STANDING } from './words';

/** Backtests of a release that stand, the newest first; one is open below. */
export function BacktestTable({
  releaseId,
  selectedId,
  address,
}: {
  releaseId: string;
  selectedId: string | null;
  address: string;
}) {
  const trpc = useTRPC();
  const { data } = useSuspenseQuery(trpc.evidence.ofRelease.queryOptions({ releaseId }));
  return (
    <Table
      label="Backtests"
      rows={data}
      rowKey={(row) => row.id}
      selectedKey={selectedId ?? undefined}
      empty={
        <EmptyState title="No backtest yet.">
          Upload the result of one. Its statistics are computed here from its own rows, and it becomes evidence for the
          checklist of a launch.
        </EmptyState>
      }
      columns={[
        {
          key: 'name',
          head: 'Backtest',
          cell: (row) => (
            <TextLink href={`${address}?backtest=${row.id}`} className="block max-w-80 min-w-32 wrap-anywhere">
              {row.nameInFile}
            </TextLink>
          ),
        },
        {
          key: 'standing',
          head: 'Standing',
          cell: (row) => <Status kind={STANDING[row.standing].kind}>{STANDING[row.standing].word}</Status>,
        },
        { key: 'purpose', head: 'Purpose', cell: (row) => PURPOSE_WORDS[row.purpose] },
        { key: 'format', head: 'Format', deskOnly: true, cell: (row) => FORMAT_WORDS[row.format] ?? row.format },
        { key: 'years', head: 'Years', numeric: true, cell: (row) => <Num value={row.statistics.span.years} /> },
        {
          key: 'return',
          head: 'Total return',
          numeric: true,
          cell: (row) => <Percent value={row.statistics.totalReturn} sign />,
        },
        {
          key: 'drawdown',
          head: 'Drawdown',
          numeric: true,
          cell: (row) => <Percent value={row.statistics.drawdown?.fraction} />,
        },
        {
          key: 'sharpe',
          head: 'Sharpe',
          numeric: true,
          deskOnly: true,
          cell: (row) => <Num value={row.statistics.sharpe252} />,
        },
        {
          key: 'trades',
          head: 'Trades',
          numeric: true,
          deskOnly: true,
          cell: (row) => <Num value={row.statistics.trades?.count} digits={0} />,
        },
        {
          key: 'checks',
          head: 'Checks',
          cell: (row) => {
            const failed = row.statistics.checks.filter((check) => check.verdict === 'fail').length;
            const unknown = row.statistics.checks.filter((check) => check.verdict === 'unknown').length;
            if (failed > 0) return <Status kind="failed">{failed} failed</Status>;
            return unknown > 0 ? <Status kind="unknown">{unknown} unknown</Status> : <Status kind="passed" />;
          },
        },
      ]}
    />
  );
}
