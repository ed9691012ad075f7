/** One stored file. `sha256` is over all of its bytes, lower-case hex. */
export interface StoredFile {
  id: string;
  portfolioId: string | null;
  name: string;
  contentType: string;
  size: number;
  sha256: string;
  uploadedBy: string;
  uploadedAt: Date;
}

/**
 * Where files lie. Postgres today; an object store would be a second implementation, with the row in Postgres naming it.
 * `write` belongs to the transaction `Tx` of its caller: a file without what it was stored for does not exist.
 */
export interface FileStore<Tx> {
  write(tx: Tx, file: StoredFile, content: Buffer): Promise<void>;
  find(id: string): Promise<StoredFile | null>;
  /** The content in order, piece by piece; a missing piece throws. */
  read(id: string): AsyncIterable<Buffer>;
}

export const CHUNK_BYTES = 1024 * 1024;

/** Pieces of at most 1 MB, views on the same memory. */
export function* chunksOf(content: Buffer): Generator<Buffer> {
  for (let at = 0; at < content.length; at += CHUNK_BYTES) yield content.subarray(at, at + CHUNK_BYTES);
}
