import { readiness } from '@/server/run/health';

export const dynamic = 'force-dynamic';

export async function GET(): Promise<Response> {
  const { ready, checks } = await readiness();
  const body = { status: ready ? 'ready' : 'not-ready', checks };
  return Response.json(body, { status: ready ? 200 : 503, headers: { 'cache-control': 'no-store' } });
}
