import 'server-only';
import { contentHash } from '../audit/canonical';
import { recordEvent } from '../audit/record';
import { authorize } from '../identity/authorize';
import { consumeStepUp } from '../identity/step-up';
import { enabledPeopleWith } from '../identity/store';
import { type Actor, actorRef, type PersonActor, type Role, rolesIn } from '../kernel/actor';
import { Decimal } from '../kernel/decimal';
import { DomainError, notFound } from '../kernel/errors';
import { newId } from '../kernel/ids';
import { inTransaction, publish, type Tx } from '../kernel/transaction';
import type { DrawdownBasis } from './equity-curve';
import { isByTwo, standing } from './four-eyes';
import { basisKind, changeKind, editKind, isLimitValue, isTierOrder, limitName } from './limit-change';
import { DIRECTION, type LimitSet, limitOf, type Measure, type ScopeKind } from './limit-definition';
import {
  insertLimitSet,
  type LimitSetRow,
  limitSetsOf,
  lockLimitSet,
  nextVersion,
  type StoredLimit,
  storedLimit,
  updateLimitSet,
} from './limit-store';
import { limitFor, setsInForce } from './limits';
import { listLimitStates } from './state-store';
import { exceeds } from './utilisation';

/** An override for one instrument ends after this at most, unless it is adopted as a standing limit. */
export const OVERRIDE_DAYS_AT_MOST = 5;

/** Tiers that are left out follow from the hard value. */
export type LimitEditInput = {
  measure: Measure;
  appliesTo: Exclude<ScopeKind, 'firm'>;
  hard: string;
  soft?: string;
  recovery?: string;
};
export type LimitChangeResult = { id: string; version: number; inForce: boolean; text: string };

const TOPICS = ['risk', 'overview', 'launch'];
const tell = (tx: Tx) => {
  for (const topic of TOPICS) publish(tx, topic);
};

/** What people who approve a version are shown and sign. */
export const limitContent = (
  row: Pick<LimitSetRow, 'scope' | 'scopeId' | 'version' | 'limits' | 'expiresAt'>,
): string =>
  contentHash({
    scope: row.scope,
    scopeId: row.scopeId,
    version: row.version,
    limits: row.limits,
    expiresAt: row.expiresAt?.toISOString() ?? null,
  });

const currentOwn = (sets: readonly LimitSet[], portfolioId: string): LimitSet => {
  const own = sets.find((s) => s.level.kind === 'portfolio' && s.level.id === portfolioId);
  if (!own) throw notFound('The limits of the portfolio');
  return own;
};

/**
 * A new version of a portfolio's limits. Tightening is in force at once, alone; a change that loosens anything waits for
 * two people who may loosen, of whom the proposer is one where their role says so.
 *
 * Throws INVALID (values), SAME_LIMITS, NEEDS_RISK_OFFICER (a tightening that would breach now), FORBIDDEN.
 */
export async function changeLimits(
  actor: PersonActor,
  input: { portfolioId: string; edits: readonly LimitEditInput[]; basis?: DrawdownBasis; reason: string },
): Promise<LimitChangeResult> {
  const { portfolioId } = input;
  return inTransaction(async (tx, now) => {
    const { sets, basis: before } = await limitSetsOf(portfolioId, tx);
    const basis = input.basis ?? before;
    const current = currentOwn(setsInForce(sets, now), portfolioId);
    const general = current.limits.filter((l) => l.subject === null);
    const edits = input.edits.map((edit) => parsed(edit));
    const kinds = edits.map((edit) =>
      editKind(general.find((l) => l.measure === edit.measure && l.appliesTo === edit.appliesTo) ?? null, edit),
    );
    const kind = changeKind([...kinds, basisKind(before, basis)]);
    if (kind === 'same')
      throw new DomainError('SAME_LIMITS', 'These are the limits in force already. Nothing was changed.');
    authorize(actor, kind === 'looser' ? 'limit.loosen' : 'limit.tighten', { portfolioId });
    if (kind === 'tighter') await refuseSuddenBreach(tx, actor, portfolioId, edits);
    const limits = general.map((l) =>
      storedLimit(edits.find((e) => e.measure === l.measure && e.appliesTo === l.appliesTo) ?? l),
    );
    const added = edits.filter((e) => !general.some((l) => l.measure === e.measure && l.appliesTo === e.appliesTo));
    return keepVersion(tx, actor, now, {
      scope: 'portfolio',
      scopeId: portfolioId,
      portfolioId,
      limits: { basis, limits: [...limits, ...added.map(storedLimit)] },
      change: kind === 'looser' ? 'loosen' : 'tighten',
      reason: input.reason,
      expiresAt: null,
    });
  });
}

