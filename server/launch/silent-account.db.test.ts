import { eq } from 'drizzle-orm';
import { expect, it } from 'vitest';
import { db } from '@/db/client';
import { accounts } from '@/db/schema';
import { newId } from '../kernel/ids';
import { readNow } from '../kernel/transaction';
import { namedLaunch } from './store';
import { launchWorld } from './testing/launch-world';
import { dataFacts } from './trading-facts-store';

it('one silent account of two keeps the data from being fresh, whatever the other one sends', async () => {
  const w = await launchWorld();
  const facts = async () => dataFacts((await namedLaunch(w.launchId))!, await readNow());
  expect(await facts()).toMatchObject({ data: { known: true, value: { isFresh: true } }, equity: { known: true } });
  const [first] = await db.select().from(accounts).where(eq(accounts.portfolioId, w.risk.portfolioId));
  await db.insert(accounts).values({ ...first!, id: newId(), code: 'second' });
  await w.refresh();
  expect(await facts()).toMatchObject({ data: { known: false }, equity: { known: false } });
  await w.risk.feed([{ at: 0, equity: 1_000, sequence: 1, account: 'second' }]);
  await w.refresh();
  expect(await facts()).toMatchObject({ data: { known: true, value: { isFresh: false } }, equity: { known: false } });
});
