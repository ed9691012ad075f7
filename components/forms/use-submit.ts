'use client';
import type { BaseSyntheticEvent } from 'react';
import type { FieldPath, FieldValues, UseFormReturn } from 'react-hook-form';
import { splitRefusal } from './server-error';

/** A form on its way to the server, as its buttons and its status show it. */
export type Submission = {
  /** For `onSubmit`, or for the press of a button. */
  submit: (event?: BaseSyntheticEvent) => Promise<void>;
  /** From the press to the answer, a second factor asked in between included. */
  pending: boolean;
  /** The server's refusal in its words, for the place above the buttons. */
  refusal: string | undefined;
};

// Forms with a request under way; the buttons of one form share it.
const underWay = new WeakSet<object>();

/**
 * Sends what `form` holds. Each press starts without the messages of the one before, so that a field that was mended, or
 * that the form does not ask, never holds it back. While one is under way a second press sends nothing.
 *
 * `send` is called with values that passed the form's own rules; it may set messages itself and return without sending.
 * What it throws is shown as a refusal: on the fields the form has, the rest in words above the buttons; what was typed
 * stays. `named` gives the form's field for a name of the server that differs.
 */
export function useSubmit<Values extends FieldValues>(
  form: UseFormReturn<Values>,
  send: (values: Values) => unknown,
  named: Readonly<Record<string, FieldPath<Values>>> = {},
): Submission {
  const fieldOf = (name: string) =>
    named[name] ?? (Object.hasOwn(form.getValues(), name) ? (name as FieldPath<Values>) : undefined);
  const show = (error: unknown) => {
    const { fields, root } = splitRefusal(error, fieldOf);
    for (const [name, message] of fields) form.setError(name, { type: 'server', message });
    form.setError('root.server', { type: 'server', message: root });
  };
  const submit = async (event?: BaseSyntheticEvent) => {
    event?.preventDefault();
    if (underWay.has(form.control)) return;
    underWay.add(form.control);
    try {
      form.clearErrors();
      await form.handleSubmit(async (values) => {
        try {
          await send(values);
        } catch (error) {
          show(error);
        }
      })(event);
    } finally {
      underWay.delete(form.control);
    }
  };
  const { isSubmitting, errors } = form.formState;
  return { submit, pending: isSubmitting, refusal: errors.root?.server?.message as string | undefined };
}
