import { contentHash } from '../audit/canonical';
import { evaluateGate } from './gate';
import { blocked, type Condition, type GateFacts, met, unread, whenKnown } from './gate-facts';
import { trancheOf } from './policy';

/** Conditions one person may pass: paper and patience, never a stop of trading or a fact about what would run. */
export const PASSABLE = ['checklist', 'approvals', 'policy', 'soak'] as const;

export type BreakGlassAnswer =
  | { may: true; passed: Condition[]; hash: string }
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

/** What must be known and fine at every gate an override passes; equity and the build, where capital is given. */
const NEVER_AT_ANY = ['trading', 'emergency'] as const;
const NEVER_WITH_CAPITAL = ['equity', 'engine'] as const;

/**
 * The conditions an override is judged by: those of the gate, and whether trading is halted, which the gates of phases 1
 * to 3 do not ask by themselves.
 */
function overrideConditions(facts: GateFacts): Condition[] {
  const { conditions } = evaluateGate(facts);
  if (trancheOf(facts.gate) !== null) return conditions;
  const halted = whenKnown('trading', 'The trading state', facts.tradingState, 'Risk officer', (state) =>
    state === 'HALTED'
      ? blocked('trading', 'Trading state is HALTED.', 'Risk officer', { label: 'Open risk', target: 'risk', id: '' })
      : met('trading', 'Trading is not halted'),
  );
  return [...conditions, halted];
}

const isPassable = ({ kind, certainty }: Condition) =>
  (PASSABLE as readonly string[]).includes(kind) && certainty !== 'unread';

/**
 * Whether one person may override this gate, and what they would pass over. Never the owner or the proposer; never through
 * a condition that is about what would happen next: HALTED, an open emergency, another build at the engine, unknown
 * equity, each also when it is unknown.
 *
 * A probe that failed or has not looked, and trades that are not stated, are passed as the worst they can be, named word
 * for word. A whole that could not be read (the checklist, the soak, who may approve) names nothing and is not passed.
 */
export function breakGlass(
  facts: GateFacts,
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
  const conditions = overrideConditions(facts);
  const unmet = conditions.filter((one) => !one.isMet);
  if (unmet.length === 0) {
    return { may: false, code: 'GATE_OPEN', why: 'The gate is open. There is nothing to override: promote.', hard: [] };
  }
  const never = trancheOf(facts.gate) === null ? NEVER_AT_ANY : [...NEVER_AT_ANY, ...NEVER_WITH_CAPITAL];
  const unasked = never
    .filter((kind) => !conditions.some((one) => one.kind === kind))
    .map((kind) => unread(kind, `Not looked at: ${kind}.`, 'Engineer'));
  const hard = [...unmet.filter((one) => !isPassable(one)), ...unasked];
  if (hard.length) {
    return {
      may: false,
      code: 'GATE_CLOSED',
      why: `No override passes this: ${hard.map((one) => one.sentence).join(' ')}`,
      hard,
    };
  }
  return { may: true, passed: unmet, hash: overrideHash(facts.hash, unmet) };
}

/** Hash of exactly what an override is shown: the content of the gate, and each condition it would pass over. */
function overrideHash(gateHash: string, passed: readonly Condition[]): string {
  // The soak's clock moves each minute and says nothing new; what a probe or an approval says is what was weighed.
  const shown = passed.map(({ kind, certainty, sentence, detail }) =>
    kind === 'soak' ? [kind, certainty, sentence.split(':')[0]] : [kind, certainty, sentence, detail],
  );
  return contentHash({ gate: gateHash, passed: shown });
}

/** What is passed over, in one line each, for the record, the alert and the review. */
export const passedText = ({ sentence, detail, certainty }: Condition): string =>
  [certainty === 'unknown' ? `Unknown: ${sentence}` : sentence, detail].filter(Boolean).join(' ');

/** Why a person may not close the review of an override, or null: never the one who did it. */
export const reviewFault = (overriddenBy: string, personId: string): string | null =>
  overriddenBy === personId
    ? 'You made this override. Another risk officer, manager or board member closes its review.'
    : null;
