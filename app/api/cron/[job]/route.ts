import { answerCron } from '@/server/jobs/cron-request';

export const dynamic = 'force-dynamic';

export async function POST(request: Request, { params }: { params: Promise<{ job: string }> }): Promise<Response> {
  return answerCron(request, (await params).job);
}
