import { db } from '@/db/client';
import { strategies } from '@/db/schema';
import { fixCapital } from '../capital/actions';
import { job } from '../kernel/actor';
import { Decimal } from '../kernel/decimal';
import { newId } from '../kernel/ids';
import { inTransaction, readNow } from '../kernel/transaction';
import { createPortfolio } from '../portfolios/actions';
import { keyFixture } from '../testing/people';

const EQUITY = new Decimal(1_000_000);

/** A portfolio of its own with two strategies that have capital, and a key that may send its snapshots. */
export async function benchPortfolio(name: string): Promise<{ portfolioId: string; key: string }> {
  const portfolioId = await createPortfolio(job('bench'), {
    name,
    baseCurrency: 'USD',
    timeZone: 'UTC',
    calendarId: '24x7',
    sessionStart: '00:00',
    snapshotIntervalSeconds: 5,
    accountCode: 'BENCH',
  });
  const createdAt = await readNow();
  for (const ref of ['core', 'trend']) {
    const id = newId();
    await db
      .insert(strategies)
      .values({ id, portfolioId, name: ref, ownerId: newId(), engineRef: ref, createdAt, createdBy: 'job:bench' });
    await inTransaction((tx) =>
      fixCapital(tx, {
        portfolioId,
        strategyId: id,
        launchId: newId(),
        equity: EQUITY,
        allocation: new Decimal('0.4'),
        tranche: 100,
      }),
    );
  }
  const { key } = await keyFixture(['snapshots:write'], portfolioId);
  return { portfolioId, key };
}
