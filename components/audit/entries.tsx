'use client';
import { useInfiniteQuery } from '@tanstack/react-query';
import { wordsOf } from '../forms/server-error';
import { useTRPC } from '../trpc';
import { Button } from '../ui/button';
import { cx } from '../ui/cx';
import { shortHash } from '../ui/format';
import { EmptyState, ErrorState, Skeleton } from '../ui/states';
import { TableFrame, Td, Th, Tr } from '../ui/table';
import { Time } from '../ui/time';
import { countText } from './count-text';
import { filterOf, useAuditView } from './filters';

/** Entries, the newest first, on the line of the chain; where a filter leaves some out the line is broken. */
export function AuditEntries() {
  const trpc = useTRPC();
  const [view, setView] = useAuditView();
  const pages = useInfiniteQuery(
    trpc.audit.page.infiniteQueryOptions(filterOf(view), { getNextPageParam: (page) => page.next ?? undefined }),
  );
  if (pages.error && !pages.data)
    return (
      <div className="p-4">
        <ErrorState
          title="The entries could not be read."
          action={
            <Button size="sm" onClick={() => pages.refetch()}>
              Try again
            </Button>
          }
        >
          {wordsOf(pages.error)}
        </ErrorState>
      </div>
    );
  if (!pages.data) return <Skeleton label="entries" rows={12} />;
  const entries = pages.data.pages.flatMap((page) => page.entries);
  if (entries.length === 0)
    return (
      <div className="px-4 py-3">
        <EmptyState title="No entry fits.">Take a filter away, or look for part of a word.</EmptyState>
      </div>
    );
  return (
    <>
      <TableFrame label="Entries">
        <thead>
          <tr>
            <Th className="w-8">
              <span className="sr-only">Chain</span>
            </Th>
            <Th numeric>Entry</Th>
            <Th>Time</Th>
            <Th>Who</Th>
            <Th>Action</Th>
            <Th>Subject</Th>
            <Th className="phone:hidden">Hash</Th>
          </tr>
        </thead>
        <tbody>
          {entries.map((entry, index) => (
            <Tr key={entry.seq} selected={entry.seq === view.entry}>
              <Td className="relative w-8">
                <Link
                  to={
                    entry.seq === 1 ? 'nothing' : entries[index + 1]?.seq === entry.seq - 1 ? 'next-row' : 'elsewhere'
                  }
                />
              </Td>
              <Td numeric className="text-ink-3">
                {countText(entry.seq)}
              </Td>
              <Td className="whitespace-nowrap text-ink-2">
                <Time at={entry.occurredAt} seconds />
              </Td>
              <Td className={cx('max-w-44 truncate', entry.actor.startsWith('job:') && 'text-ink-3')}>
                {entry.actorName}
              </Td>
              <Td>
                <button
                  type="button"
                  onClick={() => void setView({ entry: entry.seq })}
                  className="text-left font-medium whitespace-nowrap underline-offset-3 hover:underline phone:min-h-11"
                >
                  {entry.type}
                </button>
              </Td>
              <Td className="w-full max-w-0 min-w-40 truncate text-ink-2">{subjectText(entry.subject)}</Td>
              <Td className="mono whitespace-nowrap text-ink-3 phone:hidden">{shortHash(entry.hash)}</Td>
            </Tr>
          ))}
        </tbody>
      </TableFrame>
      {pages.hasNextPage && (
        <div className="px-4 py-3">
          <Button onClick={() => pages.fetchNextPage()} sending={pages.isFetchingNextPage}>
            Older entries
          </Button>
        </div>
      )}
    </>
  );
}

/** One entry on the chain: a square, and the line to the one below it. */
function Link({ to }: { to: 'next-row' | 'elsewhere' | 'nothing' }) {
  return (
    <span aria-hidden="true" className="absolute inset-y-0 left-4.5 w-2">
      {to !== 'nothing' && (
        <span
          className={cx(
            'absolute top-1/2 left-[3.5px] border-l',
            to === 'next-row' ? 'h-full border-ok' : 'h-1/2 border-dashed border-line-strong',
          )}
        />
      )}
      <span className="absolute top-1/2 left-0 -mt-1 size-2 rounded-xs border-2 border-ok bg-surface" />
    </span>
  );
}

const UUID = /^[0-9a-f]{8}-[0-9a-f-]{27}$/;

/** A person by name, else "alert A-2291"; an id that says nothing to people is shortened. */
export const subjectText = (subject: { kind: string; id: string; name: string | null }): string =>
  subject.name ?? `${subject.kind} ${UUID.test(subject.id) ? subject.id.slice(-8) : subject.id}`;
