import { z } from 'zod';
import { attachFile, authorizeAttach } from '@/server/checklist/file-actions';
import { withUpload } from '@/server/evidence/upload-slots';
import { readUpload } from '@/server/evidence/upload-stream';
import { actorRef } from '@/server/kernel/actor';
import { problem } from '@/server/trpc/errors';
import { allowanceOf, takeRequest } from '@/server/trpc/key-rate';
import { queryOf } from '@/server/trpc/query';
import { actorOfRequest } from '@/server/trpc/request-actor';

export const dynamic = 'force-dynamic';

/** Files are large: 30 of them in 10 s. */
const SHARE = 10;

const Query = z.object({ name: z.string().trim().min(1).max(200) });

/** Attaches the file in the body to a checklist item; who may not is refused before a byte of it is read. */
export async function POST(request: Request, { params }: { params: Promise<{ itemId: string }> }): Promise<Response> {
  try {
    const actor = await actorOfRequest(request, 'evidence:write');
    await takeRequest(allowanceOf(actor), 'item-files', SHARE);
    const { itemId } = await params;
    const { name } = queryOf(request, Query);
    await authorizeAttach(actor, itemId);
    const attachmentId = await withUpload(
      actorRef(actor),
      () => readUpload(request.body, request.headers.get('content-length')),
      (bytes) => attachFile(actor, { itemId, name, bytes }),
    );
    return Response.json({ attachmentId }, { status: 201, headers: { 'cache-control': 'no-store' } });
  } catch (error) {
    return problem(error, new URL(request.url).pathname);
  }
}
