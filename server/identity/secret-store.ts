import 'server-only';
import { sql as query } from 'drizzle-orm';
import type { Tx } from '@/db/client';

export type SecretColumn = { table: string; column: string; boundTo: string };

/** The sealed secrets of one column, by the id of their row. */
export async function boxesOf(tx: Tx, { table, column }: SecretColumn): Promise<{ id: string; box: string }[]> {
  const name = query.identifier(column);
  return tx.execute<{ id: string; box: string }>(
    query`select id::text as id, ${name} as box from ${query.identifier(table)} where ${name} is not null order by id`,
  );
}

/** Replaces a box if it is still the one that was read. */
export async function replaceBox(tx: Tx, { table, column }: SecretColumn, id: string, old: string, next: string) {
  const name = query.identifier(column);
  const rows = await tx.execute(
    query`update ${query.identifier(table)} set ${name} = ${next} where id = ${id}::uuid and ${name} = ${old} returning id`,
  );
  return rows.length === 1;
}
