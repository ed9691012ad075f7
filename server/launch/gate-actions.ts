import 'server-only';
import { fingerprintOf } from '../alerts/fingerprint';
import { raiseAlert } from '../alerts/raise-actions';
import { recordEvent } from '../audit/record';
import { holdItems } from '../checklist/store';
import { authorize } from '../identity/authorize';
import { consumeStepUp } from '../identity/step-up';
import { type Actor, actorRef, type PersonActor, rolesIn } from '../kernel/actor';
import { moneyText } from '../kernel/decimal';
import { DomainError, notFound } from '../kernel/errors';
import { newId } from '../kernel/ids';
import { inTransaction, type Tx } from '../kernel/transaction';
import { aboutLaunch, lockNamed, publishLaunch } from './actions';
import { insertApproval, voidApprovals } from './approval-store';
import { approvalStanding, countApprovals, mayApprove } from './approvals';
import { changedParts, type GateContent } from './binding';
import { breakGlass, reviewDueAt, reviewFault } from './break-glass';
import { type LoadedGate, loadGate } from './facts-store';
import { evaluateGate } from './gate';
import { type Gate, phaseOf, trancheOf } from './policy';
import {
  closeReview,
  findLaunch,
  insertReview,
  lockReview,
  type NamedLaunch,
  updateLaunch,
  updatePhase,
} from './store';
import { enterTranche, takeBack } from './tranche-actions';
import { currentGate, previousTranche } from './tranches';

const GATE_LABEL = (gate: Gate) => {
  const tranche = trancheOf(gate);
  return tranche === null ? `phase ${phaseOf(gate)}` : `${tranche} %`;
};
const operationOf = (gate: Gate) => (trancheOf(gate) === null ? 'phase.approve' : 'tranche.approve');

/** Voids approvals that were given for other content, saying what changed; they never count again. */
export async function voidChanged(
  tx: Tx,
  named: NamedLaunch,
  loaded: LoadedGate,
  by: Actor,
  now: Date,
): Promise<number> {
  const stale = loaded.facts.approvals.filter(
    (one) => one.decision === 'approved' && !one.voidedAt && one.contentHash !== loaded.hash,
  );
  for (const one of stale) {
    const before = (one as unknown as { content: GateContent }).content;
    const reason = `${changedParts(before, loaded.content).join(', ') || 'What it was bound to'} changed since it was given.`;
    await voidApprovals(tx, [one.id], now, reason);
    recordEvent(tx, {
      type: 'launch.approval-voided',
      actor: by,
      ...aboutLaunch(named.launch),
      data: { gate: loaded.facts.gate, approver: one.personName, reason, contentHash: one.contentHash },
    });
  }
  return stale.length;
}

/**
 * A person's decision at the gate that is next, with a second factor bound to the hash of exactly what was shown.
 *
 * Throws CONTENT_CHANGED, SELF_APPROVAL (proposer, executor, release author; admins too), FORBIDDEN for another role,
 * ALREADY_APPROVED when this person's approval counts already. A rejection needs a reason and vetoes.
 */
export async function decideGate(
  actor: Actor,
  input: {
    launchId: string;
    gate: Gate;
    decision: 'approved' | 'rejected';
    reason: string;
    contentHash: string;
    stepUp: string;
  },
): Promise<void> {
  await inTransaction(async (tx, now) => {
    const named = await lockNamed(tx, input.launchId);
    authorize(actor, operationOf(input.gate), { portfolioId: named.launch.portfolioId });
    const person = actor as PersonActor;
    requireNext(named, input.gate);
    await holdItems(tx, named.launch.id);
    const loaded = await loadGate(named, input.gate, now, {}, tx);
    if (loaded.hash !== input.contentHash) throw changed();
    const { facts } = loaded;
    const people = facts.people.known ? facts.people.value : [];
    const me = people.find((one) => one.id === person.personId);
    if (!me) throw new DomainError('FORBIDDEN', 'Your account has no role in this portfolio any more.');
    const answer = mayApprove(
      facts.rule,
      me,
      facts.excluded,
      countApprovals(facts.rule, facts.approvals, { ...facts, people }),
    );
    if (!answer.may) throw new DomainError(answer.code, answer.why);
    const mine = facts.approvals.find(
      (one) => one.personId === me.id && approvalStanding(one, facts.approvals, { ...facts, people }) === 'counts',
    );
    if (mine && input.decision === 'approved') {
      throw new DomainError(
        'ALREADY_APPROVED',
        'You have approved exactly this. A second approval of yours counts no more than one.',
      );
    }
    const { factor } = await consumeStepUp(tx, actor, {
      token: input.stepUp,
      operation: operationOf(input.gate),
      contentHash: loaded.hash,
    });
    await insertApproval(tx, {
      id: newId(),
      launchId: named.launch.id,
      gate: input.gate,
      personId: person.personId,
      personName: person.name,
      role: answer.role,
      decision: input.decision,
      reason: input.reason,
      contentHash: loaded.hash,
      content: loaded.content,
      factor,
      decidedAt: now,
      expiresAt: new Date(now.getTime() + facts.rule.validHours * 3_600_000),
    });
    recordEvent(tx, {
      type: `launch.gate-${input.decision}`,
      actor,
      ...aboutLaunch(named.launch),
      data: {
        gate: input.gate,
        to: GATE_LABEL(input.gate),
        role: answer.role,
        reason: input.reason,
        contentHash: loaded.hash,
        factor,
      },
    });
    await voidChanged(tx, named, loaded, actor, now);
    publishLaunch(tx);
  });
}

