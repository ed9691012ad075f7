import { contentHash } from '../../audit/canonical';

/** Hash of what a person who accepts a difference signs: whose it is, and since when it has been open. */
export const differenceContent = (portfolioId: string, since: Date): string =>
  contentHash({ portfolio: portfolioId, differsSince: since.toISOString() });
