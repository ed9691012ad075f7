import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type postgres from 'postgres';
import type { Tx } from './client';

/** What drizzle keeps of the driver's transaction; COPY is not part of its own vocabulary. */
type Carrier = { session: { client: postgres.TransactionSql } };

const PIECE = 256;

/**
 * Sends lines in COPY's text format (`copyLine`) into a table, in this transaction. `target` is a table with its columns
 * in the order of the lines; it is the caller's own text, never a person's.
 */
export async function copyInto(tx: Tx, target: string, lines: readonly string[]): Promise<void> {
  if (lines.length === 0) return;
  const { client } = (tx as unknown as Carrier).session;
  const stream = await client.unsafe(`copy ${target} from stdin`).writable();
  const pieces = function* () {
    for (let i = 0; i < lines.length; i += PIECE) yield lines.slice(i, i + PIECE).join('');
  };
  await pipeline(Readable.from(pieces()), stream);
}
