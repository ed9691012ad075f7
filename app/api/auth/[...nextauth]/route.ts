import { NextRequest } from 'next/server';
import NextAuth from 'next-auth';
import { authOptions } from '@/server/identity/next-auth';
import { boundedRequest } from '@/server/trpc/bounded-body';
import { problem } from '@/server/trpc/errors';

export const dynamic = 'force-dynamic';

type Params = { params: Promise<{ nextauth: string[] }> };

/** A ticket and a token against forgery: far more than they take. */
const MOST_BYTES = 20_000;

async function handler(given: Request, context: Params): Promise<Response> {
  const { nextauth } = await context.params;
  let request = given;
  try {
    if (given.method === 'POST') request = new NextRequest(await boundedRequest(given, MOST_BYTES));
  } catch (error) {
    return problem(error);
  }
  const response: Response = await NextAuth(request as never, context as never, authOptions(request.headers));
  // Reading the session would write the token it was read with over one that a step-up has just renewed.
  if (nextauth[0] === 'session' && response.ok) response.headers.delete('set-cookie');
  return response;
}

export { handler as GET, handler as POST };
