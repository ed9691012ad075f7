const WORDS: ReadonlyMap<string, string> = new Map([
  ['TOKEN_USED', 'This link acknowledged the alert before and works once. Sign in to acknowledge it again.'],
  ['TOKEN_INVALID', 'This link is not complete or not ours. Open the alert and sign in.'],
  ['ALERT_OVER', 'The alert is not firing any more. There is nothing to acknowledge.'],
]);

/** Why a link did not acknowledge, in our own words: the address of a page is anybody's to write, so it carries a code only. */
export function refusalOf(code: unknown): string | null {
  if (typeof code !== 'string' || code === '') return null;
  return WORDS.get(code) ?? 'The alert was not acknowledged. Open it and sign in.';
}
