'use client';
import { type ReactNode, useId } from 'react';
import { Button } from '../ui/button';
import { Panel } from '../ui/dialog';
import { FormStatus } from './form-status';
import type { Submission } from './use-submit';

/** A form docked beside what it concerns: its fields, the server's refusal under them, and the two ways out. */
export function FormPanel({
  open = true,
  title,
  description,
  label,
  submission,
  submitLabel,
  blocked,
  leaveLabel = 'Cancel',
  aside,
  onClose,
  children,
}: {
  open?: boolean;
  title: ReactNode;
  description?: ReactNode;
  /** Name of the form, where the title does not do. */
  label?: string;
  submission: Submission;
  submitLabel: ReactNode;
  /** Why it cannot be sent now, in words. */
  blocked?: string;
  leaveLabel?: string;
  /** A button of its own kind, before the two. */
  aside?: ReactNode;
  onClose: () => void;
  children: ReactNode;
}) {
  const id = useId();
  const { submit, pending, refusal } = submission;
  return (
    <Panel
      open={open}
      onOpenChange={(next) => !next && onClose()}
      title={title}
      description={description}
      footer={
        <>
          {aside}
          <Button onClick={onClose}>{leaveLabel}</Button>
          <Button variant="primary" type="submit" form={id} sending={pending} blocked={blocked}>
            {submitLabel}
          </Button>
        </>
      }
    >
      <form id={id} onSubmit={submit} className="grid gap-4" noValidate aria-label={label}>
        {children}
        <FormStatus pending={pending} error={refusal} />
      </form>
    </Panel>
  );
}