function parsed(edit: LimitEditInput) {
  const hard = new Decimal(edit.hard);
  if (!isLimitValue(hard, edit.measure)) {
    const message = `${limitName({ ...edit, subject: null })}: give a fraction between 0 and 1; 10 % is 0.10.`;
    throw new DomainError('INVALID', message, {
      data: { fields: { [edit.measure]: ['A share over 0 % and at most 100 %.'] } },
    });
  }
  const derived = limitOf(edit.measure, edit.appliesTo, hard);
  const limit = {
    ...derived,
    soft: edit.soft === undefined ? derived.soft : new Decimal(edit.soft),
    recovery: edit.recovery === undefined ? derived.recovery : new Decimal(edit.recovery),
  };
  if (isTierOrder(limit)) return limit;
  const side = limit.direction === 'ceiling' ? 'at or under' : 'at or over';
  const message = `${limitName(limit)}: its soft tier and its recovery threshold lie ${side} the hard limit.`;
  throw new DomainError('INVALID', message, { data: { fields: { [edit.measure]: [message] } } });
}

/** A tightening that would breach at once acts on trading: a risk officer or manager does that. */
async function refuseSuddenBreach(
  tx: Tx,
  actor: PersonActor,
  portfolioId: string,
  edits: readonly { measure: Measure; appliesTo: ScopeKind; hard: Decimal }[],
): Promise<void> {
  const roles = rolesIn(actor.grants, portfolioId);
  if (roles.includes('risk-officer') || roles.includes('manager')) return;
  for (const state of await listLimitStates(portfolioId, tx)) {
    const edit = edits.find((e) => e.measure === state.measure && e.appliesTo === state.scope);
    if (edit && state.value !== null && exceeds(DIRECTION[edit.measure], new Decimal(state.value), edit.hard)) {
      throw new DomainError(
        'NEEDS_RISK_OFFICER',
        'This limit would be breached at once and would restrict trading. A Risk officer or Manager may set it.',
        { kind: 'forbidden' },
      );
    }
  }
}

/**
 * An approved limit of its own for one instrument, such as an index ETF: it waits for two people. `days` ends it after at
 * most 5 days; null makes it a standing limit. Throws INVALID, FORBIDDEN.
 */
export async function overrideInstrument(
  actor: PersonActor,
  input: { portfolioId: string; instrument: string; hard: string; days: number | null; reason: string },
): Promise<LimitChangeResult> {
  const hard = new Decimal(input.hard);
  const instrument = input.instrument.trim();
  if (
    !isLimitValue(hard, 'position') ||
    instrument === '' ||
    (input.days !== null && (input.days <= 0 || input.days > OVERRIDE_DAYS_AT_MOST))
  ) {
    throw new DomainError(
      'INVALID',
      `Name the instrument, a share over 0 %, and at most ${OVERRIDE_DAYS_AT_MOST} days.`,
    );
  }
  authorize(actor, 'limit.loosen', { portfolioId: input.portfolioId });
  return inTransaction((tx, now) =>
    keepVersion(tx, actor, now, {
      scope: 'instrument',
      scopeId: `${input.portfolioId}/${instrument}`,
      portfolioId: input.portfolioId,
      limits: { limits: [storedLimit(limitOf('position', 'portfolio', hard, { subject: instrument }))] },
      change: 'override',
      reason: input.reason,
      expiresAt: input.days === null ? null : new Date(now.getTime() + input.days * 86_400_000),
    }),
  );
}

async function keepVersion(
  tx: Tx,
  actor: PersonActor,
  now: Date,
  row: {
    scope: 'portfolio' | 'instrument';
    scopeId: string;
    portfolioId: string;
    limits: { basis?: string; limits: StoredLimit[] };
    change: 'tighten' | 'loosen' | 'override';
    reason: string;
    expiresAt: Date | null;
  },
): Promise<LimitChangeResult> {
  const version = await nextVersion(tx, row.scope, row.scopeId);
  const id = newId();
  const inForce = row.change === 'tighten';
  await insertLimitSet(tx, {
    ...row,
    id,
    version,
    contentHash: limitContent({ ...row, version }),
    proposedBy: actorRef(actor),
    proposedByName: actor.name,
    proposedAt: now,
    approvals: [],
    effectiveAt: inForce ? now : null,
  });
  recordEvent(tx, {
    type: inForce ? 'risk.limits-tightened' : 'risk.limits-proposed',
    actor,
    subject: { kind: 'limit-set', id },
    portfolioId: row.portfolioId,
    data: {
      version,
      scope: row.scope,
      scopeId: row.scopeId,
      change: row.change,
      limits: row.limits,
      reason: row.reason,
    },
  });
  tell(tx);
  const text = inForce
    ? `Version ${version} is in force.`
    : `Version ${version} waits for two people (Risk officer, Manager). Until then nothing changes.`;
  return { id, version, inForce, text };
}

