import type { ApprovalFact, Excluded, PersonFact } from './approvals';
import type { PhaseState, StepFact } from './phases';
import type { Gate, GateRule, SoakRequirement } from './policy';
import type { SoakProgress } from './soak';
import type { Known } from './soak-health';

/** What a person can do about a blocker: one thing, at one place. */
export type ConditionAction = {
  label: string;
  target: 'item' | 'approve' | 'step' | 'risk' | 'engine' | 'alert' | 'emergency' | 'launch';
  id: string;
};

export type ConditionKind =
  | 'launch'
  | 'phase'
  | 'steps'
  | 'checklist'
  | 'approvals'
  | 'policy'
  | 'soak'
  | 'trading'
  | 'emergency'
  | 'breach'
  | 'limits'
  | 'data'
  | 'equity'
  | 'engine'
  | 'capital'
  | 'alerts'
  | 'reconciliation'
  | 'review'
  | 'reactions';

export type Certainty = 'known' | 'unknown' | 'unread';

export type Condition = {
  kind: ConditionKind;
  isMet: boolean;
  /** `unknown`: it was looked at and the answer is not known; `unread`: it could not be looked at, so nothing names what is passed. */
  certainty: Certainty;
  /** The blocker, or the condition met, verbatim as people read it. */
  sentence: string;
  detail: string;
  /** Who can clear it. */
  who: string;
  action: ConditionAction | null;
};

export type ItemLine = {
  id: string;
  number: number;
  text: string;
  state: string;
  isSatisfied: boolean;
  missing: string;
  who: string;
  isCritical: boolean;
  /** Demanded probes of it that do not say good, in their own words. */
  looks: readonly { probe: string; state: 'bad' | 'unknown'; sentence: string }[];
};
export type BreachLine = { id: string; number: string; sentence: string; state: string };
export type AlertLine = { id: string; number: string; title: string; severity: string };
export type LimitLine = { measure: string; subject: string; sentence: string };

/** What the engine said last of the strategy. */
export type EngineLine = {
  id: string;
  name: string;
  heartbeatAgeSeconds: Known<number>;
  /** Digest of the release it runs for this strategy; null before any was set. */
  digest: Known<string | null>;
  /** Null before capital was ever sent. */
  capitalMatches: Known<boolean> | null;
  /** Where it says that it trades more freely than holds here; left out where it obeys. */
  lax?: { says: string; holds: string } | null;
};

/** Everything a gate looks at, read in one go. What could not be read is unknown, and an unknown never opens a gate. */
export type GateFacts = {
  gate: Gate;
  now: Date;
  rule: GateRule;
  launch: { id: string; status: string; tranche: number; holdReason: string | null };
  phases: ReadonlyMap<number, PhaseState>;
  steps: readonly StepFact[];
  releaseDigest: string;
  items: Known<readonly ItemLine[]>;
  approvals: readonly ApprovalFact[];
  people: Known<readonly PersonFact[]>;
  excluded: Excluded;
  hash: string;
  tradingState: Known<'ACTIVE' | 'REDUCING' | 'HALTED'>;
  emergencies: Known<readonly { id: string; number: string }[]>;
  breaches: Known<readonly BreachLine[]>;
  unknownLimits: Known<readonly LimitLine[]>;
  data: Known<{ isFresh: boolean; sentence: string }>;
  equity: Known<string>;
  engine: Known<EngineLine>;
  alerts: Known<readonly AlertLine[]>;
  isReconciled: Known<boolean>;
  allocation: Known<string | null>;
  overdueReviews: Known<number>;
  reactionsBehind: Known<number>;
  /** Of the tranche in force; null where none is, or the gate demands none. */
  soak: {
    requirement: SoakRequirement;
    progress: Known<SoakProgress>;
    sessions: number | null;
    trades: number | null;
  } | null;
};

export type GateVerdict = {
  gate: Gate;
  isOpen: boolean;
  blockers: Condition[];
  met: Condition[];
  conditions: Condition[];
};

export const met = (kind: ConditionKind, sentence: string, detail = ''): Condition => ({
  kind,
  isMet: true,
  certainty: 'known',
  sentence,
  detail,
  who: '',
  action: null,
});
export const blocked = (
  kind: ConditionKind,
  sentence: string,
  who: string,
  action: ConditionAction | null = null,
  detail = '',
  certainty: Certainty = 'known',
): Condition => ({ kind, isMet: false, certainty, sentence, detail, who, action });
/** A condition whose fact could not be read: the worst of it must be assumed, and it cannot be named. */
export const unread = (kind: ConditionKind, sentence: string, who: string): Condition =>
  blocked(kind, sentence, who, null, '', 'unread');

/** A condition over a fact that may be missing. */
export function whenKnown<T>(
  kind: ConditionKind,
  name: string,
  fact: Known<T>,
  who: string,
  judge: (value: T) => Condition,
): Condition {
  return fact.known ? judge(fact.value) : unread(kind, `${name} is not known: ${fact.why}`, who);
}
