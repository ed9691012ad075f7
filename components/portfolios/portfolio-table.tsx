'use client';
import { useSuspenseQuery } from '@tanstack/react-query';
import { Fragment } from 'react';
import { useTRPC } from '../trpc';
import { formatDuration } from '../ui/format';
import { EmptyState } from '../ui/states';
import { Table } from '../ui/table';
import { Time } from '../ui/time';

/** Every portfolio the person sees, with what fixes its session day. */
export function PortfolioTable() {
  const trpc = useTRPC();
  const { data } = useSuspenseQuery(trpc.portfolios.list.queryOptions());
  return (
    <Table
      label="Portfolios"
      rows={data}
      rowKey={(row) => row.id}
      empty={
        <EmptyState title="No portfolio yet.">
          Strategies trade inside a portfolio. An admin creates the first one here.
        </EmptyState>
      }
      columns={[
        { key: 'name', head: 'Portfolio', cell: (row) => <span className="font-medium">{row.name}</span> },
        { key: 'currency', head: 'Currency', cell: (row) => row.baseCurrency },
        { key: 'zone', head: 'Time zone', cell: (row) => row.timeZone },
        { key: 'calendar', head: 'Calendar', cell: (row) => row.calendarId },
        { key: 'session', head: 'Day starts', cell: (row) => row.sessionStart },
        {
          key: 'interval',
          head: 'Reports every',
          numeric: true,
          cell: (row) => formatDuration(row.snapshotIntervalMs),
        },
        {
          key: 'accounts',
          head: 'Accounts',
          cell: (row) => (
            <>
              <span className="mono">{row.accounts.join(', ')}</span>
              {row.closedAccounts.length > 0 && (
                <span className="text-ink-2">
                  {' · closed: '}
                  {row.closedAccounts.map(({ code, closedAt }, i) => (
                    <Fragment key={code}>
                      {i > 0 && ', '}
                      {code} (<Time at={closedAt} withDate />)
                    </Fragment>
                  ))}
                </span>
              )}
            </>
          ),
        },
      ]}
    />
  );
}
