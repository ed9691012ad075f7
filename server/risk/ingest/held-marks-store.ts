import 'server-only';
import { sql as query } from 'drizzle-orm';
import { db } from '@/db/client';
import { afterCommit, type Tx } from '../../kernel/transaction';
import type { AccountRow } from '../samples';
import { type HeldMark, heldMarks } from './held-marks';

const kept = globalThis as { __goingLiveMarked?: Map<string, number> };
kept.__goingLiveMarked ??= new Map();
const marked = kept.__goingLiveMarked;

/**
 * Keeps the prices of what the samples of a batch held as references of the order check, once a minute. After commit and on
 * its own: an order that is being checked waits for no batch of snapshots.
 */
export function keepHeldMarks(
  tx: Tx,
  portfolioId: string,
  samples: readonly { row: AccountRow; suspect: boolean }[],
  now: Date,
): void {
  const { marks, minutes } = heldMarks(samples, marked, now);
  if (minutes.size === 0) return;
  afterCommit(tx, async () => {
    for (const [account, minute] of minutes) marked.set(account, Math.max(minute, marked.get(account) ?? 0));
    if (marks.length > 0) await saveMarks(portfolioId, marks);
  });
}

/** The first price of a minute stands. In one order of instruments, as the check keeps its own: neither waits for the other's. */
const saveMarks = (portfolioId: string, marks: readonly HeldMark[]) =>
  db.execute(query`
    insert into instrument_marks (portfolio_id, instrument, minute, price, at)
    select ${portfolioId}, instrument, minute, price, at
    from jsonb_to_recordset(${JSON.stringify(marks)}::jsonb) as m(instrument text, minute timestamptz, price numeric, at timestamptz)
    order by instrument, minute on conflict do nothing`);
