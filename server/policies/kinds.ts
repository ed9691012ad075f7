import { DEFAULT_ESCALATION, EscalationPolicy } from '../alerts/escalation';
import { contentHash } from '../audit/canonical';
import {
  type ApprovalPolicy,
  approvalPolicySchema,
  DEFAULT_APPROVAL_POLICY,
  DEFAULT_SOAK_POLICY,
  type SoakPolicy,
  soakPolicySchema,
} from '../launch/policy';

export const POLICY_KINDS = ['approval', 'soak', 'escalation'] as const;
export type PolicyKind = (typeof POLICY_KINDS)[number];
export type PolicyContent = { approval: ApprovalPolicy; soak: SoakPolicy; escalation: EscalationPolicy };

/** What holds until a version was agreed: version 0. */
export const DEFAULTS: PolicyContent = {
  approval: DEFAULT_APPROVAL_POLICY,
  soak: DEFAULT_SOAK_POLICY,
  escalation: DEFAULT_ESCALATION,
};

export const SCHEMAS = { approval: approvalPolicySchema, soak: soakPolicySchema, escalation: EscalationPolicy };

/** What two people agree to: this version of this policy, with exactly this content. */
export const proposalHash = (row: { id: string; kind: string; version: number; content: unknown }): string =>
  contentHash({ id: row.id, kind: row.kind, version: row.version, content: row.content });

/** Roles of which two different people change a policy. */
export const AGREERS = ['risk-officer', 'manager'] as const;

/** Whether two different people who hold one of those roles now have agreed; one who lost it since counts no more. */
export const isAgreed = (agreements: readonly { personId: string }[], standing: ReadonlySet<string>): boolean =>
  new Set(agreements.map(({ personId }) => personId).filter((id) => standing.has(id))).size >= 2;

/** Why a person may not agree to a proposal, or null. */
export function agreeFault(
  personId: string,
  mayAgree: boolean,
  proposal: { agreements: readonly { personId: string }[] },
): string | null {
  if (!mayAgree) return 'Two of Risk officer and Manager agree to a policy.';
  return proposal.agreements.some((one) => one.personId === personId)
    ? 'You agreed already. It takes another person.'
    : null;
}
