import { authorizeImport, importBacktest } from '@/server/evidence/actions';
import { ImportRequestQuery } from '@/server/evidence/backtest';
import { reportJson } from '@/server/evidence/evidence-report';
import { withUpload } from '@/server/evidence/upload-slots';
import { readUpload } from '@/server/evidence/upload-stream';
import { actorRef } from '@/server/kernel/actor';
import { problem } from '@/server/trpc/errors';
import { allowanceOf, takeRequest } from '@/server/trpc/key-rate';
import { queryOf } from '@/server/trpc/query';
import { actorOfRequest } from '@/server/trpc/request-actor';

export const dynamic = 'force-dynamic';

/** A file is worth as much work as ten small requests. */
const SHARE = 10;

/** Imports the backtest file in the body for `?release=`; who may not is refused before a byte of it is read. */
export async function POST(request: Request): Promise<Response> {
  const { pathname } = new URL(request.url);
  try {
    const actor = await actorOfRequest(request, 'evidence:write');
    await takeRequest(allowanceOf(actor), 'evidence', SHARE);
    const { release, name, purpose, ...choice } = queryOf(request, ImportRequestQuery);
    await authorizeImport(actor, release);
    const imported = await withUpload(
      actorRef(actor),
      () => readUpload(request.body, request.headers.get('content-length')),
      (bytes) => importBacktest(actor, { releaseId: release, fileName: name, bytes, choice, purpose }),
    );
    const { fileId, backtests, report } = imported;
    return Response.json(
      { fileId, backtests, guess: report.file.guess, ...reportJson(report) },
      { status: 201, headers: { 'cache-control': 'no-store' } },
    );
  } catch (error) {
    return problem(error, pathname);
  }
}
