import { DomainError } from '../kernel/errors';
import { MAX_FILE_BYTES, tooLargeFile } from './bounds';

/**
 * The whole body of an upload, read piece by piece and given up at the first byte over 50 MB; a length that is announced
 * over it is refused before anything is read. Throws EVIDENCE_TOO_LARGE, and UPLOAD_BROKEN where the sender stops midway.
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
    for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
      size += piece.value.byteLength;
      if (size > MAX_FILE_BYTES) throw tooLarge();
      pieces.push(piece.value);
    }
  } catch (cause) {
    await reader.cancel().catch(() => undefined);
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
