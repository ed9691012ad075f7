const CODES_OF_CONTENT = /^(21|22|23|54|P0)/;

/**
 * Whether an error comes from what was to be kept, so that the same without one row may pass: a value out of a column's
 * range, a constraint, a number that code cannot work with. False for a database that is away, frozen or full of work.
 */
export function isOfContent(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error instanceof TypeError || error instanceof RangeError || error.message.startsWith('[DecimalError]'))
    return true;
  const { code } = error as { code?: unknown };
  // A SQLSTATE has five characters; the driver's own codes are words.
  if (typeof code === 'string' && code.length === 5 && CODES_OF_CONTENT.test(code)) return true;
  return error.cause !== undefined && isOfContent(error.cause);
}
