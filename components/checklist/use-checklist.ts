'use client';
import { useSuspenseQuery } from '@tanstack/react-query';
import { useTRPC } from '../trpc';

/** The checklist whose page this is. */
export function useChecklist(launchId: string) {
  const trpc = useTRPC();
  return useSuspenseQuery(trpc.checklist.page.queryOptions({ launchId })).data;
}
