'use client';
import { startAuthentication } from '@simplewebauthn/browser';
import { useMutation } from '@tanstack/react-query';
import { useRef } from 'react';
import { codeOf } from '../forms/server-error';
import { useTRPC } from '../trpc';
import { useSecondFactor } from '../ui/second-factor-field';

/** What is signed: its hash, or for a form that is still typed in, how to ask the server for the hash of it. */
export type Signable = string | { content: string; hash: () => Promise<string> };

/**
 * A step-up for a form that may be refused for another reason first: the token is kept until it was used, so that a wrong
 * password or date does not cost the person a second code. `run` does nothing where the factor was refused.
 */
export function useSigned(operation: string, signable: Signable) {
  const trpc = useTRPC();
  const stepUp = useMutation(trpc.identity.stepUp.mutationOptions());
  const options = useMutation(trpc.identity.stepUpPasskeyOptions.mutationOptions());
  const content = typeof signable === 'string' ? signable : signable.content;
  const factor = useSecondFactor({
    verify: async (proof) => {
      const contentHash = typeof signable === 'string' ? signable : await signable.hash();
      return (await stepUp.mutateAsync({ operation, contentHash, proof })).token;
    },
    askPasskey: async () => startAuthentication({ optionsJSON: await options.mutateAsync() }),
  });
  const kept = useRef<{ token: string; content: string } | null>(null);
  const hasToken = kept.current?.content === content;

  const run = async (work: (stepUp: string) => Promise<unknown>): Promise<boolean> => {
    if (kept.current?.content !== content) {
      const token = await factor.obtain();
      kept.current = token === null ? null : { token, content };
    }
    if (!kept.current) return false;
    try {
      await work(kept.current.token);
      kept.current = null;
      return true;
    } catch (error) {
      if (codeOf(error) === 'STEP_UP_REQUIRED') kept.current = null;
      throw error;
    }
  };
  return { field: factor.field, ready: factor.ready || hasToken, hasToken, run };
}
