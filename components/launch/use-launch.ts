'use client';
import { useSuspenseQuery } from '@tanstack/react-query';
import { useTRPC } from '../trpc';

/** The launch whose page this is; all its regions read the one answer, so that they never contradict each other. */
export function useLaunch(launchId: string) {
  const trpc = useTRPC();
  return useSuspenseQuery(trpc.launches.page.queryOptions({ launchId })).data;
}
