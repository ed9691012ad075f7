import { DomainError } from '../kernel/errors';

/**
 * The JSON body of a machine's request, given up at the first byte over `mostBytes`; an announced length over it is
 * refused before anything is read. Throws TOO_LARGE (413) and INVALID (422).
 */
export async function jsonBody(request: Request, mostBytes: number): Promise<unknown> {
  const tooLarge = new DomainError('TOO_LARGE', `A body has at most ${mostBytes / 1_000_000} MB. Send it in parts.`);
  if (Number(request.headers.get('content-length') ?? 0) > mostBytes) throw tooLarge;
  const pieces: Uint8Array[] = [];
  let size = 0;
  const reader = request.body?.getReader();
  for (let piece = await reader?.read(); piece && !piece.done; piece = await reader?.read()) {
    size += piece.value.byteLength;
    if (size > mostBytes) {
      await reader?.cancel().catch(() => undefined);
      throw tooLarge;
    }
    pieces.push(piece.value);
  }
  try {
    return JSON.parse(Buffer.concat(pieces, size).toString('utf8'));
  } catch {
    throw new DomainError('INVALID', 'The body is not JSON.');
  }
}
