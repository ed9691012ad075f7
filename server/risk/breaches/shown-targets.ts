import { sumOf } from '../../kernel/decimal';
import type { Position } from '../measures';
import type { Proposal, Target } from './proposals';

/** For this long after the last answer a snapshot may show what was done; then it was not done. */
export const SHOWN_WITHIN_MS = 5 * 60_000;

/** Targets that positions have not come down to, each with what is held of it still. */
export function unmetTargets(targets: readonly Target[], positions: readonly Position[]) {
  return targets.flatMap((target) => {
    const own = positions.filter((p) => p.strategy === target.strategy && p.instrument === target.instrument);
    const held = sumOf(own.map((p) => p.quantity));
    const isMet = held.abs().lte(target.to.abs()) && (held.isZero() || held.isNegative() === target.from.isNegative());
    return isMet ? [] : [{ ...target, held }];
  });
}

/** What a snapshot shows. */
type Seen = { positions: readonly Position[]; asOf: Date | null };

/**
 * What came of an action whose engines all answered that it is done: `confirmed` once a snapshot that is younger than the
 * last answer shows its targets, `waits` for as long as one may still come, and then `failed`, in words. Cash waits for its
 * settlement, which `cashOutcome` judges; capital is the engine's own word, and no snapshot states it.
 */
export function shownOutcome(
  proposal: Proposal,
  seen: Seen,
  answeredAt: Date,
  now: Date,
): { kind: 'confirmed' | 'waits' } | { kind: 'failed'; why: string } {
  if (proposal.kind === 'raise-cash') return { kind: proposal.to ? 'waits' : 'confirmed' };
  const targets = 'targets' in proposal ? proposal.targets : [];
  if (targets.length === 0) return { kind: 'confirmed' };
  const isSeen = seen.asOf !== null && seen.asOf > answeredAt;
  const held = unmetTargets(targets, seen.positions);
  const missing =
    held.length > 0
      ? held.map((u) => `${u.held.toFixed()} ${u.instrument} instead of ${u.to.toFixed()}`).join(', ')
      : null;
  if (isSeen && missing === null) return { kind: 'confirmed' };
  if (now.getTime() - answeredAt.getTime() <= SHOWN_WITHIN_MS) return { kind: 'waits' };
  if (!isSeen) return { kind: 'failed', why: 'Every engine answered that it is done, and no snapshot since shows it.' };
  return { kind: 'failed', why: `Every engine answered that it is done, and the newest snapshot shows ${missing}.` };
}
