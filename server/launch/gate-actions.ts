import 'server-only';
import { recordEvent } from '../audit/record';
import { holdItems } from '../checklist/item-store';
import { authorize } from '../identity/authorize';
import { consumeStepUp } from '../identity/step-up';
import { type Actor, actorRef, type PersonActor } from '../kernel/actor';
import { moneyText } from '../kernel/decimal';
import { DomainError } from '../kernel/errors';
import { newId } from '../kernel/ids';
import { inTransaction, type Tx } from '../kernel/transaction';
import { aboutLaunch, lockNamed, publishLaunch } from './actions';
import { insertApproval, voidApprovals } from './approval-store';
import { approvalStanding, countApprovals, mayApprove } from './approvals';
import { changedParts, type GateContent } from './binding';
import { type LoadedGate, loadGate } from './facts-store';
import { evaluateGate } from './gate';
import { type Gate, phaseOf, trancheOf } from './policy';
import { updatePhase } from './runbook-store';
import { type NamedLaunch, updateLaunch } from './store';
import { enterTranche } from './tranche-actions';
import { currentGate } from './tranches';

/** What a gate leads to, in words. */
export const leadsTo = (gate: Gate) => {
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
    if (loaded.hash !== input.contentHash) throw changedContent();
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
        to: leadsTo(input.gate),
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

export const changedContent = () =>
  new DomainError(
    'CONTENT_CHANGED',
    'What this gate is about changed since you opened it. Look again; nothing was recorded.',
  );

/** Only the gate that is next is decided or used. */
export function requireNext(named: NamedLaunch, gate: Gate): void {
  const next = currentGate(named.launch);
  if (next !== gate) {
    const now = next ? `The gate that is next leads to ${leadsTo(next)}.` : 'There is no further gate.';
    throw new DomainError('STALE_GATE', `The gate to ${leadsTo(gate)} is not next. ${now}`);
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

/** What an open or overridden gate does: the phase passes, or the tranche is entered. */
export async function passThrough(
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
