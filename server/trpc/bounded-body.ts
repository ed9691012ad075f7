import { DomainError } from '../kernel/errors';

/** Bodies over a bound are refused with what the bound is. */
export function tooLarge(mostBytes: number): DomainError {
  const most = mostBytes < 1_000_000 ? `${mostBytes / 1_000} kB` : `${mostBytes / 1_000_000} MB`;
  return new DomainError('TOO_LARGE', `A body has at most ${most} here. Send less at a time.`);
}

/**
 * The body of a request, given up at the first byte over `mostBytes`; an announced length over it is refused before anything
 * is read. Throws TOO_LARGE (413).
 */
export async function boundedBytes(request: Request, mostBytes: number): Promise<Buffer> {
  if (Number(request.headers.get('content-length') ?? 0) > mostBytes) throw tooLarge(mostBytes);
  const pieces: Uint8Array[] = [];
  let size = 0;
  const reader = request.body?.getReader();
  for (let piece = await reader?.read(); piece && !piece.done; piece = await reader?.read()) {
    size += piece.value.byteLength;
    if (size > mostBytes) {
      await reader?.cancel().catch(() => undefined);
      throw tooLarge(mostBytes);
    }
    pieces.push(piece.value);
  }
  return Buffer.concat(pieces, size);
}

export const boundedText = async (request: Request, mostBytes: number): Promise<string> =>
  (await boundedBytes(request, mostBytes)).toString('utf8');

/** The same request with its body already read, for libraries that read one of any size. */
export async function boundedRequest(request: Request, mostBytes: number): Promise<Request> {
  if (request.method === 'GET' || request.method === 'HEAD') return request;
  const { method, headers, signal } = request;
  const body = new Uint8Array(await boundedBytes(request, mostBytes));
  return new Request(request.url, { method, headers, signal, body });
}
