import 'server-only';
import { recordEvent } from '../../audit/record';
import { authorize } from '../../identity/authorize';
import { leaveFor } from '../../identity/permissions';
import { type PersonActor, rolesIn } from '../../kernel/actor';
import { Decimal } from '../../kernel/decimal';
import { DomainError, notFound } from '../../kernel/errors';
import { inTransaction, type Tx } from '../../kernel/transaction';
import { portfolioById } from '../../portfolios/store';
import type { AutomaticKind } from '../breaches/automatic-policy';
import type { DrawdownBasis } from '../equity-curve';
import { findState, listLimitStates } from '../ingest/state-store';
import { DIRECTION, type Limit, limitOf, type Measure, type ScopeKind } from '../limit-definition';
import { ownSet, setsInForce } from '../limits';
import { exceeds } from '../utilisation';
import { automaticKind, basisKind, changeKind, editKind, isLimitValue, isTierOrder, limitName } from './limit-change';
import {
  CONFIRMED_MEASURES,
  countKind,
  countOf,
  type LimitRules,
  maxAgeOf,
  type RulesEdit,
  rulesFault,
  rulesKind,
  withRules,
} from './limit-rules';
import { limitSetsOf, lockLimits, storedLimit } from './limit-store';
import { keepVersion, type LimitChangeResult } from './limit-version-actions';

/** Tiers that are left out follow from the hard value. */
export type LimitEditInput = {
  measure: Measure;
  appliesTo: Exclude<ScopeKind, 'firm'>;
  hard: string;
  soft?: string;
  recovery?: string;
};

/**
 * A new version of a portfolio's limits. Tightening is in force at once, alone; a change that loosens anything waits for
 * two people who may loosen, of whom the proposer is one where their role says so.
 *
 * `automatic` names the actions that wait for nobody: two people change them. `rules` say when data are unknown and how many
 * samples confirm a breach: sooner is tighter.
 *
 * Throws INVALID (values), SAME_LIMITS, NEEDS_RISK_OFFICER (a tightening that would breach now), FORBIDDEN.
 */
export async function changeLimits(
  actor: PersonActor,
  input: {
    portfolioId: string;
    edits: readonly LimitEditInput[];
    basis?: DrawdownBasis;
    automatic?: readonly AutomaticKind[];
    rules?: RulesEdit;
    reason: string;
  },
): Promise<LimitChangeResult> {
  const { portfolioId } = input;
  authorizeAnyChange(actor, portfolioId);
  return inTransaction(async (tx, now) => {
    await lockLimits(tx);
    const { sets, basis: before, policy, rules: ruled } = await limitSetsOf(portfolioId, tx);
    const portfolio = await portfolioById(portfolioId, tx);
    if (!portfolio) throw notFound('The portfolio');
    const interval = portfolio.snapshotIntervalMs;
    const rules = withRules(ruled, input.rules ?? {}, interval);
    const fault = rulesFault(rules, interval);
    if (fault) throw new DomainError('INVALID', fault, { data: { fields: { rules: [fault] } } });
    const basis = input.basis ?? before;
    const automatic = [...(input.automatic ?? policy.kinds)].sort();
    const current = ownSet(setsInForce(sets, now), portfolioId);
    if (!current) throw notFound('The limits of the portfolio');
    const general = current.limits.filter((l) => l.subject === null && !l.override);
    const edits = input.edits.map(limitOfEdit);
    const kinds = edits.map((edit) =>
      editKind(general.find((l) => l.measure === edit.measure && l.appliesTo === edit.appliesTo) ?? null, edit),
    );
    const kind = changeKind([
      ...kinds,
      basisKind(before, basis),
      automaticKind(policy.kinds, automatic),
      rulesKind(ruled, rules, interval),
    ]);
    if (kind === 'same')
      throw new DomainError('SAME_LIMITS', 'These are the limits in force already. Nothing was changed.');
    authorize(actor, kind === 'looser' ? 'limit.loosen' : 'limit.tighten', { portfolioId });
    if (kind === 'tighter') {
      const counted = general.filter((l) => isConfirmedSooner(ruled, rules, l.measure));
      await refuseSuddenBreach(tx, actor, portfolioId, [...edits, ...counted]);
      await refuseSuddenGap(tx, actor, portfolioId, { rules, interval, now });
    }
    const limits = general.map((l) =>
      storedLimit(edits.find((e) => e.measure === l.measure && e.appliesTo === l.appliesTo) ?? l),
    );
    const added = edits.filter((e) => !general.some((l) => l.measure === e.measure && l.appliesTo === e.appliesTo));
    const { event, ...kept } = await keepVersion(tx, actor, now, {
      scope: 'portfolio',
      scopeId: portfolioId,
      portfolioId,
      limits: {
        basis,
        automatic,
        ...(Object.keys(rules).length > 0 && { rules }),
        limits: [...limits, ...added.map(storedLimit)],
      },
      change: kind === 'looser' ? 'loosen' : 'tighten',
      reason: input.reason,
      expiresAt: null,
    });
    recordEvent(tx, event);
    return kept;
  });
}

