import { z } from 'zod';
import type { Role } from '../kernel/actor';
import type { ApprovalStanding } from './approvals';
import type { GateContent } from './binding';
import type { Condition } from './gate-facts';
import type { PhaseNumber, PhaseState, StepState } from './phases';
import { GATES, type Gate, TRANCHES } from './policy';
import type { SoakProgress } from './soak';

export type PhaseView = {
  phase: PhaseNumber;
  name: string;
  state: PhaseState;
  startedAt: Date | null;
  finishedAt: Date | null;
};

/** A tranche of phase 4 as it stands. `share` is how much of its soak is held, null where none is asked. */
export type TrancheView = {
  tranche: number;
  state: 'not-started' | 'running' | 'done';
  enteredAt: Date | null;
  leftAt: Date | null;
  countedSeconds: number | null;
  requiredSeconds: number | null;
  breakGlass: boolean;
};

export type LaunchIdentity = {
  id: string;
  number: string;
  name: string;
  version: string;
  portfolioId: string;
  portfolioName: string;
  currency: string;
  timeZone: string;
  strategyId: string;
  releaseId: string;
  ownerId: string;
  ownerName: string;
  status: 'open' | 'held' | 'live' | 'aborted' | 'finished';
  holdReason: string | null;
  heldAt: Date | null;
  phase: number;
  tranche: number;
  allocation: string;
  openedAt: Date;
  closedAt: Date | null;
};

export type LaunchListRow = LaunchIdentity & {
  phases: PhaseView[];
  tranches: TrancheView[];
  checklist: { satisfied: number; total: number };
  gate: { gate: Gate; isOpen: boolean; blockers: number; first: string | null } | null;
};

export type ApprovalView = {
  id: string;
  role: string;
  personName: string;
  personId: string;
  decision: 'approved' | 'rejected';
  standing: ApprovalStanding;
  reason: string;
  voidReason: string | null;
  contentHash: string;
  factor: string;
  decidedAt: Date;
  expiresAt: Date;
};

export type GateView = {
  gate: Gate;
  computedAt: Date;
  isOpen: boolean;
  blockers: Condition[];
  met: Condition[];
  content: GateContent;
  hash: string;
  roles: Role[];
  rolesText: string;
  validHours: number;
  slots: { role: Role; personName: string | null }[];
  approvals: ApprovalView[];
  /** For the one who looks. */
  you: {
    mayApprove: { may: true; role: Role } | { may: false; why: string };
    hasApproved: boolean;
    /** Who uses the gate is left out of its approvers: whether it opens for them. */
    isOpenForYou: boolean;
    whyNotForYou: string | null;
    override: { may: true } | { may: false; why: string };
  };
};

export type StepRunView = {
  id: string;
  kind: 'run' | 'rollback';
  command: string;
  exitCode: number;
  output: string;
  durationMs: number;
  recordedAt: Date;
  recordedByName: string;
};

export type StepView = {
  id: string;
  phase: PhaseNumber;
  ordinal: number;
  tranche: number | null;
  title: string;
  command: string;
  rollbackCommand: string;
  state: StepState;
  runs: StepRunView[];
};

export type ReviewView = {
  id: string;
  gate: string;
  reason: string;
  blockers: string[];
  personName: string;
  at: Date;
  dueAt: Date;
  closedAt: Date | null;
  finding: string | null;
  mayClose: boolean;
};

export type LaunchPage = LaunchIdentity & {
  artefactDigest: string;
  configDigest: string;
  releaseDigest: string;
  releaseNotes: string;
  engine: { id: string; name: string } | null;
  capital: { amount: string; isConfirmed: boolean; confirmedAt: Date | null } | null;
  phases: PhaseView[];
  tranches: TrancheView[];
  soak: (SoakProgress & { tranche: number; asOf: Date }) | null;
  gate: GateView | null;
  steps: StepView[];
  reviews: ReviewView[];
  checklist: { satisfied: number; total: number; failed: number };
  may: Record<'edit' | 'record' | 'promote' | 'demote' | 'release' | 'override', boolean>;
};

export type TimelineItem = {
  id: string;
  type: string;
  actorName: string;
  occurredAt: Date;
  recordedAt: Date;
  data: Record<string, unknown>;
};

export const launchPage = z.custom<LaunchPage>();
export const launchList = z.custom<LaunchListRow[]>();
export const timeline = z.custom<TimelineItem[]>();