const APPROVERS: Role[] = ['risk-officer', 'manager'];

/**
 * One person's approval of a waiting version, with a second factor over its exact content. In force with the second
 * person; approvals of people who were disabled or have lost their role since fall away.
 *
 * Throws NOT_WAITING, STALE_VERSION, SELF_APPROVAL (the same person twice), STEP_UP_REQUIRED.
 */
export async function approveLimits(
  actor: PersonActor,
  input: { limitSetId: string; stepUp: string },
): Promise<{ inForce: boolean; text: string }> {
  return inTransaction(async (tx, now) => {
    const row = await lockLimitSet(tx, input.limitSetId);
    if (!row) throw notFound('The limit version');
    authorize(actor, 'limit.loosen', { portfolioId: row.portfolioId });
    const role = APPROVERS.find((r) => rolesIn(actor.grants, row.portfolioId).includes(r));
    if (!role) throw new DomainError('FORBIDDEN', 'Only a Risk officer or Manager approves a looser limit.');
    if (row.effectiveAt || row.rejectedAt)
      throw new DomainError('NOT_WAITING', 'This version was decided on already. Nothing was changed.');
    await refuseStale(tx, row, now);
    const people = await enabledPeopleWith(APPROVERS, row.portfolioId, tx);
    const earlier = standing(row.approvals, people);
    if (earlier.some((a) => a.personId === actor.personId)) {
      throw new DomainError('SELF_APPROVAL', 'You have approved this already. It takes another person.');
    }
    const { factor } = await consumeStepUp(tx, actor, {
      token: input.stepUp,
      operation: 'risk.approve-limits',
      contentHash: row.contentHash,
    });
    const approvals = [...earlier, { personId: actor.personId, name: actor.name, role, at: now.toISOString(), factor }];
    const inForce = isByTwo(approvals, people);
    await updateLimitSet(tx, row.id, { approvals, effectiveAt: inForce ? now : null });
    recordEvent(tx, {
      type: inForce ? 'risk.limits-in-force' : 'risk.limits-approved',
      actor,
      subject: { kind: 'limit-set', id: row.id },
      portfolioId: row.portfolioId,
      data: {
        version: row.version,
        change: row.change,
        contentHash: row.contentHash,
        role,
        factor,
        approvals: approvals.map((a) => a.personId),
      },
    });
    tell(tx);
    return inForce
      ? { inForce, text: `Version ${row.version} is in force.` }
      : { inForce, text: 'Approved. One more person (Risk officer or Manager) is needed.' };
  });
}

/** A newer version has come into force since this one was proposed: it would bring back what was changed. */
async function refuseStale(tx: Tx, row: LimitSetRow, now: Date): Promise<void> {
  if (row.scope !== 'portfolio' || !row.portfolioId) return;
  const { sets } = await limitSetsOf(row.portfolioId, tx);
  const inForce = currentOwn(setsInForce(sets, now), row.portfolioId);
  if (inForce.version > row.version) {
    throw new DomainError(
      'STALE_VERSION',
      `Version ${inForce.version} came into force since this was proposed. Propose it again on top of that.`,
    );
  }
}

/** Rejects a waiting version, with a reason; one person is enough. */
export async function rejectLimits(actor: Actor, input: { limitSetId: string; reason: string }): Promise<void> {
  return inTransaction(async (tx, now) => {
    const row = await lockLimitSet(tx, input.limitSetId);
    if (!row) throw notFound('The limit version');
    if (authorize(actor, 'limit.loosen', { portfolioId: row.portfolioId }) === 'propose')
      throw new DomainError('FORBIDDEN', 'Only a Risk officer or Manager rejects a looser limit.');
    if (row.effectiveAt || row.rejectedAt)
      throw new DomainError('NOT_WAITING', 'This version was decided on already. Nothing was changed.');
    await updateLimitSet(tx, row.id, { rejectedAt: now, rejectedBy: actor.name, rejectedWhy: input.reason });
    recordEvent(tx, {
      type: 'risk.limits-rejected',
      actor,
      subject: { kind: 'limit-set', id: row.id },
      portfolioId: row.portfolioId,
      data: { version: row.version, reason: input.reason },
    });
    tell(tx);
  });
}

/** The limit of a measure that holds for a portfolio now, for those who must show it. */
export const limitInForce = (sets: readonly LimitSet[], measure: Measure, now: Date) =>
  limitFor(setsInForce(sets, now), { measure, appliesTo: 'portfolio', subject: null }, now);
