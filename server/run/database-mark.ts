import postgres from 'postgres';

/** What a database is for; `unmarked` has none of our rows yet. Only test and demo may move their clock. */
export type DatabaseMark = 'live' | 'demo' | 'test' | 'unmarked';

const connectionTo = (url: string) => postgres(url, { max: 1, connect_timeout: 5, onnotice: () => {} });

export async function readMark(ownerUrl: string): Promise<DatabaseMark> {
  const sql = connectionTo(ownerUrl);
  try {
    const [table] = await sql<{ present: boolean }[]>`select to_regclass('public.installation') is not null as present`;
    if (!table?.present) return 'unmarked';
    const [row] = await sql<{ value: DatabaseMark }[]>`select value from installation where key = 'kind'`;
    return row?.value ?? 'unmarked';
  } finally {
    await sql.end({ timeout: 2 });
  }
}

/** Marks a database once; a mark is never changed. */
export async function markDatabase(ownerUrl: string, mark: Exclude<DatabaseMark, 'unmarked'>): Promise<void> {
  const sql = connectionTo(ownerUrl);
  try {
    await sql`insert into installation (key, value) values ('kind', ${mark}) on conflict (key) do nothing`;
  } finally {
    await sql.end({ timeout: 2 });
  }
}

/** True when people of the demo, whose password is public, are in this database. */
export async function hasDemoPeople(ownerUrl: string): Promise<boolean> {
  const sql = connectionTo(ownerUrl);
  try {
    const [row] = await sql`select 1 from people where is_demo and disabled_at is null limit 1`;
    return row !== undefined;
  } finally {
    await sql.end({ timeout: 2 });
  }
}

/** True when somebody has an account; otherwise the first-run page waits for the first admin. */
export async function hasPeople(ownerUrl: string): Promise<boolean> {
  const sql = connectionTo(ownerUrl);
  try {
    const [row] = await sql`select 1 from people limit 1`;
    return row !== undefined;
  } finally {
    await sql.end({ timeout: 2 });
  }
}
