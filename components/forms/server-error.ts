import { TRPCClientError } from '@trpc/client';

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

/** `snapshotIntervalSeconds` as a person reads it: "Snapshot interval seconds". */
function inWords(name: string): string {
  const words = name.replace(/([a-z0-9])([A-Z])/g, '$1 $2').replace(/[./_-]+/g, ' ');
  return words.charAt(0).toUpperCase() + words.slice(1).toLowerCase();
}

/**
 * A refusal divided over a form: `fields` has the first message of each field the form has, `root` what stands above its
 * buttons. `fieldOf` gives the form's name for a name of the server, undefined where the form asks no such thing: those
 * messages follow the refusal's words, each once, so that none is put where nobody can see or mend it.
 */
export function splitRefusal<Name extends string>(
  error: unknown,
  fieldOf: (serverName: string) => Name | undefined,
): { fields: Map<Name, string>; root: string } {
  const fields = new Map<Name, string>();
  const root = [wordsOf(error)];
  for (const [name, messages = []] of Object.entries(shapeOf(error).fields ?? {})) {
    const field = fieldOf(name);
    const [first] = messages;
    if (field !== undefined) {
      if (first && !fields.has(field)) fields.set(field, first);
      continue;
    }
    const unsaid = [...new Set(messages)].filter((message) => message && !root.some((said) => said.includes(message)));
    if (unsaid.length > 0) root.push(`${inWords(name)}: ${unsaid.join(' ')}`);
  }
  return { fields, root: root.join(' ') };
}
