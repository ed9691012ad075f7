export const dynamic = 'force-dynamic';

/** The process runs and answers; it says nothing about what it needs. */
export function GET(): Response {
  return Response.json({ status: 'live' }, { headers: { 'cache-control': 'no-store' } });
}
