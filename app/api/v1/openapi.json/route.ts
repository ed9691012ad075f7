import { openApiDocument } from '@/server/run/openapi';

export const dynamic = 'force-dynamic';

export function GET(): Response {
  return Response.json(openApiDocument(process.env.APP_URL ?? ''), { headers: { 'cache-control': 'no-store' } });
}