/** A value over its limit that waits for a second sample would be a breach at once with fewer to confirm it. */
function isConfirmedSooner(before: LimitRules, after: LimitRules, measure: Measure): boolean {
  const one = CONFIRMED_MEASURES.find((confirmed) => confirmed === measure);
  return one !== undefined && countKind(countOf(before, one), countOf(after, one)) === 'tighter';
}

/** Data that would be unknown at once deny new risk and in time restrict trading: a risk officer or manager does that. */
async function refuseSuddenGap(
  tx: Tx,
  actor: PersonActor,
  portfolioId: string,
  { rules, interval, now }: { rules: LimitRules; interval: number; now: Date },
): Promise<void> {
  const roles = rolesIn(actor.grants, portfolioId);
  if (rules.maxAgeMs === undefined || roles.includes('risk-officer') || roles.includes('manager')) return;
  const asOf = (await findState(portfolioId, tx))?.asOf;
  if (!asOf || now.getTime() - asOf.getTime() <= maxAgeOf(rules, interval)) return;
  const text = 'The data there are now would be unknown at once. A Risk officer or Manager may set this age.';
  throw new DomainError('NEEDS_RISK_OFFICER', text, { kind: 'forbidden' });
}

/**
 * Refuses who may neither tighten nor loosen limits in a place (null: the whole firm), before anything is looked up there;
 * which of both a change needs is known only after. Throws FORBIDDEN.
 */
export function authorizeAnyChange(actor: PersonActor, portfolioId: string | null): void {
  if (leaveFor(actor.grants, 'limit.tighten', portfolioId) === null) authorize(actor, 'limit.loosen', { portfolioId });
}

/** An edit as a limit, its tiers in order. Throws INVALID. */
export function limitOfEdit(edit: LimitEditInput): Limit {
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

/**
 * A tightening that would breach at once acts on trading: a risk officer or manager does that. An edit with a subject or a
 * strategy is looked at with the values of that one only. Throws NEEDS_RISK_OFFICER.
 */
export async function refuseSuddenBreach(
  tx: Tx,
  actor: PersonActor,
  portfolioId: string,
  edits: readonly {
    measure: Measure;
    appliesTo: ScopeKind;
    hard: Decimal;
    subject?: string | null;
    strategyId?: string;
  }[],
): Promise<void> {
  const roles = rolesIn(actor.grants, portfolioId);
  if (roles.includes('risk-officer') || roles.includes('manager')) return;
  for (const state of await listLimitStates(portfolioId, tx)) {
    const edit = edits.find(
      (e) =>
        e.measure === state.measure &&
        e.appliesTo === state.scope &&
        (!e.subject || e.subject === state.subject) &&
        (!e.strategyId || e.strategyId === state.strategyId),
    );
    if (edit && state.value !== null && exceeds(DIRECTION[edit.measure], new Decimal(state.value), edit.hard)) {
      throw new DomainError(
        'NEEDS_RISK_OFFICER',
        'This limit would be breached at once and would restrict trading. A Risk officer or Manager may set it.',
        { kind: 'forbidden' },
      );
    }
  }
}
