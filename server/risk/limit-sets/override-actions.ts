import 'server-only';
import { recordEvent } from '../../audit/record';
import { authorize } from '../../identity/authorize';
import type { PersonActor } from '../../kernel/actor';
import { Decimal } from '../../kernel/decimal';
import { DomainError, notFound } from '../../kernel/errors';
import { inTransaction, publish } from '../../kernel/transaction';
import { type Limit, limitOf, type Measure, type ScopeKind } from '../limit-definition';
import { limitFor, setsInForce } from '../limits';
import { authorizeAnyChange, refuseSuddenBreach } from './limit-actions';
import { isLimitValue } from './limit-change';
import {
  approvedVersions,
  isOverride,
  limitsOf,
  lockLimitSet,
  lockLimits,
  setsOf,
  storedLimit,
  updateLimitSet,
} from './limit-store';
import { keepVersion, type LimitChangeResult } from './limit-version-actions';
import {
  lifeFault,
  type OverrideTarget,
  overrideKind,
  overrideName,
  overrideScope,
  overrideTarget,
  withLimit,
} from './override-change';

const DAY = 86_400_000;

const refused = (field: string, text: string) =>
  new DomainError('INVALID', text, { data: { fields: { [field]: [text] } } });

/** What an override is asked for, checked. Throws INVALID with the field at fault. */
function readTarget(
  input: { measure: Measure; appliesTo: Exclude<ScopeKind, 'firm'>; instrument: string | null },
  hard: Decimal,
): OverrideTarget {
  const { measure, appliesTo } = input;
  const subject = input.instrument?.trim() ?? null;
  if (subject !== null && (measure !== 'position' || appliesTo !== 'portfolio' || subject === ''))
    throw refused('instrument', 'Name an instrument for its position, and none for another measure.');
  if ((measure === 'winRate') !== (appliesTo === 'strategy') && measure !== 'drawdown')
    throw refused('measure', 'Limits of a strategy are on its drawdown and win rate.');
  if (!isLimitValue(hard, measure)) throw refused('hard', 'A share over 0 %, as a fraction; 10 % is 0.10.');
  return { measure, appliesTo, subject };
}

/**
 * A limit of its own for the position in one instrument, such as an index ETF, or for one measure for a time. One that is
 * at least as strict at every instant of its life is in force at once, beside what it tightens; any other waits for two
 * people. `days` ends it after at most 5 days from its start; null makes that of an instrument a standing one.
 *
 * Throws INVALID, SAME_LIMITS, NEEDS_RISK_OFFICER (a tightening that would breach now), FORBIDDEN.
 */
export async function overrideLimit(
  actor: PersonActor,
  input: {
    portfolioId: string;
    measure: Measure;
    appliesTo: Exclude<ScopeKind, 'firm'>;
    instrument: string | null;
    hard: string;
    startsAt: Date | null;
    days: number | null;
    reason: string;
  },
): Promise<LimitChangeResult> {
  const { portfolioId, startsAt, days, reason } = input;
  authorizeAnyChange(actor, portfolioId);
  return inTransaction(async (tx, now) => {
    await lockLimits(tx);
    const target = readTarget(input, new Decimal(input.hard));
    const fault = lifeFault({ startsAt, days }, target, now);
    if (fault) throw refused(fault.field, fault.text);
    const begins = startsAt ?? now;
    const expiresAt = days === null ? null : new Date(begins.getTime() + days * DAY);
    const limit: Limit = {
      ...limitOf(target.measure, target.appliesTo, input.hard, { subject: target.subject ?? undefined }),
      expiresAt,
      startsAt: begins,
      override: 'instead',
    };
    const before = setsOf(portfolioId, await approvedVersions(portfolioId, tx));
    const change = { before, after: withLimit(before, portfolioId, limit) };
    const kind = overrideKind(portfolioId, target, change, now, 'hard');
    if (kind === 'same') throw new DomainError('SAME_LIMITS', 'This limit holds already. Nothing was changed.');
    const tightens = kind === 'tighter';
    authorize(actor, tightens ? 'limit.tighten' : 'limit.loosen', { portfolioId });
    if (tightens) await refuseSuddenBreach(tx, actor, portfolioId, [{ ...target, hard: limit.hard }]);
    // What only tightens never reaches back; what two people approve holds from its approval, or its start where that is later.
    const start = tightens ? begins : startsAt;
    const { event, ...kept } = await keepVersion(tx, actor, now, {
      ...overrideScope(portfolioId, target),
      portfolioId,
      limits: { ...(start && { startsAt: start.toISOString() }), limits: [storedLimit(limit)] },
      change: tightens ? 'tighten' : 'override',
      reason,
      expiresAt,
    });
    recordEvent(tx, event);
    return kept;
  });
}

/**
 * Takes an override back before its end, alone: it ends now. Only where that never loosens what counts; otherwise a looser
 * override takes two people.
 *
 * Throws NOT_RUNNING, WOULD_LOOSEN, NEEDS_RISK_OFFICER (it would breach now), FORBIDDEN.
 */
export async function withdrawOverride(
  actor: PersonActor,
  input: { limitSetId: string; reason: string },
): Promise<{ text: string }> {
  return inTransaction(async (tx, now) => {
    await lockLimits(tx);
    const row = await lockLimitSet(tx, input.limitSetId);
    if (!row?.portfolioId || !isOverride(row)) throw notFound('The override');
    const { portfolioId } = row;
    authorize(actor, 'limit.tighten', { portfolioId });
    if (!row.effectiveAt || row.rejectedAt || (row.expiresAt && row.expiresAt <= now))
      throw new DomainError('NOT_RUNNING', 'This override is not in force. Nothing was changed.');
    const target = overrideTarget(row);
    const rows = await approvedVersions(portfolioId, tx);
    const before = setsOf(portfolioId, rows);
    const after = setsOf(
      portfolioId,
      rows.filter((one) => one.id !== row.id),
    );
    if (overrideKind(portfolioId, target, { before, after }, now) === 'looser') {
      const text = `Without it ${overrideName(row)} could be larger than now. Propose a looser override instead: two people approve it.`;
      throw new DomainError('WOULD_LOOSEN', text);
    }
    const left = limitFor(setsInForce(after, now), target, now);
    if (left) await refuseSuddenBreach(tx, actor, portfolioId, [{ ...target, hard: left.hard }]);
    await updateLimitSet(tx, row.id, { expiresAt: now, endedByName: actor.name, endedWhy: input.reason });
    recordEvent(tx, {
      type: 'risk.override-withdrawn',
      actor,
      subject: { kind: 'limit-set', id: row.id },
      portfolioId,
      data: {
        version: row.version,
        scopeId: row.scopeId,
        limits: limitsOf(row).map(storedLimit),
        plannedEnd: row.expiresAt?.toISOString() ?? null,
        reason: input.reason,
      },
    });
    for (const topic of ['risk', 'overview', 'launch']) publish(tx, topic);
    return { text: `The override of ${overrideName(row)} ended.` };
  });
}
