import { contentHash } from '../../audit/canonical';

/** An accepted unknown may stand this long at most. */
export const UNKNOWN_ACCEPTED_DAYS = 30;

/** The key of the record that accepts an unknown pair: apart from that of its breach, which may open beside it. */
export const unknownPairKey = (portfolioId: string, subject: string): string =>
  `correlation|portfolio|${portfolioId}|${subject}|unknown`;

/** Hash of what the risk officer who accepts an unknown correlation signs. */
export const unknownPairContent = (portfolioId: string, subject: string, days: number): string =>
  contentHash({ portfolio: portfolioId, unknownCorrelation: subject, days });
