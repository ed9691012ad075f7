import 'server-only';
import { sql as query } from 'drizzle-orm';
import { db } from '@/db/client';
import type { LoadedContext } from '../ingest/context-store';
import { accountRowOf, rowNames, SnapshotRow } from '../ingest/snapshot-row';
import type { ClosingRow } from './recorded-holdings';

/** Raw snapshots are kept so long. */
const KEPT_DAYS = 90;

type Stored = {
  day: string;
  account_id: string;
  as_of: string;
  sequence: string;
  kind: string;
  equity: string;
  cash: string | null;
  is_free_of_proceeds: boolean;
  positions: unknown;
};

/** The last sane snapshot of each account before each of the last 90 day closes of a portfolio, within the day. */
export async function closingRows({ portfolio, ...loaded }: LoadedContext): Promise<ClosingRow[]> {
  const rows = await db.execute<Stored>(query`
    select closes.day, last.*
    from (select day, closed_at from daily_closes where portfolio_id = ${portfolio.id} and subject = '' order by day desc limit ${KEPT_DAYS}) as closes
    cross join (select id from accounts where portfolio_id = ${portfolio.id}) as account
    cross join lateral (
      select account_id, as_of, sequence, kind, equity, cash, is_free_of_proceeds, positions
      from snapshots
      where account_id = account.id and as_of < closes.closed_at and as_of >= closes.closed_at - interval '24 hours' and not suspect
      order by as_of desc, sequence desc
      limit 1) as last`);
  const names = rowNames(loaded);
  return rows.map(({ day, account_id, is_free_of_proceeds, ...stored }) => {
    const { sequence, kind, equity, cash, positions } = stored;
    const asOf = new Date(stored.as_of).toISOString();
    const raw = { account: account_id, asOf, sequence: Number(sequence), kind, equity, cash, positions };
    const parsed = { ...SnapshotRow.parse(raw), isFreeOfProceeds: is_free_of_proceeds };
    return { day, row: accountRowOf(parsed, account_id, names) };
  });
}
