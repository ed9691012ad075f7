import 'server-only';
import { DomainError } from '../kernel/errors';
import { problem } from '../trpc/errors';
import { carriesBearer } from './bearer';
import { runJob } from './run-job';

/** Answers `POST /api/cron/<job>`: the report of the run as JSON, or problem+json. The caller proves itself by CRON_SECRET. */
export async function answerCron(request: Request, job: string): Promise<Response> {
  const instance = new URL(request.url).pathname;
  try {
    if (!carriesBearer(request.headers.get('authorization'), process.env.CRON_SECRET ?? '')) {
      throw new DomainError('UNAUTHENTICATED', 'This route needs "Authorization: Bearer" with the cron secret.');
    }
    return Response.json(await runJob(job), { headers: { 'cache-control': 'no-store' } });
  } catch (error) {
    return problem(error, instance);
  }
}
