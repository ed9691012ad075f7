'use client';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { parseAsString, useQueryStates } from 'nuqs';
import { useEffect, useState } from 'react';
import type { RegisterRow } from '@/server/risk/instruments/register-view-store';
import { wordsOf } from '../forms/server-error';
import { useTRPC } from '../trpc';
import { Button } from '../ui/button';
import { Field, Input } from '../ui/field';
import { EmptyState, ErrorState, Skeleton } from '../ui/states';
import { Status } from '../ui/status';
import { Table } from '../ui/table';
import { Time } from '../ui/time';
import { termText } from './correction-form';
import { InstrumentPanel } from './instrument-panel';
import { LastPrice } from './last-price';

/** The search and the open instrument, kept in the address so that a view can be sent to somebody. */
const useRegisterView = () =>
  useQueryStates({ text: parseAsString.withDefault(''), instrument: parseAsString.withDefault('') });

const PAUSE_MS = 300;

/** Every registered instrument of a portfolio by name: how it trades, who stated that and since when, its newest price. */
export function RegisterTable({ portfolioId, currency }: { portfolioId: string; currency: string }) {
  const trpc = useTRPC();
  const [view, setView] = useRegisterView();
  const [text, setText] = useState(view.text);
  useEffect(() => {
    const timer = setTimeout(() => void setView({ text: text.trim() || null }), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text, setView]);
  const pages = useInfiniteQuery(
    trpc.instruments.page.infiniteQueryOptions(
      { portfolioId, text: view.text || undefined },
      { getNextPageParam: (page) => page.next ?? undefined },
    ),
  );
  const rows = pages.data?.pages.flatMap((page) => page.rows) ?? [];
  const total = pages.data?.pages[0]?.total ?? 0;
  // The open one need not be on a page that is shown: an address may name it, and a search leave it out.
  const opened = useQuery({
    ...trpc.instruments.page.queryOptions({ portfolioId, only: view.instrument }),
    enabled: view.instrument !== '',
  });
  const isOpen = (row: RegisterRow) => row.instrument === view.instrument;
  const open = opened.data?.rows.find(isOpen) ?? rows.find(isOpen);
  return (
    <>
      <search className="flex flex-wrap items-end gap-3 border-b border-line px-4 pb-3">
        <Field label="Part of a name" className="w-72 phone:w-full">
          <Input type="search" value={text} onChange={(event) => setText(event.target.value)} autoComplete="off" />
        </Field>
        {pages.data && (
          <p role="status" className="pb-1.5 text-xs text-ink-3">
            {total === rows.length
              ? `${total} ${total === 1 ? 'instrument' : 'instruments'}`
              : `${rows.length} of ${total} instruments shown`}
          </p>
        )}
      </search>
      {pages.error && (
        <div className="px-4 py-3">
          <ErrorState
            title="The register could not be read."
            action={
              <Button size="sm" onClick={() => pages.refetch()}>
                Try again
              </Button>
            }
          >
            {wordsOf(pages.error)}
            {pages.data && ' What is shown is from before.'}
          </ErrorState>
        </div>
      )}
      {!pages.data && !pages.error && <Skeleton label="the register" rows={10} />}
      {pages.data && (
        <Table
          label="Registered instruments"
          rows={rows}
          rowKey={(row) => row.instrument}
          rowTone={(row) => (row.isWaiting ? 'run' : undefined)}
          selectedKey={view.instrument || undefined}
          empty={
            view.text ? (
              <EmptyState title="No instrument fits.">Look for another part of its name.</EmptyState>
            ) : (
              <EmptyState title="No instrument is registered yet.">
                A feed registers how instruments trade with an API key; what is held registers its unit by itself when
                the day closes.
              </EmptyState>
            )
          }
          columns={[
            {
              key: 'instrument',
              head: 'Instrument',
              cell: (row) => (
                <span className="flex flex-wrap items-center gap-x-2">
                  <button
                    type="button"
                    onClick={() => void setView({ instrument: row.instrument })}
                    className="max-w-44 truncate text-left font-medium underline-offset-3 hover:underline phone:min-h-11"
                  >
                    {row.instrument}
                  </button>
                  {row.isWaiting && (
                    <Status kind="awaiting" size="sm">
                      Correction waits
                    </Status>
                  )}
                </span>
              ),
            },
            {
              key: 'multiplier',
              head: 'Multiplier',
              numeric: true,
              cell: (row) => termText('multiplier', row.multiplier),
            },
            {
              key: 'fx',
              head: `Rate to ${currency}`,
              numeric: true,
              deskOnly: true,
              cell: (row) => termText('fx', row.fx),
            },
            { key: 'lot', head: 'Lot', numeric: true, deskOnly: true, cell: (row) => termText('lot', row.lot) },
            {
              key: 'margin',
              head: 'Margin',
              numeric: true,
              cell: (row) => termText('initialMargin', row.initialMargin),
            },
            {
              key: 'by',
              head: 'Stated by',
              deskOnly: true,
              cell: (row) => <span className="block max-w-40 truncate text-ink-2">{row.statedBy.name}</span>,
            },
            {
              key: 'since',
              head: 'Since',
              deskOnly: true,
              cell: (row) => (
                <span className="text-ink-3">
                  <Time at={row.since} withDate />
                </span>
              ),
            },
            { key: 'last', head: 'Last price', numeric: true, cell: (row) => <LastPrice last={row.last} /> },
          ]}
        />
      )}
      {pages.hasNextPage && (
        <div className="px-4 py-3">
          <Button onClick={() => pages.fetchNextPage()} sending={pages.isFetchingNextPage}>
            More instruments
          </Button>
        </div>
      )}
      {open && (
        <InstrumentPanel
          key={open.instrument}
          portfolioId={portfolioId}
          currency={currency}
          row={open}
          onClose={() => void setView({ instrument: null })}
        />
      )}
    </>
  );
}
