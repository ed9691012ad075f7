import { z } from 'zod';
import { authenticateKey } from '@/server/identity/api-keys';
import { machineSteps } from '@/server/launch/machine-store';
import { problem } from '@/server/trpc/errors';
import { takeRequest } from '@/server/trpc/key-rate';
import { queryOf } from '@/server/trpc/query';

export const dynamic = 'force-dynamic';

/** 60 of them in 10 s. */
const SHARE = 5;

/** The runbook of `?launch=L-0042`, so that a pipeline finds the step it has run. Takes the scope `runbook:write`. */
export async function GET(request: Request): Promise<Response> {
  try {
    const actor = await authenticateKey(request, 'runbook:write');
    await takeRequest(actor.keyId, 'runbook-steps', SHARE);
    const { launch } = queryOf(request, z.object({ launch: z.string().regex(/^L-\d{4,}$/, 'A launch is L-0042.') }));
    return Response.json(await machineSteps(actor, launch), { headers: { 'cache-control': 'no-store' } });
  } catch (error) {
    return problem(error, new URL(request.url).pathname);
  }
}
