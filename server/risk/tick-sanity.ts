import type { Decimal } from '../kernel/decimal';

/** The last sane equity, and a sample that moved too far to be believed alone. */
export type Sanity = {
  sane: { at: Date; equity: Decimal } | null;
  suspect: { at: Date; equity: Decimal } | null;
};

export const NO_SANITY: Sanity = { sane: null, suspect: null };

const SUSPECT_MOVE = '0.03';
const SUSPECT_WITHIN_MS = 60_000;
const AGREEMENT = '0.01';

/** `agrees`: this sample is sane and makes the suspect before it count as well. */
export type Judgement = 'sane' | 'suspect' | 'agrees';

/**
 * One bad tick must not halt: a move of equity over 3 % within 60 s without a flow or a fill is suspect, and counts only
 * when the next sample agrees with it within 1 %. Both shares are of the last sane equity.
 */
export function judgeTick(
  sanity: Sanity,
  sample: { at: Date; equity: Decimal; netFlow: Decimal; hasFill: boolean },
): { judgement: Judgement; sanity: Sanity } {
  const here = { at: sample.at, equity: sample.equity };
  const { sane, suspect } = sanity;
  const accept = (judgement: Judgement) => ({ judgement, sanity: { sane: here, suspect: null } });
  if (!sane || sane.equity.isZero()) return accept('sane');
  // Nothing is left to take a share of: under zero, any second sample confirms the first.
  if (sane.equity.isNegative() && sample.equity.lte(0)) return accept('sane');
  const reference = sane.equity.abs();
  if (suspect) {
    const apart = sample.equity.minus(sample.netFlow).minus(suspect.equity).abs();
    if (apart.lte(reference.mul(AGREEMENT))) return accept('agrees');
  }
  const explained = sample.hasFill || !sample.netFlow.isZero();
  const move = sample.equity.minus(sane.equity).abs();
  const sudden = sample.at.getTime() - sane.at.getTime() <= SUSPECT_WITHIN_MS && move.gt(reference.mul(SUSPECT_MOVE));
  if (sudden && !explained) return { judgement: 'suspect', sanity: { sane, suspect: here } };
  return accept('sane');
}
