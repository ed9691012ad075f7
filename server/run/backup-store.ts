import type postgres from 'postgres';
import { inReferenceOrder } from './backup-manifest';

type Sql = postgres.Sql | postgres.TransactionSql;
export type Table = { name: string; columns: string[] };

/** The tables of the product with their stored columns; a partition's rows are read through its parent. */
export async function tablesInOrder(sql: Sql): Promise<Table[]> {
  const tables = await sql<Table[]>`
    select c.relname as name, array_agg(a.attname::text order by a.attnum) as columns
    from pg_class c
    join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
    group by c.relname`;
  const references = await sql<{ from: string; to: string }[]>`
    select f.relname as from, t.relname as to
    from pg_constraint k join pg_class f on f.oid = k.conrelid join pg_class t on t.oid = k.confrelid
    where k.contype = 'f' and k.connamespace = 'public'::regnamespace`;
  const order = inReferenceOrder(
    tables.map(({ name }) => name),
    references.map(({ from, to }) => [from, to]),
  );
  return order.map((name) => tables.find((table) => table.name === name)!);
}

export async function partitionsOf(sql: Sql): Promise<[string, string][]> {
  const rows = await sql<{ parent: string; month: string }[]>`
    select p.relname as parent, right(c.relname, 6) as month
    from pg_inherits i join pg_class c on c.oid = i.inhrelid join pg_class p on p.oid = i.inhparent
    where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' order by c.relname`;
  return rows.map(({ parent, month }) => [parent, month]);
}

export async function migrationsOf(sql: Sql): Promise<string[]> {
  const rows = await sql<{ hash: string }[]>`select hash from drizzle.__drizzle_migrations order by created_at`;
  return rows.map(({ hash }) => hash);
}
