import { answerMetrics } from '@/server/run/metrics';

export const dynamic = 'force-dynamic';

export async function GET(request: Request): Promise<Response> {
  return answerMetrics(request);
}
