import { z } from 'zod';
import { acknowledgeByToken } from '@/server/alerts/actions';
import { assertOwnSite, ownOrigin } from '@/server/identity/origin';
import { DomainError } from '@/server/kernel/errors';
import { boundedText } from '@/server/trpc/bounded-body';
import { problem } from '@/server/trpc/errors';

export const dynamic = 'force-dynamic';

const Body = z.object({ token: z.string().min(1).max(200) });
const MOST_BYTES = 2_000;

/**
 * Acknowledges by the single-use token of a notification: JSON `{token}` for a machine, a form for the landing page.
 * The token is the leave; a form is sent back to the page, which shows what became of it.
 */
export async function POST(request: Request): Promise<Response> {
  const { pathname } = new URL(request.url);
  const isForm = (request.headers.get('content-type') ?? '').startsWith('application/x-www-form-urlencoded');
  try {
    assertOwnSite(request, ownOrigin());
    const { token } = await readToken(request, isForm);
    if (isForm) return backToPage(token, await outcomeOf(token));
    const { number, acknowledgedBy, acknowledgedUntil } = await acknowledgeByToken(token);
    return Response.json(
      { alert: number, acknowledgedBy, acknowledgedUntil: acknowledgedUntil.toISOString() },
      { headers: { 'cache-control': 'no-store' } },
    );
  } catch (error) {
    return problem(error, pathname);
  }
}

async function readToken(request: Request, isForm: boolean): Promise<z.infer<typeof Body>> {
  const text = await boundedText(request, MOST_BYTES);
  const read = isForm ? { token: new URLSearchParams(text).get('token') } : jsonOf(text);
  const body = Body.safeParse(read);
  if (!body.success)
    throw new DomainError('INVALID', 'Send {"token": "…"} as JSON, with the token of the notification.');
  return body.data;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** The code of what refused it: the address of the page says no words of its own. */
async function outcomeOf(token: string): Promise<string | null> {
  try {
    await acknowledgeByToken(token);
    return null;
  } catch (error) {
    if (error instanceof DomainError) return error.code;
    throw error;
  }
}

function backToPage(token: string, refused: string | null): Response {
  const query = refused ? `?refused=${encodeURIComponent(refused)}` : '';
  // 303: the browser asks for the page anew, and a reload sends nothing twice.
  return new Response(null, {
    status: 303,
    headers: { location: `/acknowledge/${encodeURIComponent(token)}${query}`, 'cache-control': 'no-store' },
  });
}
