'use client';
import { startAuthentication } from '@simplewebauthn/browser';
import { useMutation } from '@tanstack/react-query';
import { useTRPC } from '../trpc';
import { type SecondFactor, useSecondFactor } from '../ui/second-factor-field';

/**
 * A second factor for one operation on exactly the content that is shown. `contentHash` is the hash the query gave with
 * that content; `obtain` gives the step-up token for the mutation.
 */
export function useStepUp(operation: string, contentHash: string): SecondFactor {
  const trpc = useTRPC();
  const stepUp = useMutation(trpc.identity.stepUp.mutationOptions());
  const options = useMutation(trpc.identity.stepUpPasskeyOptions.mutationOptions());
  return useSecondFactor({
    verify: async (proof) => (await stepUp.mutateAsync({ operation, contentHash, proof })).token,
    askPasskey: async () => startAuthentication({ optionsJSON: await options.mutateAsync() }),
  });
}