const changed = () =>
  new DomainError(
    'CONTENT_CHANGED',
    'What this gate is about changed since you opened it. Look again; nothing was recorded.',
  );

function requireNext(named: NamedLaunch, gate: Gate): void {
  const next = currentGate(named.launch);
  if (next !== gate) {
    const now = next ? `The gate that is next leads to ${GATE_LABEL(next)}.` : 'There is no further gate.';
    throw new DomainError('STALE_GATE', `The gate to ${GATE_LABEL(gate)} is not next. ${now}`);
  }
}

/**
 * Uses a gate: passes the phase, or promotes to the tranche. The gate is evaluated anew on locked rows, with whoever
 * uses it left out of its approvers. Throws GATE_CLOSED with the blockers verbatim; nothing is changed then.
 */
export async function passGate(actor: Actor, input: { launchId: string; gate: Gate }): Promise<{ message: string }> {
  return inTransaction(async (tx, now) => {
    const named = await lockNamed(tx, input.launchId);
    authorize(actor, 'launch.promote', { portfolioId: named.launch.portfolioId, ownerId: named.ownerId });
    requireNext(named, input.gate);
    await holdItems(tx, named.launch.id);
    const executorId = actor.kind === 'person' ? actor.personId : undefined;
    const loaded = await loadGate(named, input.gate, now, { executorId }, tx);
    const verdict = evaluateGate(loaded.facts);
    if (!verdict.isOpen) {
      const [first, ...others] = verdict.blockers;
      const more = others.length ? ` ${others.length} more ${others.length === 1 ? 'blocker' : 'blockers'}.` : '';
      throw new DomainError('GATE_CLOSED', `Gate closed: ${first!.sentence}${more} Nothing was changed.`, {
        data: { blockers: verdict.blockers },
      });
    }
    return { message: await passThrough(tx, named, loaded, { actor, now }) };
  });
}

async function passThrough(
  tx: Tx,
  named: NamedLaunch,
  loaded: LoadedGate,
  how: { actor: Actor; now: Date; breakGlass?: string },
): Promise<string> {
  const { gate } = loaded.facts;
  const { launch } = named;
  const { actor, now } = how;
  const tranche = trancheOf(gate);
  const approvers = countApprovals(loaded.facts.rule, loaded.facts.approvals, {
    ...loaded.facts,
    people: loaded.facts.people.known ? loaded.facts.people.value : [],
  }).slots.flatMap(({ role, person }) => (person ? [{ role, name: person.name, personId: person.id }] : []));
  const data = { number: launch.number, gate, contentHash: loaded.hash, approvers, breakGlass: how.breakGlass ?? null };
  if (tranche === null) {
    const phase = phaseOf(gate);
    await updatePhase(tx, launch.id, phase, { state: 'passed', finishedAt: now, finishedBy: actorRef(actor) });
    const next = (phase + 1) as 2 | 3 | 4;
    await updatePhase(tx, launch.id, next, { state: 'ready' });
    await updateLaunch(tx, launch.id, { phase: next });
    recordEvent(tx, { type: 'launch.phase-passed', actor, ...aboutLaunch(launch), data: { ...data, phase } });
    publishLaunch(tx);
    return `Phase ${phase} has passed. Phase ${next} is ready.`;
  }
  const why = `promoted to ${tranche} %`;
  const { capital } = await enterTranche(tx, {
    named,
    to: tranche,
    why,
    kind: 'given',
    actor,
    now,
    breakGlass: how.breakGlass !== undefined,
  });
  recordEvent(tx, {
    type: 'launch.promoted',
    actor,
    ...aboutLaunch(launch),
    data: { ...data, from: launch.tranche, to: tranche, capital: moneyText(capital), currency: named.currency },
  });
  publishLaunch(tx);
  return `Promoted to ${tranche} %. The engine is being told its capital.`;
}

