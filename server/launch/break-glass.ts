import type { Condition } from './gate-facts';

/** Conditions one person may pass: paper and patience, never a stop of trading or a fact about what would run. */
export const PASSABLE = ['checklist', 'approvals', 'policy', 'soak'] as const;

export type BreakGlassAnswer =
  | { may: true; passed: Condition[] }
  | { may: false; code: string; why: string; hard: Condition[] };

/** Working hours of review: due at the end of the second business day after the override (UTC weekdays). */
export function reviewDueAt(at: Date): Date {
  const due = new Date(at);
  for (let days = 0; days < 2; ) {
    due.setUTCDate(due.getUTCDate() + 1);
    if (due.getUTCDay() !== 0 && due.getUTCDay() !== 6) days += 1;
  }
  return due;
}

/**
 * Whether one person may override this gate. Never the owner or the proposer; never through a condition that is about
 * what would happen next: HALTED, an open emergency, another build at the engine, unknown equity.
 */
export function breakGlass(
  conditions: readonly Condition[],
  person: { id: string; isOwner: boolean; isProposer: boolean },
): BreakGlassAnswer {
  if (person.isOwner || person.isProposer) {
    const why = person.isOwner ? 'own this strategy' : 'proposed this launch';
    return {
      may: false,
      code: 'SELF_APPROVAL',
      why: `You ${why}. Another risk officer or manager may override.`,
      hard: [],
    };
  }
  const unmet = conditions.filter((one) => !one.isMet);
  if (unmet.length === 0) {
    return { may: false, code: 'GATE_OPEN', why: 'The gate is open. There is nothing to override: promote.', hard: [] };
  }
  const hard = unmet.filter((one) => !(PASSABLE as readonly string[]).includes(one.kind));
  if (hard.length) {
    return {
      may: false,
      code: 'GATE_CLOSED',
      why: `No override passes this: ${hard.map((one) => one.sentence).join(' ')}`,
      hard,
    };
  }
  return { may: true, passed: unmet };
}

/** Why a person may not close the review of an override, or null: never the one who did it. */
export const reviewFault = (overriddenBy: string, personId: string): string | null =>
  overriddenBy === personId
    ? 'You made this override. Another risk officer, manager or board member closes its review.'
    : null;
