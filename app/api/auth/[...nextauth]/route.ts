import NextAuth from 'next-auth';
import { authOptions } from '@/server/identity/next-auth';

export const dynamic = 'force-dynamic';

type Params = { params: Promise<{ nextauth: string[] }> };

async function handler(request: Request, context: Params): Promise<Response> {
  const { nextauth } = await context.params;
  const response: Response = await NextAuth(request as never, context as never, authOptions(request.headers));
  // Reading the session would write the token it was read with over one that a step-up has just renewed.
  if (nextauth[0] === 'session' && response.ok) response.headers.delete('set-cookie');
  return response;
}

export { handler as GET, handler as POST };
