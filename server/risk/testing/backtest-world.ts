import { eq } from 'drizzle-orm';
import { db } from '@/db/client';
import { backtests, files, strategyCapital } from '@/db/schema';
import { newId } from '../../kernel/ids';
import { readNow } from '../../kernel/transaction';
import { dateIn } from '../session-day';
import type { RiskWorld } from './risk-world';

const DAY = 86_400;

/** Money made by day `i`: what moves like it is correlated by 1. */
export const wave = (i: number) => Math.sin(i * 1.7) * 40;

/** Capital was fixed before the first sample. */
export const capitalFromStart = (w: RiskWorld) =>
  db
    .update(strategyCapital)
    .set({ effectiveAt: new Date(w.start.getTime() - 1) })
    .where(eq(strategyCapital.portfolioId, w.portfolioId));

/** An approved backtest of 120 days up to the world's start, with 200 trades of which 60 % won. */
export async function approvedBacktest(w: RiskWorld, strategyId: string): Promise<void> {
  const now = await readNow();
  const fileId = newId();
  await db.insert(files).values({
    id: fileId,
    portfolioId: w.portfolioId,
    name: 'backtest.json',
    contentType: 'application/json',
    size: 2,
    sha256: fileId,
    uploadedBy: 'job:test',
    uploadedAt: now,
  });
  const last = Date.parse(dateIn('America/New_York', w.start));
  const day = Array.from({ length: 120 }, (_, i) => last - (119 - i) * DAY * 1_000);
  await db.insert(backtests).values({
    id: newId(),
    fileId,
    releaseId: newId(),
    strategyId,
    portfolioId: w.portfolioId,
    purpose: 'out-of-sample',
    format: 'freqtrade',
    nameInFile: 'trend',
    choice: {},
    statistics: { trades: { count: 200, wins: 120, winRate: 0.6 } },
    series: { daily: { day, value: day.map((_, i) => 1_000 + wave(i)) } },
    warnings: [],
    digest: fileId,
    importedBy: 'job:test',
    importedByName: 'test',
    importedAt: now,
    approvedAt: now,
  });
}
