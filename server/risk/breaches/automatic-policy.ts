import type { ProposalKind } from './response';

/**
 * Actions that a portfolio's limits may send without waiting for a person. All of them only reduce. Capital of a correlated
 * pair is never among them: that cut is proposed only.
 */
export const AUTOMATIC_KINDS = [
  'reduce-positions',
  'reduce-position',
  'raise-cash',
] as const satisfies readonly ProposalKind[];
export type AutomaticKind = (typeof AUTOMATIC_KINDS)[number];

/** How people speak of each, as a limit set says it. */
export const AUTOMATIC_LABEL: Record<AutomaticKind, string> = {
  'reduce-positions': 'the 20 % cut on a drawdown',
  'reduce-position': 'a position down to its limit',
  'raise-cash': 'cash raised to its minimum',
};

/** What the limit set in force of a portfolio sends by itself, and which version that is. */
export type AutomaticPolicy = { limitSetId: string; version: number; kinds: readonly AutomaticKind[] };

export const isAutomatic = (kind: ProposalKind | null, { kinds }: AutomaticPolicy): boolean =>
  kinds.some((one) => one === kind);

const PREFIX = 'policy:limit-set:';

/** Who decided, as an action names it that a limit set approved. */
export const policyRef = ({ limitSetId }: AutomaticPolicy): string => `${PREFIX}${limitSetId}`;
export const isPolicyRef = (decidedBy: string | null): boolean => decidedBy?.startsWith(PREFIX) ?? false;
export const policyName = ({ version }: AutomaticPolicy): string => `limit set v${version}`;
