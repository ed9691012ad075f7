'use client';
import type { AuthenticationResponseJSON } from '@simplewebauthn/browser';
import { useRef, useState } from 'react';
import { CodeInput } from './code-input';
import { Field } from './field';
import { Status } from './status';

/** What a person shows to prove it is they: a code from the authenticator, or a passkey's answer. */
export type FactorProof = { kind: 'totp'; code: string } | { kind: 'passkey'; response: AuthenticationResponseJSON };

export type SecondFactor = {
  /** Spread into `<SecondFactorField>`. */
  field: SecondFactorFieldProps;
  /** Something has been given that can be checked. */
  ready: boolean;
  /** Checks it; the step-up token, or null when it was refused (the field then says why and is empty again). */
  obtain: () => Promise<string | null>;
  /** Clears what was typed, for when the content under the signature changed. */
  reset: () => void;
};

type Options = {
  /** Asks the server for a step-up token; throws with words for the person. */
  verify: (proof: FactorProof) => Promise<string>;
  /** Runs the passkey ceremony; absent where the browser or the person has none. */
  askPasskey?: () => Promise<AuthenticationResponseJSON>;
};

const wordsOf = (error: unknown) => (error instanceof Error && error.message ? error.message : 'No answer. Try again.');

/** State of one second factor inside a panel: one proof, one operation. */
export function useSecondFactor({ verify, askPasskey }: Options): SecondFactor {
  const [code, setCode] = useState('');
  const [passkey, setPasskey] = useState<AuthenticationResponseJSON | null>(null);
  const [error, setError] = useState<string | null>(null);
  const input = useRef<HTMLInputElement>(null);

  const reset = () => {
    setCode('');
    setPasskey(null);
  };
  const proof: FactorProof | null = passkey
    ? { kind: 'passkey', response: passkey }
    : code.length === 6
      ? { kind: 'totp', code }
      : null;

  const obtain = async () => {
    if (!proof) return null;
    setError(null);
    try {
      return await verify(proof);
    } catch (refusal) {
      setError(wordsOf(refusal));
      input.current?.focus();
      return null;
    } finally {
      // One proof serves one operation: a code is never kept for a second try.
      reset();
    }
  };

  const usePasskey = askPasskey
    ? async () => {
        setError(null);
        try {
          setPasskey(await askPasskey());
        } catch (refusal) {
          setError(wordsOf(refusal));
        }
      }
    : undefined;

  return {
    field: { code, setCode, error, input, usePasskey, hasPasskey: passkey !== null },
    ready: proof !== null,
    obtain,
    reset,
  };
}

export type SecondFactorFieldProps = {
  code: string;
  setCode: (code: string) => void;
  error: string | null;
  input: React.RefObject<HTMLInputElement | null>;
  usePasskey?: () => void;
  hasPasskey: boolean;
};

/** Second factor inside a panel, beside what it signs. */
export function SecondFactorField({ code, setCode, error, input, usePasskey, hasPasskey }: SecondFactorFieldProps) {
  if (hasPasskey)
    return (
      <div>
        <div className="mb-1 text-xs font-medium text-ink-2">Second factor</div>
        <Status kind="verified">Passkey given</Status>
      </div>
    );
  return (
    <Field
      label="Second factor"
      error={error}
      hint={
        <>
          Code from your authenticator
          {usePasskey && (
            <>
              , or{' '}
              <button
                type="button"
                onClick={usePasskey}
                className="text-run underline-offset-3 hover:underline phone:-my-3.5 phone:inline-flex phone:min-h-11 phone:items-center"
              >
                use a passkey
              </button>
            </>
          )}
          . Asked for each signature.
        </>
      }
    >
      <CodeInput ref={input} value={code} onChange={setCode} />
    </Field>
  );
}
