import { z } from 'zod';
import { GATES } from './policy';

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
