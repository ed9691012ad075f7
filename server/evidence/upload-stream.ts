import { DomainError } from '../kernel/errors';
import { MAX_FILE_BYTES, tooLargeFile } from './bounds';

/** Longest silence between two pieces, and longest upload: 50 MB at some 90 kB a second. */
const IDLE_MS = 15_000;
const MOST_MS = 600_000;

/**
 * The whole body of an upload, read piece by piece and given up at the first byte over 50 MB; a length that is announced
 * over it is refused before anything is read. Throws EVIDENCE_TOO_LARGE, and UPLOAD_BROKEN where the sender stops midway or
 * sends nothing for 15 s.
 */
export async function readUpload(
  body: ReadableStream<Uint8Array> | null,
  announcedLength: string | null,
): Promise<Buffer> {
  const tooLarge = () =>
    tooLargeFile('The file is larger than 50 MB, which is the most. Export without signals or orders.');
  const announced = announcedLength === null ? null : Number(announcedLength);
  if (announced !== null && announced > MAX_FILE_BYTES) throw tooLarge();
  if (!body) return Buffer.alloc(0);
  const reader = body.getReader();
  const pieces: Uint8Array[] = [];
  let size = 0;
  try {
    const until = Date.now() + MOST_MS;
    for (let piece = await nextPiece(reader, until); !piece.done; piece = await nextPiece(reader, until)) {
      size += piece.value.byteLength;
      if (size > MAX_FILE_BYTES) throw tooLarge();
      pieces.push(piece.value);
    }
  } catch (cause) {
    reader.cancel().catch(() => undefined);
    if (cause instanceof DomainError) throw cause;
    throw new DomainError('UPLOAD_BROKEN', 'The upload broke off. Nothing was kept; send the file again.', {
      kind: 'invalid',
      cause,
    });
  }
  if (announced !== null && size !== announced) {
    throw new DomainError(
      'UPLOAD_BROKEN',
      `${size} of ${announced} bytes arrived. Nothing was kept; send the file again.`,
      { kind: 'invalid' },
    );
  }
  return Buffer.concat(pieces, size);
}

/** The next piece; throws where none comes in time. */
async function nextPiece(reader: ReadableStreamDefaultReader<Uint8Array>, until: number) {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, fail) => {
    const waitMs = Math.min(IDLE_MS, until - Date.now());
    timer = setTimeout(() => fail(new Error('the upload stalled')), Math.max(0, waitMs));
  });
  try {
    return await Promise.race([reader.read(), late]);
  } finally {
    clearTimeout(timer);
  }
}
