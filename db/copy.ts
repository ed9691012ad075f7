import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type postgres from 'postgres';
import type { Tx } from './client';

/** What drizzle keeps of the driver's transaction; COPY is not part of its own vocabulary. */
type Carrier = { session: { client: postgres.TransactionSql } };
/** The driver's query: it is settled with the stream, so that what the server answers in the end reaches nobody else. */
type Settled = { reject: (error: unknown) => void };

/** Bytes that are sent at once. */
const PIECE = 131_072;

/**
 * Sends lines in COPY's text format (`copyField`, tabs between, a newline at the end) into a table, in this transaction.
 * `target` is a table with its columns in the order of the fields; it is the caller's own text, never a person's. Throws
 * what the database says of a line that it refuses.
 */
export async function copyInto(tx: Tx, target: string, lines: Iterable<string>): Promise<void> {
  const { client } = (tx as unknown as Carrier).session;
  const copy = client.unsafe(`copy ${target} from stdin`);
  const stream = await copy.writable();
  const refused = new Promise<never>((_, reject) => {
    (copy as unknown as Settled).reject = reject;
  });
  // A refusal after the last line ends no stream of the driver's: without the race it would be waited for for ever.
  await Promise.race([pipeline(Readable.from(pieces(lines), { highWaterMark: 2 }), stream), refused]);
}

/** Made as they are sent, so that no batch is held twice; each line is written where it is sent from. */
function* pieces(lines: Iterable<string>): Generator<Buffer> {
  let piece = Buffer.allocUnsafeSlow(PIECE);
  let size = 0;
  for (const line of lines) {
    // A character takes at most three bytes.
    if (line.length * 3 > PIECE - size) {
      if (size > 0) yield piece.subarray(0, size);
      piece = Buffer.allocUnsafeSlow(Math.max(PIECE, line.length * 3));
      size = 0;
    }
    size += piece.write(line, size);
  }
  if (size > 0) yield piece.subarray(0, size);
}
