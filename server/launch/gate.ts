import {
  approvalConditions,
  checklistConditions,
  emergencyCondition,
  launchCondition,
  phaseConditions,
  reviewCondition,
} from './gate-conditions';
import type { GateFacts, GateVerdict } from './gate-facts';
import { trancheConditions } from './gate-tranche';
import { trancheOf } from './policy';

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
  const blockers = conditions.filter((one) => !one.isMet);
  return {
    gate: facts.gate,
    isOpen: blockers.length === 0,
    blockers,
    met: conditions.filter((one) => one.isMet),
    conditions,
  };
}
