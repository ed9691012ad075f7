'use client';
import { SecondFactorField } from '../ui/second-factor-field';
import { Status } from '../ui/status';
import type { useSigned } from './use-signed';

/** The second factor of a form; once given it stays given until the form went through. */
export function SignField({ signed }: { signed: ReturnType<typeof useSigned> }) {
  return signed.hasToken ? (
    <Status kind="verified">Second factor given</Status>
  ) : (
    <SecondFactorField {...signed.field} />
  );
}
