import { once } from 'node:events';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import postgres from 'postgres';

/** The stored rows of portfolios as COPY writes them: the very rows that a bare COPY is timed with. */
export async function copiedOut(sql: postgres.Sql, portfolioIds: readonly string[]): Promise<Buffer[]> {
  const pieces: Buffer[] = [];
  const list = portfolioIds.map((id) => `'${id}'`).join(', ');
  const stream = await sql
    .unsafe(`copy (select * from snapshots where portfolio_id in (${list})) to stdout`)
    .readable();
  stream.on('data', (piece: Buffer) => pieces.push(piece));
  await once(stream, 'end');
  return pieces;
}

/** Milliseconds to COPY the lines into a new, logged table of the columns of `snapshots`, with its keys or with none. */
export async function timedCopy(ownerUrl: string, lines: readonly Buffer[], withKeys: boolean): Promise<number> {
  const sql = postgres(ownerUrl, { max: 1, onnotice: () => {} });
  try {
    await sql.unsafe('drop table if exists bench_copy');
    await sql.unsafe(`create table bench_copy (like snapshots ${withKeys ? 'including indexes' : ''})`);
    const started = performance.now();
    await sql.begin(async (tx) => {
      await pipeline(Readable.from(lines), await tx.unsafe('copy bench_copy from stdin').writable());
    });
    const took = performance.now() - started;
    await sql.unsafe('drop table bench_copy');
    return took;
  } finally {
    await sql.end();
  }
}
