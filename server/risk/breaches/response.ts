import type { Measure } from '../limit-definition';
import type { Utilisation } from '../utilisation';
import { atLeast } from '../utilisation';

/** Places on the ladder of one episode, in per cent of the limit. Each is acted on once in the life of an episode. */
export type Rung = 100 | 125 | 200;

export type ProposalKind = 'reduce-positions' | 'reduce-position' | 'cut-capital' | 'raise-cash';

/** What came of a proposal: it waits for a person, was sent by policy, or is left to a person altogether. */
export type ProposalOutcome = 'none' | 'proposed' | 'sent' | 'by-hand';

/** What reaching a rung asks for. `latch` acts at once; a proposal waits for a person (or for policy). */
export type Response = {
  latch: 'REDUCING' | 'HALTED' | null;
  proposal: ProposalKind | null;
  /** Ask for an emergency of severity high; never critical by itself. */
  emergency: boolean;
};

const ONLY_ALERT: Response = { latch: null, proposal: null, emergency: false };

const LADDER: Record<Measure, Partial<Record<Rung, Response>>> = {
  drawdown: {
    100: { latch: 'REDUCING', proposal: 'reduce-positions', emergency: false },
    125: { latch: 'HALTED', proposal: null, emergency: false },
    200: { latch: null, proposal: null, emergency: true },
  },
  dailyLoss: {
    100: { latch: 'HALTED', proposal: null, emergency: false },
    200: { latch: null, proposal: null, emergency: true },
  },
  position: { 100: { latch: 'REDUCING', proposal: 'reduce-position', emergency: false } },
  cash: { 100: { latch: 'REDUCING', proposal: 'raise-cash', emergency: false } },
  correlation: { 100: { latch: null, proposal: 'cut-capital', emergency: false } },
  winRate: { 100: ONLY_ALERT },
};

export const RUNGS: readonly Rung[] = [100, 125, 200];

/** The response to a rung; a rung the measure does not have asks for nothing. */
export const responseTo = (measure: Measure, rung: Rung): Response => LADDER[measure][rung] ?? ONLY_ALERT;

/** The rungs of a measure that a confirmed utilisation has reached, lowest first. */
export const rungsReached = (measure: Measure, utilisation: Utilisation): Rung[] =>
  RUNGS.filter((rung) => LADDER[measure][rung] !== undefined && atLeast(utilisation, rung));

/** At most three actions of one episode key a day; then a person decides. */
export const ACTIONS_PER_DAY = 3;
/** A proposal nobody decided on escalates after this. */
export const PROPOSAL_ESCALATES_MS = 15 * 60_000;
