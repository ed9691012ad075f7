import { Decimal, sumOf } from '../../kernel/decimal';
import { numberText } from '../../kernel/format';
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

/** What a snapshot shows; cash as it counts, null where an account does not state it. */
type Seen = { positions: readonly Position[]; cash: Decimal | null; asOf: Date | null };

/** Fills may end this share of the amount asked for short of it: an order goes as far off its reference as its collar. */
const SHORT_OF_ASKED = new Decimal('0.05');

/** In words what a snapshot does not show yet of what an action was to bring about; null where it shows all of it. */
function missingOf(proposal: Proposal, { positions, cash }: Seen): string | null {
  switch (proposal.kind) {
    case 'reduce-positions':
    case 'reduce-position': {
      const held = unmetTargets(proposal.targets, positions).map(
        (u) => `${u.held.toFixed()} ${u.instrument} instead of ${u.to.toFixed()}`,
      );
      return held.length > 0 ? held.join(', ') : null;
    }
    case 'raise-cash': {
      const { to, shortfall } = proposal;
      if (!to || cash?.gte(to.minus(shortfall.mul(SHORT_OF_ASKED)))) return null;
      const free = cash ? `${numberText(cash)} of free cash` : 'no cash';
      return `${free} instead of ${numberText(to)}; what is sold counts once it has settled`;
    }
    // Capital is the engine's own word: no snapshot states it.
    case 'cut-capital':
      return null;
  }
}

/** True for what a snapshot shows: less is held, or more cash is free. */
const isShown = (proposal: Proposal): boolean =>
  proposal.kind === 'raise-cash' ? proposal.to !== undefined : 'targets' in proposal && proposal.targets.length > 0;

/**
 * What came of an action whose engines all answered that it is done: `confirmed` once a snapshot that is younger than the
 * last answer shows its targets or its cash, `waits` for as long as one may still come, and then `failed`, in words.
 */
export function shownOutcome(
  proposal: Proposal,
  seen: Seen,
  answeredAt: Date,
  now: Date,
): { kind: 'confirmed' | 'waits' } | { kind: 'failed'; why: string } {
  if (!isShown(proposal)) return { kind: 'confirmed' };
  const isSeen = seen.asOf !== null && seen.asOf > answeredAt;
  const missing = isSeen ? missingOf(proposal, seen) : null;
  if (isSeen && missing === null) return { kind: 'confirmed' };
  if (now.getTime() - answeredAt.getTime() <= SHOWN_WITHIN_MS) return { kind: 'waits' };
  if (!isSeen) return { kind: 'failed', why: 'Every engine answered that it is done, and no snapshot since shows it.' };
  return { kind: 'failed', why: `Every engine answered that it is done, and the newest snapshot shows ${missing}.` };
}
