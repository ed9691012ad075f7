import { z } from 'zod';
import type { Role } from '../kernel/actor';
import type { ApprovalStanding } from './approvals';
import type { GateContent } from './binding';
import type { Condition } from './gate-facts';
import type { PhaseNumber, PhaseState, StepState } from './phases';
import { type Gate, TRANCHES } from './policy';
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
    override: { may: true; passed: Condition[]; hash: string } | { may: false; why: string };
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
