import { z } from 'zod';
import type { Comparison, Finding } from './findings';

const Status = z.enum(['issues-detected', 'all-clear', 'unknown']);
const Counts = z.object({ high: z.number(), medium: z.number(), low: z.number(), gap: z.number() });

export const ReportListed = z.object({
  id: z.string(),
  number: z.string(),
  launchId: z.string(),
  launchNumber: z.string(),
  portfolioName: z.string(),
  strategyName: z.string(),
  releaseVersion: z.string(),
  tranche: z.number(),
  windowHours: z.number(),
  windowEnd: z.date(),
  status: Status,
  counts: Counts,
  isComplete: z.boolean(),
  issuedAt: z.date(),
});
export type ReportListed = z.infer<typeof ReportListed>;

export const ReportList = z.object({
  reports: z.array(ReportListed),
  /** Windows that run now, the next to end first. */
  next: z.array(
    z.object({
      key: z.string(),
      launchNumber: z.string(),
      strategyName: z.string(),
      tranche: z.number(),
      windowHours: z.number(),
      dueAt: z.date(),
    }),
  ),
  launches: z.array(
    z.object({
      launchId: z.string(),
      launchNumber: z.string(),
      strategyName: z.string(),
      releaseVersion: z.string(),
      baseline: z.enum(['approved', 'proposed', 'none']),
      version: z.number().nullable(),
    }),
  ),
});
export type ReportList = z.infer<typeof ReportList>;

export const ReportDetail = ReportListed.extend({
  portfolioId: z.string(),
  timeZone: z.string(),
  windowStart: z.date(),
  releaseDigest: z.string(),
  baseline: z.object({ version: z.number(), takenIn: z.string(), approvedAt: z.date().nullable() }).nullable(),
  inShort: z.string(),
  comparisons: z.array(z.custom<Comparison>()),
  findings: z.array(z.custom<Finding>()),
  recommendations: z.array(z.string()),
  contentHash: z.string(),
  auditHead: z.string(),
  /** The windows of the same tranche, issued or not. */
  windows: z.array(
    z.object({
      hours: z.number(),
      number: z.string().nullable(),
      status: Status.nullable(),
      counts: Counts.nullable(),
      dueAt: z.date().nullable(),
    }),
  ),
  told: z.array(z.object({ id: z.string(), channel: z.string(), state: z.string(), at: z.date() })),
});
export type ReportDetail = z.infer<typeof ReportDetail>;

const BaselineLine = z.object({
  metric: z.string(),
  label: z.string(),
  mean: z.string(),
  threshold: z.string().nullable(),
  measure: z.enum(['growth', 'headroom']),
  canUseHeadroom: z.boolean(),
  minutes: z.number(),
  minutesNeeded: z.number(),
  samples: z.number(),
  samplesNeeded: z.number(),
  isShort: z.boolean(),
  refusal: z.string().nullable(),
});
export type BaselineLine = z.infer<typeof BaselineLine>;

export const BaselinePreview = z.object({
  from: z.date(),
  to: z.date(),
  lines: z.array(BaselineLine),
  missing: z.array(z.string()),
});
export type BaselinePreview = z.infer<typeof BaselinePreview>;

export const BaselineView = z.object({
  id: z.string(),
  version: z.number(),
  takenIn: z.string(),
  from: z.date(),
  to: z.date(),
  lines: z.array(BaselineLine),
  missing: z.array(z.string()),
  expectation: z.string().nullable(),
  contentHash: z.string(),
  proposedByName: z.string(),
  proposedAt: z.date(),
  approvals: z.array(z.object({ name: z.string(), role: z.string(), at: z.date(), factor: z.string() })),
  state: z.enum(['proposed', 'approved', 'rejected']),
  rejectedWhy: z.string().nullable(),
  /** Why this person cannot approve it; null when they can. */
  blocked: z.string().nullable(),
});
export type BaselineView = z.infer<typeof BaselineView>;

export const LaunchBaselines = z.object({
  launchNumber: z.string(),
  strategyName: z.string(),
  inForce: BaselineView.nullable(),
  proposal: BaselineView.nullable(),
  may: z.object({ propose: z.boolean(), reject: z.boolean() }),
});
export type LaunchBaselines = z.infer<typeof LaunchBaselines>;

/** How many findings of each severity. */
export function countsOf(findings: { severity: Finding['severity'] }[]): z.infer<typeof Counts> {
  const of = (severity: Finding['severity']) => findings.filter((finding) => finding.severity === severity).length;
  return { high: of('high'), medium: of('medium'), low: of('low'), gap: of('gap') };
}
