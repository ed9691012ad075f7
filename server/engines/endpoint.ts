import { DomainError } from '../kernel/errors';

/** Where the secrets of an engine belong; a box opens nowhere else. */
export const secretPlace = (engineId: string) => ({ table: 'engines', id: engineId, column: 'secret_box' });

/** How long the previous secret is still used and accepted after a rotation. */
export const ROTATION_OVERLAP_MS = 24 * 3_600_000;

/** Boxes whose secrets are in force: the current one, and the previous one until its overlap ends. */
export function boxesInForce(
  engine: { secretBox: string; previousSecretBox: string | null; previousSecretUntil: Date | null },
  now: Date,
): string[] {
  const isOverlapping = engine.previousSecretUntil !== null && engine.previousSecretUntil > now;
  return engine.previousSecretBox && isOverlapping ? [engine.secretBox, engine.previousSecretBox] : [engine.secretBox];
}

/** The address of an engine as kept: an origin and path, https unless the network is private. Throws INVALID. */
export function engineUrl(text: string, isPrivate: boolean): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url || !['http:', 'https:'].includes(url.protocol) || url.username || url.password || url.search || url.hash) {
    throw new DomainError('INVALID', 'Give the address of the engine as https://host[:port][/path].');
  }
  if (url.protocol === 'http:' && !isPrivate) {
    throw new DomainError('INVALID', 'An engine on a public address is spoken to over https only. Change the address.');
  }
  return `${url.origin}${url.pathname}`.replace(/\/+$/, '');
}
