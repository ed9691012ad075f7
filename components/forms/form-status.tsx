'use client';
import { type ReactNode, useEffect, useState } from 'react';
import { Note } from '@/components/ui/note';
import { Status } from '@/components/ui/status';

const PATIENCE_MS = 2000;

/** Stands above a form's buttons: the server's refusal in its words, or that no answer has come yet. */
export function FormStatus({ pending, error, action }: { pending?: boolean; error?: ReactNode; action?: ReactNode }) {
  const [isLate, setLate] = useState(false);
  useEffect(() => {
    if (!pending) return setLate(false);
    const timer = setTimeout(() => setLate(true), PATIENCE_MS);
    return () => clearTimeout(timer);
  }, [pending]);

  if (pending && isLate)
    return (
      <div role="status">
        <Status kind="running">No answer yet, do not repeat.</Status>
      </div>
    );
  if (!error || pending) return null;
  return (
    <Note tone="high" role="alert" title={error} action={action}>
      Nothing was changed.
    </Note>
  );
}
