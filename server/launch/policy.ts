import { z } from 'zod';
import { TRANCHES, type Tranche } from '../capital/strategy-capital';
import { ROLES } from '../kernel/actor';

export const GATES = ['phase-1', 'phase-2', 'phase-3', 'tranche-10', 'tranche-50', 'tranche-100'] as const;
export type Gate = (typeof GATES)[number];

export { TRANCHES, type Tranche };

export const trancheGate = (tranche: Tranche): Gate => `tranche-${tranche}`;
export const phaseGate = (phase: 1 | 2 | 3): Gate => `phase-${phase}`;
/** The tranche a gate leads to, or null for the gate of a phase. */
export const trancheOf = (gate: Gate): Tranche | null => {
  const tranche = TRANCHES.find((one) => trancheGate(one) === gate);
  return tranche ?? null;
};
export const phaseOf = (gate: Gate): 1 | 2 | 3 | 4 => {
  const phase = ([1, 2, 3] as const).find((one) => phaseGate(one) === gate);
  return phase ?? 4;
};

const gateRule = z.object({
  /** One approval per entry, each by a different person. */
  roles: z.array(z.enum(ROLES)).min(1),
  validHours: z.number().positive(),
  /** `failed`: a failed item shuts this gate; `all`: every item must be signed or waived. */
  checklist: z.enum(['failed', 'all']),
});

export const approvalPolicySchema = z.object({ gates: z.record(z.enum(GATES), gateRule) });
export type ApprovalPolicy = z.infer<typeof approvalPolicySchema>;
export type GateRule = z.infer<typeof gateRule>;

const DAYS = 24;
const PHASE = { validHours: 7 * DAYS, checklist: 'failed' } as const;
const TRANCHE = { validHours: 72, checklist: 'all' } as const;

/** Who approves what, unless a later version of the policy says otherwise. */
export const DEFAULT_APPROVAL_POLICY: ApprovalPolicy = {
  gates: {
    'phase-1': { roles: ['engineer', 'manager'], ...PHASE },
    'phase-2': { roles: ['engineer', 'manager'], ...PHASE },
    'phase-3': { roles: ['engineer', 'risk-officer'], ...PHASE },
    'tranche-10': { roles: ['risk-officer', 'manager'], ...TRANCHE },
    'tranche-50': { roles: ['risk-officer'], ...TRANCHE },
    'tranche-100': { roles: ['risk-officer', 'manager'], ...TRANCHE },
  },
};

export const soakRequirementSchema = z.object({
  hours: z.number().positive(),
  /** Full trading sessions of the portfolio's calendar inside the soak. */
  sessions: z.number().int().nonnegative(),
  /** Trades closed since the tranche was entered. */
  trades: z.number().int().nonnegative(),
});
export type SoakRequirement = z.infer<typeof soakRequirementSchema>;

export const soakPolicySchema = z.object({
  /** What must be held at this tranche before the next. */
  at: z.object({ 10: soakRequirementSchema, 50: soakRequirementSchema }),
  /** One pause longer than this starts the soak again. */
  longestPauseMinutes: z.number().positive(),
  /** All pauses together, as a share of the hours demanded. */
  largestPausedShare: z.number().positive().max(1),
});
export type SoakPolicy = z.infer<typeof soakPolicySchema>;

/** How long and how a tranche is held, unless a later version of the policy says otherwise. */
export const DEFAULT_SOAK_POLICY: SoakPolicy = {
  at: { 10: { hours: 24, sessions: 1, trades: 10 }, 50: { hours: 48, sessions: 2, trades: 20 } },
  longestPauseMinutes: 60,
  largestPausedShare: 0.1,
};

/** A policy with its version; version 0 is the default that ships with the product. */
export type Versioned<T> = { version: number; content: T };

/** Policies as a stored row holds them. Throws on content this version of the product does not know. */
export const parseApprovalPolicy = (content: unknown): ApprovalPolicy => approvalPolicySchema.parse(content);
export const parseSoakPolicy = (content: unknown): SoakPolicy => soakPolicySchema.parse(content);
