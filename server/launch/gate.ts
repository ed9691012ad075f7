import {
  approvalConditions,
  checklistConditions,
  emergencyCondition,
  launchCondition,
  phaseConditions,
  reviewCondition,
} from './gate-conditions';
import type { Condition, ConditionKind, GateFacts, GateVerdict } from './gate-facts';
import { trancheConditions } from './gate-tranche';
import { trancheOf } from './policy';

const WRONG_NOW: readonly ConditionKind[] = [
  'launch',
  'emergency',
  'trading',
  'breach',
  'limits',
  'data',
  'equity',
  'engine',
  'alerts',
  'reconciliation',
];

/** What is wrong now is read before what is still to be done: the first blocker stands on every list. */
const isWrongNow = (one: Condition): boolean => WRONG_NOW.includes(one.kind);

/**
 * Whether a gate is open, and if not, each blocker in the words people read, who can clear it, and the one thing to do.
 *
 * Pure: the same facts give the same verdict when it is shown and when it is used. Every condition must be met; a fact
 * that is not known is a blocker that says so.
 */
export function evaluateGate(facts: GateFacts): GateVerdict {
  const tranche = trancheOf(facts.gate);
  const conditions = [
    launchCondition(facts),
    emergencyCondition(facts),
    ...(tranche === null ? phaseConditions(facts) : trancheConditions(facts, tranche)),
    ...checklistConditions(facts),
    reviewCondition(facts),
    ...approvalConditions(facts),
  ];
  const unmet = conditions.filter((one) => !one.isMet);
  const blockers = [...unmet.filter(isWrongNow), ...unmet.filter((one) => !isWrongNow(one))];
  return {
    gate: facts.gate,
    isOpen: blockers.length === 0,
    blockers,
    met: conditions.filter((one) => one.isMet),
    conditions,
  };
}
