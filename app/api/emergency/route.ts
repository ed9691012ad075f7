import { z } from 'zod';
import { startEmergency } from '@/server/emergency/actions';
import { Press } from '@/server/emergency/facts';
import { presserOf } from '@/server/emergency/presser-actions';
import { assertOwnOrigin, ownOrigin } from '@/server/identity/origin';
import { DomainError } from '@/server/kernel/errors';
import { problem } from '@/server/trpc/errors';
import { jsonBody } from '@/server/trpc/json-body';

export const dynamic = 'force-dynamic';

const MOST_BYTES = 40_000;

/**
 * Starts an emergency for a person at a browser. A route of its own, because it must answer when the database does not:
 * the session is then known by the local snapshot. The run goes on in this process after the answer.
 */
export async function POST(request: Request): Promise<Response> {
  const { pathname } = new URL(request.url);
  try {
    const { actor, isDatabaseDown } = await presserOf(request);
    assertOwnOrigin(request, ownOrigin());
    const press = await readPress(request);
    const started = await startEmergency(actor, press, { isDatabaseDown });
    return Response.json(started, { status: 202, headers: { 'cache-control': 'no-store' } });
  } catch (error) {
    return problem(error, pathname);
  }
}

async function readPress(request: Request): Promise<Press> {
  const parsed = Press.safeParse(await jsonBody(request, MOST_BYTES));
  if (parsed.success) return parsed.data;
  const { fieldErrors, formErrors } = z.flattenError(parsed.error);
  const first = Object.values(fieldErrors).flat()[0] ?? formErrors[0] ?? 'The press is not complete.';
  throw new DomainError('INVALID', first, { data: { fields: fieldErrors } });
}
