import type { Role } from '../../kernel/actor';

/** One person's signature, by the role it was given in. */
export type Signature = { personId: string; role: string };
/** Who is enabled now and holds which role; a person with two roles stands twice. */
export type Holder = { id: string; role: Role };

/** Signatures that still count: of people who are enabled and hold the role they signed in; each person once. */
export function standing<T extends Signature>(signatures: readonly T[], holders: readonly Holder[]): T[] {
  const holds = (one: T) => holders.some((h) => h.id === one.personId && h.role === one.role);
  return signatures.filter(
    (one, i) => holds(one) && signatures.findIndex((other) => other.personId === one.personId) === i,
  );
}

/** Two people, whatever roles they hold: what looser limits, overrides and a rebase need. */
export const isByTwo = (signatures: readonly Signature[], holders: readonly Holder[]): boolean =>
  standing(signatures, holders).length >= 2;

/**
 * A risk officer and another person who is a manager: what an accepted breach and a false alarm need. Two of one kind are
 * not enough; who holds both roles stands for either, never for both.
 */
export function isRiskAndManager(signatures: readonly Signature[], holders: readonly Holder[]): boolean {
  const people = standing(signatures, holders).map((one) => one.personId);
  const has = (personId: string, role: Role) => holders.some((h) => h.id === personId && h.role === role);
  return people.some((a) => has(a, 'risk-officer') && people.some((b) => b !== a && has(b, 'manager')));
}
