import { TRPCClientError } from '@trpc/client';
import type { FieldPath, FieldValues, UseFormSetError } from 'react-hook-form';

type Shape = { fields?: Record<string, string[] | undefined>; domainCode?: string; details?: Record<string, unknown> };

const shapeOf = (error: unknown): Shape =>
  error instanceof TRPCClientError ? ((error.data as Shape | null | undefined) ?? {}) : {};

/** The server's words for the person; silence on the line is told as such. */
export function wordsOf(error: unknown): string {
  if (error instanceof TRPCClientError) {
    if (error.data) return error.message;
    return 'No answer from the server. Nothing typed is lost; try again when the page is live.';
  }
  return error instanceof Error && error.message ? error.message : 'That did not work. Try again.';
}

/** The situation a refusal names, such as `GATE_CLOSED`; undefined for trouble. */
export const codeOf = (error: unknown): string | undefined => shapeOf(error).domainCode;

/** Structured facts of a refusal (blockers, limits), as the server gave them. */
export const detailsOf = (error: unknown): Record<string, unknown> => shapeOf(error).details ?? {};

/** Puts a refusal where it belongs: on the fields it names, else above the form's buttons. What was typed stays. */
export function applyServerError<Values extends FieldValues>(setError: UseFormSetError<Values>, error: unknown) {
  const fields = Object.entries(shapeOf(error).fields ?? {});
  for (const [name, messages] of fields) {
    if (messages?.[0]) setError(name as FieldPath<Values>, { type: 'server', message: messages[0] });
  }
  setError('root.server', { type: 'server', message: wordsOf(error) });
}
