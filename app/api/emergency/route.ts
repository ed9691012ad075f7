import { z } from 'zod';
import { startEmergency } from '@/server/emergency/actions';
import { Press } from '@/server/emergency/facts';
import { presserOf } from '@/server/emergency/presser-actions';
import { assertOwnOrigin, ownOrigin } from '@/server/identity/origin';
import { DomainError } from '@/server/kernel/errors';
import { problem } from '@/server/trpc/errors';

export const dynamic = 'force-dynamic';

const MOST_CHARACTERS = 10_000;

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
  const text = await request.text();
  if (text.length > MOST_CHARACTERS) throw new DomainError('TOO_LARGE', 'A press is at most 10,000 characters.');
  const parsed = Press.safeParse(jsonOf(text));
  if (parsed.success) return parsed.data;
  const { fieldErrors, formErrors } = z.flattenError(parsed.error);
  const first = Object.values(fieldErrors).flat()[0] ?? formErrors[0] ?? 'The press is not complete.';
  throw new DomainError('INVALID', first, { data: { fields: fieldErrors } });
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
