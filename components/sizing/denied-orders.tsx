'use client';
import { useSuspenseQuery } from '@tanstack/react-query';
import { useDeferredValue, useState } from 'react';
import type { DeniedOrder } from '@/server/risk/orders/order-denied-view-store';
import { useTRPC } from '../trpc';
import { Field, Select } from '../ui/field';
import { AllWell, EmptyState, StaleState } from '../ui/states';
import { type Column, Table } from '../ui/table';
import { Time } from '../ui/time';
import { leftWords } from './denial-words';
import { OrderCell } from './order-cell';

const REFRESH_MS = 5_000;

function columns(currency: string): Column<DeniedOrder>[] {
  return [
    { key: 'at', head: 'Asked', cell: (row) => <Time at={row.at} seconds /> },
    {
      key: 'engine',
      head: 'Engine',
      deskOnly: true,
      cell: (row) => row.engineName ?? <span className="text-ink-3">none</span>,
    },
    {
      key: 'order',
      head: 'Order',
      cell: (row) => <OrderCell order={row} />,
    },
    { key: 'reasons', head: 'Denied because', cell: (row) => <Reasons row={row} currency={currency} /> },
  ];
}

function Reasons({ row, currency }: { row: DeniedOrder; currency: string }) {
  return (
    <ul className="grid max-w-[60ch] min-w-48 gap-1 whitespace-normal">
      {row.reasons.map(({ code, message }) => {
        const left = leftWords(code, row.headroom, currency);
        return (
          <li key={code + message}>
            {message}
            <span className="block text-xs text-ink-3">
              <span className="mono">{code}</span>
              {left && `, ${left}`}
            </span>
          </li>
        );
      })}
    </ul>
  );
}

/** Orders that engines asked for and were denied, the newest first, all or those with one reason. */
export function DeniedOrders({ portfolioId, currency }: { portfolioId: string; currency: string }) {
  const trpc = useTRPC();
  const [chosen, setChosen] = useState<string | null>(null);
  // What is shown stays until the other list is there.
  const code = useDeferredValue(chosen);
  const { data, isRefetchError, dataUpdatedAt } = useSuspenseQuery({
    ...trpc.sizing.denials.queryOptions({ portfolioId, code }),
    // Orders come by the hundred: this list asks by itself instead of being told of each.
    refetchInterval: REFRESH_MS,
  });
  const { rows, codes, lookedAt } = data;
  if (lookedAt === 0)
    return (
      <div className="px-4 pb-3.5">
        {isRefetchError ? (
          <StaleState at={new Date(dataUpdatedAt)}>The list could not be read again since.</StaleState>
        ) : (
          <AllWell title="No order was denied.">
            What engines ask for over POST /api/v1/orders/check and may not send is listed here with why.
          </AllWell>
        )}
      </div>
    );
  const isListed = chosen === null || codes.some((one) => one.code === chosen);
  return (
    <>
      <div className="grid gap-2 px-4 pb-3">
        {isRefetchError && (
          <StaleState at={new Date(dataUpdatedAt)}>
            The list could not be read again since: newer denials may be missing.
          </StaleState>
        )}
        <Field label="Reason" className="max-w-72">
          <Select value={chosen ?? ''} onChange={(event) => setChosen(event.target.value || null)}>
            <option value="">All, {lookedAt} orders</option>
            {!isListed && <option value={chosen}>{chosen}, 0</option>}
            {codes.map((one) => (
              <option key={one.code} value={one.code}>
                {one.code}, {one.count}
              </option>
            ))}
          </Select>
        </Field>
      </div>
      <Table
        label="Denied orders"
        top
        columns={columns(currency)}
        rows={rows}
        rowKey={(row) => row.id}
        empty={<EmptyState title={`None of them was denied for ${code}.`}>Choose another reason, or all.</EmptyState>}
      />
      {rows.length < lookedAt && code === null && (
        <p className="px-4 py-2 text-xs text-ink-3">
          The newest {rows.length} of {lookedAt} are shown; a reason finds those among the newest {lookedAt}.
        </p>
      )}
    </>
  );
}
