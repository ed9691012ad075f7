/** The operation a second factor names when it approves; its content is the backtest's digest. */
export const APPROVE_EXPECTATION = 'baseline.approve';

/** Two people of risk or management must have approved a backtest before the release is measured against it. */
export const APPROVERS_NEEDED = 2;

export interface ExpectationApproval {
  personId: string;
  /** Digest of the backtest that was approved. */
  digest: string;
  /** Whether the person is enabled and may approve now, not when it was given. */
  mayApprove: boolean;
}

export interface ExpectationFacts {
  digest: string;
  /** `person:<id>` or `key:<id>` of who imported the file. */
  importedBy: string;
  proposedAt: Date | null;
  rejectedAt: Date | null;
  approvedAt: Date | null;
  supersededAt: Date | null;
  approvals: ExpectationApproval[];
}

export type ApprovalVerdict =
  | { kind: 'refused'; code: string; message: string }
  | { kind: 'waits'; missing: number }
  | { kind: 'approved' };

/**
 * What one more approval by `personId` makes of a proposed backtest.
 *
 * The importer never approves; one person counts once; approvals of other content, or of people who may no longer give
 * them, do not count. Two people, whatever roles they hold.
 */
export function verdictWith(facts: ExpectationFacts, personId: string): ApprovalVerdict {
  const refused = (code: string, message: string): ApprovalVerdict => ({ kind: 'refused', code, message });
  if (facts.supersededAt)
    return refused('SUPERSEDED', 'This reading was replaced by another. Approve the one that stands.');
  if (facts.approvedAt) return refused('ALREADY_APPROVED', 'This backtest is approved already. Nothing was changed.');
  if (!facts.proposedAt || facts.rejectedAt)
    return refused(
      'NOT_PROPOSED',
      'Nobody has proposed this backtest as the expectation. A Quant or Engineer proposes it first.',
    );
  if (facts.importedBy === `person:${personId}`)
    return refused('SELF_APPROVAL', 'You imported this file, so two others approve it.');
  const counted = new Set(countingApprovals(facts).map((approval) => approval.personId));
  if (counted.has(personId))
    return refused('ALREADY_APPROVED', 'You have approved this already; it needs a second person.');
  const missing = APPROVERS_NEEDED - counted.size - 1;
  return missing > 0 ? { kind: 'waits', missing } : { kind: 'approved' };
}

/** Approvals that still bind: of this content, by people who may approve and did not import it. */
export const countingApprovals = (
  facts: Pick<ExpectationFacts, 'digest' | 'importedBy' | 'approvals'>,
): ExpectationApproval[] =>
  facts.approvals.filter(
    (approval) =>
      approval.digest === facts.digest && approval.mayApprove && facts.importedBy !== `person:${approval.personId}`,
  );

/** Where a backtest stands, in one word. */
export function standingOf(
  facts: Pick<ExpectationFacts, 'proposedAt' | 'rejectedAt' | 'approvedAt'> & { retiredAt: Date | null },
) {
  if (facts.approvedAt) return facts.retiredAt ? 'retired' : 'expectation';
  if (facts.rejectedAt) return 'rejected';
  return facts.proposedAt ? 'proposed' : 'evidence';
}
