'use client';
import { useSuspenseQuery } from '@tanstack/react-query';
import type { LimitView } from '@/server/risk/views/view';
import { useTRPC } from '../trpc';
import { cx } from '../ui/cx';
import { Status } from '../ui/status';
import { Table } from '../ui/table';
import { Age, useStale } from '../ui/time';
import { UtilBar } from '../ui/util-bar';
import { headroomText, limitText, STATE_STATUS, utilisationText, utilStateOf, valueText } from './limit-words';

const TONE_OF = { breach: 'high', soft: 'warn', within: undefined, unknown: undefined } as const;

/** On a phone the row has room for a name, a number and a bar: the state and the limit stand under the name. */
function Name({ row, stale }: { row: LimitView; stale: boolean }) {
  const subject = row.subject ?? (row.direction === 'floor' ? 'floor' : null);
  const words = [subject, row.note].filter(Boolean).join(', ');
  return (
    <>
      <span
        className="block max-w-48 truncate desk:max-w-52 phone:max-w-40"
        title={words ? `${row.name}: ${words}` : undefined}
      >
        <span className="font-medium">{row.name}</span>
        {words && <span className="text-xs text-ink-3"> {words}</span>}
      </span>
      <span className="block pb-1 text-xs whitespace-nowrap text-ink-3 md:hidden">
        <Status kind={stale ? 'unknown' : STATE_STATUS[row.state]} size="sm" detail={limitText(row, row.hard)} />
      </span>
    </>
  );
}

/** The worst of each measure, and whatever is breached: the overview's share of the table. */
function worstOfEach(rows: readonly LimitView[]): LimitView[] {
  const own = rows.filter((row) => row.scope === 'portfolio');
  return rows.filter(
    (row) =>
      row.state === 'breach' || (row.scope === 'portfolio' && own.find((r) => r.measure === row.measure) === row),
  );
}

/** A limit's state; one whose data went stale since is unknown, whatever it was. */
function State({ row, stale }: { row: LimitView; stale: boolean }) {
  return <Status kind={stale ? 'unknown' : STATE_STATUS[row.state]} />;
}

/** Limits of the portfolio with what is used of each, worst first; `compact` for the overview. */
export function LimitTable({ portfolioId, compact = false }: { portfolioId: string; compact?: boolean }) {
  const trpc = useTRPC();
  const { data } = useSuspenseQuery(trpc.risk.limits.queryOptions({ portfolioId }));
  const stale = useStale(data.asOf, data.maxAgeMs);
  const isStale = (row: LimitView) => stale && row.measure !== 'correlation' && row.state !== 'unknown';
  const rows = compact ? worstOfEach(data.rows) : data.rows;
  return (
    <Table
      label="Limits"
      rows={rows}
      rowKey={(row) => row.key}
      rowTone={(row) => (isStale(row) ? undefined : TONE_OF[row.state])}
      columns={[
        { key: 'name', head: 'Limit', cell: (row) => <Name row={row} stale={isStale(row)} /> },
        {
          key: 'now',
          head: 'Now',
          numeric: true,
          cell: (row) =>
            row.value === null ? (
              <span className="text-ink-3">?</span>
            ) : (
              <span className={isStale(row) ? 'text-ink-3 underline decoration-dashed underline-offset-4' : undefined}>
                {valueText(row.measure, row.value)}
              </span>
            ),
        },
        {
          key: 'bar',
          head: 'Utilisation',
          className: cx('phone:px-1', compact ? 'desk:w-[26%]' : 'desk:w-30'),
          cell: (row) => (
            <UtilBar
              label={`${row.name} ${row.subject ?? ''}`.trim()}
              utilisation={isStale(row) ? null : row.utilisation}
              state={isStale(row) ? 'unknown' : utilStateOf(row)}
            />
          ),
        },
        {
          key: 'used',
          head: <span className="sr-only">Utilisation in per cent</span>,
          numeric: true,
          cell: (row) => utilisationText(isStale(row) ? null : row.utilisation),
        },
        ...(compact
          ? []
          : [
              {
                key: 'soft',
                head: 'Soft',
                numeric: true,
                deskOnly: true,
                className: 'text-ink-2',
                cell: (row: LimitView) => valueText(row.measure, row.soft),
              },
            ]),
        {
          key: 'hard',
          head: 'Hard',
          numeric: true,
          deskOnly: true,
          className: 'text-ink-2',
          cell: (row) => limitText(row, row.hard),
        },
        {
          key: 'headroom',
          head: `Headroom, ${data.currency}`,
          numeric: true,
          deskOnly: true,
          className: 'text-ink-2',
          cell: (row) => (isStale(row) ? '?' : headroomText(row)),
        },
        { key: 'state', head: 'State', deskOnly: true, cell: (row) => <State row={row} stale={isStale(row)} /> },
        ...(compact
          ? []
          : [
              {
                key: 'age',
                head: 'Age',
                numeric: true,
                deskOnly: true,
                className: 'text-xs text-ink-3',
                cell: (row: LimitView) => (row.asOf ? <Age at={row.asOf} maxAgeMs={data.maxAgeMs} /> : '?'),
              },
            ]),
      ]}
    />
  );
}
