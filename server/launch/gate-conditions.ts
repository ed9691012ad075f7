import { ROLE_LABEL } from '../kernel/actor';
import { countApprovals, rolesText } from './approvals';
import {
  blocked,
  type Condition,
  type ConditionKind,
  type GateFacts,
  type ItemLine,
  met,
  unread,
  whenKnown,
} from './gate-facts';
import { type StepFact, stepState } from './phases';
import { phaseOf } from './policy';

/** Conditions that every gate has, and those of the gates of phases 1 to 3. */
export function launchCondition({ launch }: GateFacts): Condition {
  switch (launch.status) {
    case 'open':
    case 'live':
      return met('launch', 'The launch is neither held nor closed');
    case 'held':
      return blocked(
        'launch',
        `The launch is held: ${launch.holdReason ?? 'no reason was given'}.`,
        'Risk officer or Manager',
        {
          label: 'Release',
          target: 'launch',
          id: launch.id,
        },
      );
    default:
      return blocked('launch', `The launch is ${launch.status}; nothing of it moves any more.`, 'Nobody');
  }
}

export function emergencyCondition(facts: GateFacts): Condition {
  return whenKnown('emergency', 'Whether an emergency is open', facts.emergencies, 'Engineer', (list) => {
    const first = list[0];
    if (!first) return met('emergency', 'No open emergency in scope');
    return blocked('emergency', `Emergency ${first.number} is open in this scope.`, 'Risk officer and Manager', {
      label: 'Open',
      target: 'emergency',
      id: first.id,
    });
  });
}

export function phaseConditions(facts: GateFacts): Condition[] {
  const phase = phaseOf(facts.gate);
  const state = facts.phases.get(phase) ?? 'blocked';
  const before = [1, 2, 3].filter((one) => one < phase && facts.phases.get(one) !== 'passed');
  const conditions: Condition[] = [];
  if (before.length)
    conditions.push(blocked('phase', `Phase ${before[0]} has not passed; phases never skip.`, 'Engineer'));
  conditions.push(
    state === 'awaiting-approval'
      ? met('phase', `Phase ${phase} is finished and awaits its approval`)
      : blocked('phase', `Phase ${phase} is ${state}; it must be finished first.`, 'Engineer'),
  );
  return [...conditions, stepCondition(facts.steps, 'steps')];
}

export function stepCondition(steps: readonly StepFact[], kind: ConditionKind): Condition {
  const undone = steps.find((step) => stepState(step) !== 'done');
  if (undone) {
    const word = { 'not-run': 'has no recorded run', failed: 'failed', 'rolled-back': 'was rolled back', done: '' };
    return blocked(kind, `Runbook: '${undone.title}' ${word[stepState(undone)]}.`, 'Engineer', {
      label: 'Record',
      target: 'step',
      id: undone.id,
    });
  }
  return steps.length
    ? met(kind, `Runbook: ${steps.length} of ${steps.length} steps recorded with exit code 0`)
    : blocked(kind, 'Runbook: there are no steps to show what was done.', 'Engineer');
}

export function checklistConditions({ items, rule }: GateFacts): Condition[] {
  if (!items.known) return [unread('checklist', `The checklist is not known: ${items.why}`, 'Engineer')];
  if (items.value.length === 0) return [unread('checklist', 'The checklist has no items.', 'Engineer')];
  const counts = (one: ItemLine) => rule.checklist === 'all' || one.state === 'failed';
  const wrong = items.value.filter((one) => !one.isSatisfied && counts(one));
  const fine = items.value.filter((one) => one.isSatisfied).length;
  if (wrong.length === 0) {
    return [
      met(
        'checklist',
        rule.checklist === 'all'
          ? `Checklist: ${fine} of ${items.value.length} signed or waived`
          : 'Checklist: no item has failed',
      ),
    ];
  }
  return wrong.map((one) =>
    blocked(
      'checklist',
      `Checklist: '${one.text}' ${one.missing.replace(/\.$/, '')}.`,
      one.who,
      { label: 'Open item', target: 'item', id: one.id },
      looksText(one),
      one.looks.some((look) => look.state === 'unknown') ? 'unknown' : 'known',
    ),
  );
}

/** What the probes of an item say that is not good, each in its own words. */
function looksText({ isCritical, looks }: ItemLine): string {
  const said = looks.map(({ probe, state, sentence }) => `Probe ${probe} is ${state}: ${sentence.replace(/\.$/, '')}.`);
  return [...(isCritical ? ['A critical item.'] : []), ...said].join(' ');
}

export function reviewCondition({ overdueReviews }: GateFacts): Condition {
  return whenKnown(
    'review',
    'Whether an override awaits its review',
    overdueReviews,
    'Risk officer, Manager or Board',
    (count) =>
      count === 0
        ? met('review', 'No review of an override is overdue')
        : blocked('review', 'The review of an earlier override is overdue.', 'Risk officer, Manager or Board'),
  );
}

export function approvalConditions(facts: GateFacts): Condition[] {
  if (!facts.people.known) return [unread('approvals', `Who may approve is not known: ${facts.people.why}`, 'Admin')];
  const people = facts.people.value;
  const count = countApprovals(facts.rule, facts.approvals, { ...facts, people });
  const conditions: Condition[] = count.rejections.map((one) =>
    blocked('approvals', `Rejected by ${one.personName}: ${one.reason}`, one.personName),
  );
  if (!count.isMeetable) {
    conditions.push(
      blocked(
        'policy',
        `The policy asks for ${rolesText(facts.rule.roles)}, and the enabled people cannot meet it.`,
        'Admin',
        null,
        'Whoever proposed, ran or made this cannot approve it. Add a person or a role.',
      ),
    );
  }
  for (const slot of count.slots) {
    const label = ROLE_LABEL[slot.role];
    conditions.push(
      slot.person
        ? met('approvals', `Approval: ${label} 1 of 1, ${slot.person.name}`)
        : blocked('approvals', `Approval: ${label} 0 of 1.`, label, {
            label: 'Approve…',
            target: 'approve',
            id: facts.gate,
          }),
    );
  }
  return conditions;
}
