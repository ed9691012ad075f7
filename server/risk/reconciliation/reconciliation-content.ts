import { contentHash } from '../../audit/canonical';
import { Decimal } from '../../kernel/decimal';

/** Two digits, away from zero: a difference moves with every sample, and what is signed must not. */
export const acceptedUpTo = (difference: Decimal): Decimal => difference.toSignificantDigits(2, Decimal.ROUND_UP);

/** Whether a difference is still one that the signature covers: in the same direction, and no larger. */
export const isCovered = (difference: Decimal, upTo: Decimal): boolean =>
  difference.isNegative() === upTo.isNegative() && difference.abs().lte(upTo.abs());

/** Hash of what a person who accepts a difference signs: whose it is, since when it has been open, and how large it may be. */
export const differenceContent = (portfolioId: string, since: Date, upTo: Decimal): string =>
  contentHash({ portfolio: portfolioId, differsSince: since.toISOString(), upTo: upTo.toFixed() });