/**
 * One person's override of a closed gate, with a second factor and a reason. It is loud: an alert, a banner, and a review
 * that another risk officer, manager or board member must close within two business days.
 */
export async function overrideGate(
  actor: Actor,
  input: { launchId: string; gate: Gate; reason: string; contentHash: string; stepUp: string },
): Promise<{ message: string }> {
  return inTransaction(async (tx, now) => {
    const named = await lockNamed(tx, input.launchId);
    const { launch } = named;
    authorize(actor, 'launch.break-glass', { portfolioId: launch.portfolioId });
    const person = actor as PersonActor;
    requireNext(named, input.gate);
    await holdItems(tx, launch.id);
    const loaded = await loadGate(named, input.gate, now, { executorId: person.personId }, tx);
    if (loaded.hash !== input.contentHash) throw changed();
    const { conditions } = evaluateGate(loaded.facts);
    const answer = breakGlass(conditions, {
      id: person.personId,
      isOwner: named.ownerId === person.personId,
      isProposer: launch.openedBy === person.personId,
    });
    if (!answer.may)
      throw new DomainError(answer.code, answer.why, { data: { blockers: 'hard' in answer ? answer.hard : [] } });
    const { factor } = await consumeStepUp(tx, actor, {
      token: input.stepUp,
      operation: 'launch.break-glass',
      contentHash: loaded.hash,
    });
    const passed = answer.passed.map((one) => one.sentence);
    const dueAt = reviewDueAt(now);
    await insertReview(tx, {
      id: newId(),
      launchId: launch.id,
      gate: input.gate,
      reason: input.reason,
      blockers: passed,
      personId: person.personId,
      at: now,
      dueAt,
    });
    recordEvent(tx, {
      type: 'launch.gate-overridden',
      actor,
      ...aboutLaunch(launch),
      data: {
        number: launch.number,
        gate: input.gate,
        reason: input.reason,
        blockers: passed,
        factor,
        dueAt: dueAt.toISOString(),
      },
    });
    const message = await passThrough(tx, named, loaded, { actor, now, breakGlass: input.reason });
    // Not tied to the launch: the alert is about a decision of people and must not pause the soak that follows.
    await raiseAlert(tx, {
      fingerprint: fingerprintOf('launch', `override-${input.gate}`, { kind: 'launch', id: launch.id }),
      severity: 'high',
      title: `${person.name} overrode the gate of ${launch.number} to ${GATE_LABEL(input.gate)}`,
      body: `${input.reason} Passed over: ${passed.join(' ')}`,
      portfolioId: launch.portfolioId,
      strategyId: launch.strategyId,
      subject: { kind: 'launch', id: launch.id },
      link: `/launches/${launch.id}`,
      nextStep: 'Another risk officer, manager or board member reviews it within two business days.',
      actor,
    });
    return { message };
  });
}

/** Closes the review of an override with a finding; never the person who made it. */
export async function closeOverrideReview(actor: Actor, input: { reviewId: string; finding: string }): Promise<void> {
  await inTransaction(async (tx, now) => {
    const review = await lockReview(tx, input.reviewId);
    const launch = review && (await findLaunch(review.launchId, tx));
    if (!review || !launch) throw notFound('The review');
    authorize(actor, 'incident.close', { portfolioId: launch.portfolioId });
    const person = actor as PersonActor;
    const fault = reviewFault(review.personId, person.personId);
    if (fault) throw new DomainError('SELF_APPROVAL', fault);
    if (review.closedAt) throw new DomainError('REVIEW_CLOSED', 'This review is closed already.');
    await closeReview(tx, review.id, { closedBy: person.personId, closedAt: now, finding: input.finding });
    recordEvent(tx, {
      type: 'launch.override-reviewed',
      actor,
      ...aboutLaunch(launch),
      data: { gate: review.gate, finding: input.finding, roles: rolesIn(person.grants, launch.portfolioId) },
    });
    publishLaunch(tx);
  });
}

/** Takes a launch back to the tranche before, or to none; a person's rollback. */
export async function demoteLaunch(
  actor: Actor,
  input: { launchId: string; reason: string },
): Promise<{ message: string }> {
  return inTransaction(async (tx, now) => {
    const named = await lockNamed(tx, input.launchId);
    authorize(actor, 'launch.demote', { portfolioId: named.launch.portfolioId, ownerId: named.ownerId });
    if (named.launch.tranche === 0)
      throw new DomainError('NO_TRANCHE', 'No tranche is in force. There is nothing to roll back.');
    const to = previousTranche(named.launch.tranche);
    await takeBack(tx, { named, to, reason: input.reason, actor, now });
    publishLaunch(tx);
    return { message: `Rolled back to ${to} %. The strategy only reduces until it is inside its capital.` };
  });
}
