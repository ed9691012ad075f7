const ESCAPED: Record<string, string> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };

/** One field of COPY's text format; null is `\N`. */
export const copyField = (value: string | null): string =>
  value === null ? '\\N' : value.replace(/[\\\t\n\r]/g, (c) => ESCAPED[c] as string);

/** A field of JSON text, in which only a backslash needs a word: JSON writes every control character with one. */
export const copyJson = (text: string): string => (text.includes('\\') ? text.replaceAll('\\', '\\\\') : text);
