import { contentHash } from '../../audit/canonical';

/** Hash of what a person who decides on a proposal is shown and signs. */
export const decisionContent = (action: { id: string; type: string; params: unknown; reason: string }): string =>
  contentHash({ id: action.id, type: action.type, params: action.params, reason: action.reason });
