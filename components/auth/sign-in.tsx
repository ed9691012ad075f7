'use client';
import { useState } from 'react';
import { AuthFrame } from './auth-frame';
import { Enrolment } from './enrolment';
import { PasswordStep } from './password-step';
import { SecondFactorStep } from './second-factor-step';

type Step =
  | { at: 'password' }
  | { at: 'second-factor'; email: string; ticket: string; factors: readonly ('totp' | 'passkey' | 'recovery')[] }
  | { at: 'enrol'; ticket: string };

/** Password, then the second factor; at the first sign-in the factor is set up instead. `from` is where to go after. */
export function SignIn({ from }: { from: string }) {
  const [step, setStep] = useState<Step>({ at: 'password' });
  const enter = () => window.location.assign(from);
  switch (step.at) {
    case 'password':
      return (
        <AuthFrame
          title="Sign in"
          foot="A passkey is both factors in one, and the fastest way in at 3 a.m. Every sign-in is in the audit log."
        >
          <PasswordStep
            onNext={(next, email) =>
              setStep(
                next.next === 'enrol'
                  ? { at: 'enrol', ticket: next.ticket }
                  : { at: 'second-factor', email, ticket: next.ticket, factors: next.factors },
              )
            }
            onSignedIn={enter}
          />
        </AuthFrame>
      );
    case 'second-factor':
      return (
        <AuthFrame
          title="Second factor"
          sub={step.email}
          foot="Lost your device? Use one of your recovery codes, or ask an admin to reset your factors."
        >
          <SecondFactorStep
            ticket={step.ticket}
            factors={step.factors}
            onSignedIn={enter}
            onBack={() => setStep({ at: 'password' })}
          />
        </AuthFrame>
      );
    case 'enrol':
      return (
        <AuthFrame
          title="Set up your second factor"
          sub="Every account has one. It is asked at each sign-in and for each signature."
          wide
        >
          <Enrolment ticket={step.ticket} onDone={enter} />
        </AuthFrame>
      );
  }
}