const reason = z.string().trim().min(3, 'Say why, for those who read it later.').max(2000);
const launchId = z.uuid();
export const gateName = z.enum(GATES);

export const NewLaunch = z.object({
  releaseId: z.uuid('Choose the release that goes live.'),
  /** A share of the portfolio, a fraction as text. */
  allocation: z.string().regex(/^\d+(\.\d+)?$/, 'Enter the share of the portfolio in per cent, such as 20.'),
});
export const ByLaunch = z.object({ launchId });
export const WithReason = z.object({ launchId, reason });
export const WithNote = z.object({ launchId, note: z.string().trim().max(2000) });
export const Note = z.object({ launchId, text: z.string().trim().min(1, 'Write the note first.').max(4000) });
export const StartPhase = z.object({
  launchId,
  phase: z.union([z.literal(1), z.literal(2), z.literal(3), z.literal(4)]),
});
export const UseGate = z.object({ launchId, gate: gateName });
export const Decide = z
  .object({
    launchId,
    gate: gateName,
    decision: z.enum(['approved', 'rejected']),
    reason: z.string().trim().max(2000),
    contentHash: z.string().length(64),
    stepUp: z.string().min(1, 'Give your second factor first.'),
  })
  .superRefine((decision, context) => {
    if (decision.decision === 'rejected' && decision.reason.length < 3) {
      context.addIssue({ code: 'custom', path: ['reason'], message: 'A rejection needs a reason.' });
    }
  });
export const Override = z.object({
  launchId,
  gate: gateName,
  reason,
  contentHash: z.string().length(64),
  stepUp: z.string().min(1),
});
export const CloseReview = z.object({ reviewId: z.uuid(), finding: reason });

const exitCode = z
  .number({ error: 'Enter the exit code, 0 for success.' })
  .int('An exit code is a whole number.')
  .min(0)
  .max(255);
const output = z.string().max(200_000, 'Keep the output under 200,000 characters; attach the rest as a file.');
const durationMs = z
  .number({ error: 'Enter how long it took.' })
  .int()
  .nonnegative()
  .max(7 * 86_400_000);
export const RecordStep = z.object({
  stepId: z.uuid(),
  kind: z.enum(['run', 'rollback']).default('run'),
  exitCode,
  output: output.default(''),
  durationMs,
  startedAt: z.coerce.date().nullable().default(null),
  command: z.string().trim().min(1).max(4000).optional(),
  idempotencyKey: z.string().trim().min(1).max(200).nullable().default(null),
});
const stepText = {
  title: z.string().trim().min(2, 'Name the step.').max(200),
  command: z.string().trim().min(1, 'A step needs the command to run.').max(4000),
  rollbackCommand: z.string().trim().max(4000).default(''),
};
export const EditStep = z.object({ stepId: z.uuid(), ...stepText });
export const AddStep = z.object({
  launchId,
  phase: z.union([z.literal(1), z.literal(2), z.literal(3), z.literal(4)]),
  tranche: z.union([z.literal(10), z.literal(50), z.literal(100)]).nullable(),
  ...stepText,
});

/** What can be launched: releases of strategies that have no open launch, and how much of their portfolio is left. */
export const LaunchChoice = z.object({
  releaseId: z.uuid(),
  version: z.string(),
  strategyName: z.string(),
  portfolioName: z.string(),
  allocatedFraction: z.string(),
  hasEngine: z.boolean(),
  openLaunch: z.string().nullable(),
});

/** The tranches of a launch from its stays: the one in force runs, one that was left upwards is done. */
export function trancheViews(
  tranche: number,
  stays: readonly { tranche: number; enteredAt: Date; leftAt: Date | null; breakGlass: boolean }[],
  soak: { countedSeconds: number; requiredSeconds: number } | null,
): TrancheView[] {
  return TRANCHES.map((one) => {
    const stay = stays.findLast((held) => held.tranche === one);
    const isIn = tranche === one;
    const isDone = one < tranche || (isIn && one === 100);
    return {
      tranche: one,
      state: isDone ? 'done' : isIn ? 'running' : 'not-started',
      enteredAt: stay?.enteredAt ?? null,
      leftAt: stay?.leftAt ?? null,
      countedSeconds: isIn && soak ? soak.countedSeconds : null,
      requiredSeconds: isIn && soak ? soak.requiredSeconds : null,
      breakGlass: stay?.breakGlass ?? false,
    };
  });
}
