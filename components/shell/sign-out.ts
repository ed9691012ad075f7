'use client';
import { useMutation } from '@tanstack/react-query';
import { useTRPC } from '../trpc';

/** Ends this session everywhere it is known, then shows the sign-in page with nothing of the old one kept in memory. */
export function useSignOut() {
  const trpc = useTRPC();
  const leave = useMutation(
    trpc.identity.signOut.mutationOptions({ onSuccess: () => window.location.assign('/login') }),
  );
  return leave;
}
