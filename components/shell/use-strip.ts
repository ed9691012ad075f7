'use client';
import { skipToken, useQuery } from '@tanstack/react-query';
import { useTRPC } from '../trpc';
import { usePortfolioId } from './portfolio';

/** What the strip, the counts beside the navigation and the emergency link read: one query for all of them. */
export function useStrip() {
  const trpc = useTRPC();
  const portfolioId = usePortfolioId();
  return useQuery(trpc.overview.strip.queryOptions(portfolioId ? { portfolioId } : skipToken));
}
