import { eq } from 'drizzle-orm';
import { db, sql } from '@/db/client';
import { engineCommands, engines, strategies } from '@/db/schema';
import { fixCapital } from '../../capital/actions';
import type { CommandRow } from '../../engines/command-store';
import { type Actor, job } from '../../kernel/actor';
import { Decimal } from '../../kernel/decimal';
import { newId } from '../../kernel/ids';
import { inTransaction, readNow } from '../../kernel/transaction';
import { createPortfolio } from '../../portfolios/actions';
import { type BatchResult, recordSnapshots } from '../ingest/snapshot-actions';

/** A portfolio with an engine and strategies in the database of a test, and short words to feed it. */
export type RiskWorld = {
  portfolioId: string;
  engineId: string;
  strategies: { id: string; ref: string }[];
  /** Now, by the database's clock. */
  start: Date;
  feed: (rows: FeedRow[], actor?: Actor) => Promise<BatchResult>;
  commands: () => Promise<CommandRow[]>;
  /** Sets the clock to so many seconds after it was made, however long the machine took until here. */
  moveTo: (seconds: number) => Promise<void>;
};

/** `at` in seconds from the world's start; a plain list of equities comes one a minute. */
export type FeedRow = {
  at: number;
  equity: number | string;
  sequence: number;
  /** Null: not stated. */
  cash?: number | null;
  margin?: { initial: number; shortProceeds?: number };
  flows?: number[];
  positions?: { strategy: string; instrument: string; quantity: number; price: number }[];
  strategies?: {
    id: string;
    realised: number;
    unrealised: number;
    fees: number;
    trades?: { closed: number; wins: number };
  }[];
  kind?: 'live' | 'history';
  account?: string;
};

let made = 0;

export async function riskWorld(
  wish: { engine?: boolean; refs?: string[]; ago?: number; capital?: string } = {},
): Promise<RiskWorld> {
  made += 1;
  const portfolioId = await createPortfolio(job('test'), {
    name: `World ${made} ${newId().slice(-6)}`,
    baseCurrency: 'USD',
    timeZone: 'America/New_York',
    calendarId: '24x7',
    sessionStart: '00:00',
    snapshotIntervalSeconds: 5,
    accountCode: 'main',
  });
  const now = await readNow();
  const began = performance.now();
  const engineId = newId();
  if (wish.engine !== false) {
    await db.insert(engines).values({
      id: engineId,
      portfolioId,
      name: 'paper',
      adapter: 'standard-webhook',
      url: 'http://127.0.0.1:1',
      roles: ['trading_engine'],
      secretBox: 'none',
      createdBy: 'job:test',
      createdByName: 'test',
      createdAt: now,
      approvedAt: now,
    });
  }
  const named = [];
  for (const ref of wish.refs ?? ['trend']) {
    const id = newId();
    await db.insert(strategies).values({
      id,
      portfolioId,
      name: ref,
      ownerId: newId(),
      engineId: wish.engine === false ? null : engineId,
      engineRef: ref,
      createdAt: now,
      createdBy: 'job:test',
    });
    named.push({ id, ref });
    if (wish.capital) {
      const capital = new Decimal(wish.capital);
      await inTransaction((tx) =>
        fixCapital(tx, {
          portfolioId,
          strategyId: id,
          launchId: newId(),
          equity: capital,
          allocation: new Decimal('0.1'),
          tranche: 100,
        }),
      );
    }
  }
  const start = new Date(now.getTime() - (wish.ago ?? 3_600) * 1_000);
  return {
    portfolioId,
    engineId,
    strategies: named,
    start,
    feed: (rows, actor = job('feed')) =>
      recordSnapshots(actor, {
        portfolioId,
        rows: rows.map(({ at, ...row }) => ({
          account: 'main',
          cash: row.equity,
          ...row,
          asOf: new Date(start.getTime() + at * 1_000).toISOString(),
        })),
      }),
    commands: async () =>
      (await db.select().from(engineCommands).where(eq(engineCommands.engineId, engineId))) as CommandRow[],
    moveTo: async (seconds) => {
      const by = seconds - (performance.now() - began) / 1_000;
      await sql`select app.shift_clock(${`${by.toFixed(3)} seconds`}::interval)`;
    },
  };
}

/** One equity a minute, from `from` minutes on. */
export const minutely = (equities: number[], from = 0): FeedRow[] =>
  equities.map((equity, i) => ({ at: (from + i) * 60, equity, sequence: from + i }));
