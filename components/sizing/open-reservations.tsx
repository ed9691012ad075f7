'use client';
import { useSuspenseQuery } from '@tanstack/react-query';
import { useTRPC } from '../trpc';
import { Money } from '../ui/number';
import { AllWell } from '../ui/states';
import { Status } from '../ui/status';
import { Table } from '../ui/table';
import { Countdown } from '../ui/time';
import { OrderCell } from './order-cell';

const REFRESH_MS = 5_000;

/** What is promised to orders now: held until its order is sent, working until its engine says otherwise. */
export function OpenReservations({ portfolioId, currency }: { portfolioId: string; currency: string }) {
  const trpc = useTRPC();
  const { data } = useSuspenseQuery({
    ...trpc.sizing.reservations.queryOptions({ portfolioId }),
    // Orders come by the hundred: this list asks by itself instead of being told of each.
    refetchInterval: REFRESH_MS,
  });
  return (
    <Table
      label="Capital promised to orders"
      rows={data}
      rowKey={(row) => row.id}
      empty={<AllWell title="Nothing is promised.">No order holds capital of this portfolio.</AllWell>}
      columns={[
        {
          key: 'order',
          head: 'Order',
          cell: (row) => <OrderCell order={row} />,
        },
        {
          key: 'amount',
          head: currency,
          numeric: true,
          cell: (row) => (row.isReducing ? <span className="text-ink-3">exit</span> : <Money value={row.amount} />),
        },
        {
          key: 'state',
          head: 'State',
          cell: (row) =>
            row.state === 'held' && row.expiresAt ? (
              <Status kind="pending" size="sm" detail={<Countdown until={row.expiresAt} />}>
                Held
              </Status>
            ) : (
              <Status kind="running" size="sm">
                {row.state === 'filled' ? 'Filled' : 'Working'}
              </Status>
            ),
        },
      ]}
    />
  );
}
