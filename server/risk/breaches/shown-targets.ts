import { sumOf } from '../../kernel/decimal';
import type { Position } from '../measures';
import type { Proposal, Target } from './proposals';

/** For this long after the last answer a snapshot may show what was done; then it was not done. */
export const SHOWN_WITHIN_MS = 5 * 60_000;

/** What an action was to bring positions down to; empty for one that names no positions. */
export const targetsOf = (proposal: Proposal): readonly Target[] =>
  proposal.kind === 'reduce-positions' || proposal.kind === 'reduce-position' ? proposal.targets : [];

/** Targets that positions have not come down to, each with what is held of it still. */
export function unmetTargets(targets: readonly Target[], positions: readonly Position[]) {
  return targets.flatMap((target) => {
    const own = positions.filter((p) => p.strategy === target.strategy && p.instrument === target.instrument);
    const held = sumOf(own.map((p) => p.quantity));
    const isMet = held.abs().lte(target.to.abs()) && (held.isZero() || held.isNegative() === target.from.isNegative());
    return isMet ? [] : [{ ...target, held }];
  });
}

/**
 * What came of an action whose engines all answered that it is done: `confirmed` once a snapshot that is younger than the
 * last answer shows its targets, `waits` for as long as one may still come, and then `failed`, in words.
 */
export function shownOutcome(
  targets: readonly Target[],
  seen: { positions: readonly Position[]; asOf: Date | null },
  answeredAt: Date,
  now: Date,
): { kind: 'confirmed' | 'waits' } | { kind: 'failed'; why: string } {
  if (targets.length === 0) return { kind: 'confirmed' };
  const isSeen = seen.asOf !== null && seen.asOf > answeredAt;
  const unmet = isSeen ? unmetTargets(targets, seen.positions) : [];
  if (isSeen && unmet.length === 0) return { kind: 'confirmed' };
  if (now.getTime() - answeredAt.getTime() <= SHOWN_WITHIN_MS) return { kind: 'waits' };
  if (!isSeen) return { kind: 'failed', why: 'Every engine answered that it is done, and no snapshot since shows it.' };
  const held = unmet.map((u) => `${u.held.toFixed()} ${u.instrument} instead of ${u.to.toFixed()}`).join(', ');
  return { kind: 'failed', why: `Every engine answered that it is done, and the newest snapshot shows ${held}.` };
}
