import { CORRELATION_WINDOW } from '@/server/risk/correlation/correlation';

const { minimumOverlap } = CORRELATION_WINDOW;

/** Why a pair has no correlation: too few common days, or enough of them in which a side stood still. */
export const unknownPairReason = (overlap: number): string =>
  overlap < minimumOverlap
    ? `${overlap} of ${minimumOverlap} common days`
    : `${overlap} common days, but one of the two did not move`;

/** One sentence over a matrix without a known pair. */
export const noPairText = (strategies: number, overlaps: readonly number[]): string =>
  overlaps.every((overlap) => overlap < minimumOverlap)
    ? `No pair of ${strategies} strategies has ${minimumOverlap} common days.`
    : `No pair of ${strategies} strategies has ${minimumOverlap} common days in which both moved.`;
