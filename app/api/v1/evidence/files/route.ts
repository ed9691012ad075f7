import { z } from 'zod';
import { keepFile } from '@/server/evidence/actions';
import { inUploadSlot } from '@/server/evidence/upload-slots';
import { readUpload } from '@/server/evidence/upload-stream';
import { authorize } from '@/server/identity/authorize';
import { problem } from '@/server/trpc/errors';
import { queryOf } from '@/server/trpc/query';
import { actorOfRequest } from '@/server/trpc/request-actor';

export const dynamic = 'force-dynamic';

const Query = z.object({
  portfolio: z.uuid('Name the portfolio: ?portfolio=<its id>.'),
  name: z.string().trim().min(1).max(200),
});

/** Keeps the file in the body as it is, for a checklist item; answers with its id and SHA-256. */
export async function POST(request: Request): Promise<Response> {
  const { pathname } = new URL(request.url);
  try {
    const actor = await actorOfRequest(request, 'evidence:write');
    const { portfolio, name } = queryOf(request, Query);
    authorize(actor, 'checklist.attach', { portfolioId: portfolio, keyScope: 'evidence:write' });
    const kept = await inUploadSlot(async () => {
      const bytes = await readUpload(request.body, request.headers.get('content-length'));
      return keepFile(actor, { portfolioId: portfolio, fileName: name, bytes });
    });
    return Response.json(kept, { status: 201, headers: { 'cache-control': 'no-store' } });
  } catch (error) {
    return problem(error, pathname);
  }
}
