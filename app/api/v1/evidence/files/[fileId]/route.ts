import { openFile } from '@/server/evidence/file-store';
import { visiblePortfolios } from '@/server/identity/authorize';
import { problem } from '@/server/trpc/errors';
import { allowanceOf, takeRequest } from '@/server/trpc/key-rate';
import { actorOfRequest } from '@/server/trpc/request-actor';

export const dynamic = 'force-dynamic';

/** Files are large: 30 of them in 10 s. */
const SHARE = 10;

/** A stored file to keep, never to run: always an attachment, never of a type a browser would render. */
export async function GET(request: Request, context: { params: Promise<{ fileId: string }> }): Promise<Response> {
  const { pathname } = new URL(request.url);
  try {
    const actor = await actorOfRequest(request, 'read');
    await takeRequest(allowanceOf(actor), 'files', SHARE);
    const { file, content } = await openFile((await context.params).fileId, visiblePortfolios(actor));
    return new Response(content, {
      headers: {
        'content-type': 'application/octet-stream',
        'content-length': String(file.size),
        'content-disposition': `attachment; filename="file"; filename*=UTF-8''${encodeURIComponent(file.name)}`,
        'content-security-policy': "default-src 'none'; sandbox",
        'x-content-type-options': 'nosniff',
        'cache-control': 'private, no-store',
        etag: `"${file.sha256}"`,
      },
    });
  } catch (error) {
    return problem(error, pathname);
  }
}
