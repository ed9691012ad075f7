import 'server-only';
import { and, eq } from 'drizzle-orm';
import { db, type Tx } from '@/db/client';
import { fileChunks, files } from '@/db/schema';
import { notFound } from '../kernel/errors';
import { CHUNK_BYTES, chunksOf, type FileStore, type StoredFile } from './files';

/** Files in Postgres, in pieces of 1 MB, so that neither writing nor reading one takes a value of 50 MB. */
export const fileStore: FileStore<Tx> = {
  async write(tx: Tx, file: StoredFile, content: Buffer): Promise<void> {
    await tx.insert(files).values(file);
    let ordinal = 0;
    for (const piece of chunksOf(content))
      await tx.insert(fileChunks).values({ fileId: file.id, ordinal: ordinal++, content: piece });
  },

  async find(id: string): Promise<StoredFile | null> {
    const [row] = await db.select().from(files).where(eq(files.id, id));
    return row ?? null;
  },

  async *read(id: string): AsyncIterable<Buffer> {
    const file = await fileStore.find(id);
    const pieces = Math.ceil((file?.size ?? 0) / CHUNK_BYTES);
    for (let ordinal = 0; ordinal < pieces; ordinal++) {
      const [row] = await db
        .select({ content: fileChunks.content })
        .from(fileChunks)
        .where(and(eq(fileChunks.fileId, id), eq(fileChunks.ordinal, ordinal)));
      if (!row) throw new Error(`file ${id} has no piece ${ordinal}`);
      yield Buffer.from(row.content);
    }
  },
};

/** The whole content of a file; only for what is bounded at upload. */
export async function readFileWhole(id: string): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of fileStore.read(id)) pieces.push(piece);
  return Buffer.concat(pieces);
}

/** A file that may be seen, and its content as a stream that reads one piece at a time. Throws NOT_FOUND. */
export async function openFile(
  id: string,
  visible: string[] | null,
): Promise<{ file: StoredFile; content: ReadableStream<Uint8Array> }> {
  const file = UUID.test(id) ? await fileStore.find(id) : null;
  const isVisible = file && (visible === null || (file.portfolioId !== null && visible.includes(file.portfolioId)));
  if (!file || !isVisible) throw notFound('The file');
  const pieces = fileStore.read(id)[Symbol.asyncIterator]();
  const content = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { value, done } = await pieces.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
  });
  return { file, content };
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
