'use client';
import { useSuspenseQuery } from '@tanstack/react-query';
import { useTRPC } from '../trpc';
import { useStale } from '../ui/time';
import { type LimitsStanding, standingOf } from './limits-standing';

/** How the limits of a portfolio stand now, by its newest sample and the age of that. */
export function useLimitsStanding(portfolioId: string): LimitsStanding {
  const trpc = useTRPC();
  const { data } = useSuspenseQuery(trpc.risk.limits.queryOptions({ portfolioId }));
  const isStale = useStale(data.asOf, data.maxAgeMs);
  return standingOf(data, isStale || data.asOf === null);
}
