'use client';
import { useRef } from 'react';
import { codeOf } from '../forms/server-error';
import { useStepUp } from '../forms/step-up';

/**
 * A step-up for a form that may be refused for another reason first: the token is kept until it was used, so that a wrong
 * password or date does not cost the person a second code. `run` does nothing where the factor was refused.
 */
export function useSigned(operation: string, contentHash: string) {
  const factor = useStepUp(operation, contentHash);
  const kept = useRef<{ token: string; contentHash: string } | null>(null);
  const hasToken = () => kept.current?.contentHash === contentHash;
  const run = async (work: (stepUp: string) => Promise<unknown>): Promise<boolean> => {
    if (!hasToken()) {
      const token = await factor.obtain();
      kept.current = token === null ? null : { token, contentHash };
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
  return { field: factor.field, ready: factor.ready || hasToken(), hasToken: hasToken(), run };
}
