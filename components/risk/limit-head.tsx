'use client';
import { useSuspenseQuery } from '@tanstack/react-query';
import { useTRPC } from '../trpc';
import { Tag } from '../ui/status';
import { Time } from '../ui/time';

/** How many limits are breached, over soft and unknown: the head of the table counts what it sorts last. */
export function LimitCounts({ portfolioId }: { portfolioId: string }) {
  const trpc = useTRPC();
  const { counts } = useSuspenseQuery(trpc.risk.limits.queryOptions({ portfolioId })).data;
  return (
    <>
      {counts.breach > 0 && <Tag kind="breached">{counts.breach} breached</Tag>}
      {counts.soft > 0 && <Tag kind="soft">{counts.soft} over soft</Tag>}
      {counts.unknown > 0 && <Tag kind="unknown">{counts.unknown} unknown</Tag>}
    </>
  );
}

/** Which version of the limits is in force, and since when. */
export function LimitVersion({ portfolioId }: { portfolioId: string }) {
  const trpc = useTRPC();
  const { version, since } = useSuspenseQuery(trpc.risk.limits.queryOptions({ portfolioId })).data;
  return (
    <span>
      Limit set v{version}
      {since ? (
        <>
          , in force since <Time at={since} day />
        </>
      ) : (
        ', the defaults'
      )}
    </span>
  );
}
