const SPECIAL = /[\\\t\n\r]/;
const ESCAPED: Record<string, string> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };

/** One field of COPY's text format; null is `\N`. */
export const copyField = (value: string | null): string =>
  value === null ? '\\N' : SPECIAL.test(value) ? value.replace(/[\\\t\n\r]/g, (c) => ESCAPED[c] as string) : value;

/** One line of COPY's text format, with its end. */
export const copyLine = (fields: readonly (string | null)[]): string => `${fields.map(copyField).join('\t')}\n`;
