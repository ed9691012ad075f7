import { z } from 'zod';
import { authenticateKey } from '@/server/identity/api-keys';
import { DomainError } from '@/server/kernel/errors';
import { RecordStep } from '@/server/launch/inputs';
import { recordStep } from '@/server/launch/phase-actions';
import { problem } from '@/server/trpc/errors';
import { jsonBody } from '@/server/trpc/json-body';
import { takeRequest } from '@/server/trpc/key-rate';

export const dynamic = 'force-dynamic';

/** 60 of them in 10 s. */
const SHARE = 5;

const MOST_BYTES = 500_000;

/**
 * Records one execution of a runbook step: `{exitCode, durationMs, output?, kind?, startedAt?, command?}` with the scope
 * `runbook:write`. A repeat with the same `Idempotency-Key` answers 200 with the first recording, a new one 201.
 */
export async function POST(request: Request, { params }: { params: Promise<{ stepId: string }> }): Promise<Response> {
  try {
    const actor = await authenticateKey(request, 'runbook:write');
    await takeRequest(actor.keyId, 'runbook-runs', SHARE);
    const { stepId } = await params;
    const body = z
      .record(z.string(), z.unknown())
      .catch({})
      .parse(await jsonBody(request, MOST_BYTES));
    const idempotencyKey = request.headers.get('idempotency-key');
    const recording = z.strictObject(RecordStep.shape).safeParse({ ...body, stepId, idempotencyKey });
    if (!recording.success) throw invalid(recording.error);
    const { repeated, ...recorded } = await recordStep(actor, recording.data);
    return Response.json(recorded, { status: repeated ? 200 : 201, headers: { 'cache-control': 'no-store' } });
  } catch (error) {
    return problem(error, new URL(request.url).pathname);
  }
}

function invalid(error: z.ZodError): DomainError {
  const { fieldErrors, formErrors } = z.flattenError(error);
  const words = Object.entries(fieldErrors).map(([field, messages]) => `${field}: ${(messages as string[])[0]}`);
  return new DomainError('INVALID', [...formErrors, ...words].join(' '), { data: { fields: fieldErrors } });
}
