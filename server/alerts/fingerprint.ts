import { sha256Hex } from '../audit/canonical';

/**
 * The identity of what is wrong, the same each time it is seen: `risk/daily-loss/portfolio:0192…`. Values that change from
 * one sighting to the next (the figure, the time) have no place in it, or each would be a new alert.
 */
export function fingerprintOf(source: string, measure: string, subject: { kind: string; id: string }): string {
  return `${source}/${measure}/${subject.kind}:${subject.id}`;
}

/** Eight hex digits that people can compare by eye: `b41e·07c2`. */
export function shortFingerprint(fingerprint: string): string {
  const hex = sha256Hex(fingerprint);
  return `${hex.slice(0, 4)}·${hex.slice(4, 8)}`;
}
