import 'server-only';
import { recordEvent } from '../../audit/record';
import { authorize } from '../../identity/authorize';
import { type PersonActor, rolesIn } from '../../kernel/actor';
import { DomainError, notFound } from '../../kernel/errors';
import { inTransaction } from '../../kernel/transaction';
import { loadContext } from '../ingest/context-store';
import type { Limit } from '../limit-definition';
import { setsInForce } from '../limits';
import { authorizeAnyChange, type LimitEditInput, limitOfEdit, refuseSuddenBreach } from './limit-actions';
import { changeKind, editKind } from './limit-change';
import { limitSetsOf, lockLimits, storedLimit } from './limit-store';
import { keepVersion, type LimitChangeResult } from './limit-version-actions';

export type LimitLevel = { kind: 'firm' } | { kind: 'strategy'; strategyId: string };

const isSame = (a: Limit, b: Limit): boolean => a.measure === b.measure && a.appliesTo === b.appliesTo;

/**
 * A new version of the limits above or below a portfolio's own: of the whole firm, or of one strategy. They stand beside the
 * portfolio's, and the strictest counts. What only tightens is in force at once; what loosens waits for two people, who for
 * the firm hold their role in the whole firm. A strategy's own is tightened by an engineer too, and by a quant who owns it.
 *
 * Throws INVALID, SAME_LIMITS, NEEDS_RISK_OFFICER (a tightening of the firm, or one that would breach now), FORBIDDEN.
 */
export async function changeLevelLimits(
  actor: PersonActor,
  input: { portfolioId: string; level: LimitLevel; edits: readonly LimitEditInput[]; reason: string },
): Promise<LimitChangeResult> {
  const { level } = input;
  authorizeAnyChange(actor, level.kind === 'firm' ? null : input.portfolioId);
  return inTransaction(async (tx, now) => {
    await lockLimits(tx);
    const loaded = await loadContext(input.portfolioId, tx);
    if (!loaded) throw notFound('The portfolio');
    const isFirm = level.kind === 'firm';
    const strategy = isFirm ? null : loaded.strategies.find((s) => s.id === level.strategyId);
    if (strategy === undefined) throw notFound('The strategy');
    if (strategy && input.edits.some((edit) => edit.appliesTo !== 'strategy'))
      throw new DomainError('INVALID', 'Limits of one strategy are on its drawdown and win rate.');
    const scopeId = strategy?.id ?? '';
    const portfolioId = isFirm ? null : input.portfolioId;
    const { sets } = await limitSetsOf(input.portfolioId, tx);
    const current = setsInForce(sets, now).find((s) => s.level.kind === level.kind && (s.level.id ?? '') === scopeId);
    const before = current?.limits ?? [];
    const edits = input.edits.map(limitOfEdit);
    const kind = changeKind(edits.map((edit) => editKind(before.find((l) => isSame(l, edit)) ?? null, edit)));
    if (kind === 'same')
      throw new DomainError('SAME_LIMITS', 'These are the limits in force already. Nothing was changed.');
    authorize(actor, kind === 'looser' ? 'limit.loosen' : 'limit.tighten', { portfolioId, ownerId: strategy?.ownerId });
    if (kind === 'tighter' && strategy) {
      const own = edits.map((edit) => ({ ...edit, strategyId: strategy.id }));
      await refuseSuddenBreach(tx, actor, input.portfolioId, own);
    } else if (kind === 'tighter') refuseForFirm(actor);
    const kept = before.map((l) => edits.find((edit) => isSame(l, edit)) ?? l);
    const added = edits.filter((edit) => !before.some((l) => isSame(l, edit)));
    const { event, ...version } = await keepVersion(tx, actor, now, {
      scope: level.kind,
      scopeId,
      portfolioId,
      limits: { limits: [...kept, ...added].map(storedLimit) },
      change: kind === 'looser' ? 'loosen' : 'tighten',
      reason: input.reason,
      expiresAt: null,
    });
    recordEvent(tx, event);
    return version;
  });
}

/** It may be breached at once, in any portfolio of the firm, and restrict trading there. */
function refuseForFirm(actor: PersonActor): void {
  const roles = rolesIn(actor.grants, null);
  if (roles.includes('risk-officer') || roles.includes('manager')) return;
  const text = 'Such a limit may be breached at once. A Risk officer or Manager sets it.';
  throw new DomainError('NEEDS_RISK_OFFICER', text, { kind: 'forbidden' });
}
