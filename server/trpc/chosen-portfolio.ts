import 'server-only';
import { cookies } from 'next/headers';
import { cache } from 'react';
import { caller } from './rsc';

const COOKIE = 'going-live.portfolio';

type ChosenPortfolio = { id: string; name: string; baseCurrency: string; timeZone: string };

/** Portfolios this person may see. */
export const visiblePortfolios = cache(async (): Promise<ChosenPortfolio[]> => {
  const all = await (await caller()).portfolios.list();
  return all.map(({ id, name, baseCurrency, timeZone }) => ({ id, name, baseCurrency, timeZone }));
});

/** The one chosen in this browser, if still visible; else the first; null where there is none. */
export const chosenPortfolio = cache(async (): Promise<ChosenPortfolio | null> => {
  const [all, jar] = await Promise.all([visiblePortfolios(), cookies()]);
  const wanted = jar.get(COOKIE)?.value;
  return all.find((portfolio) => portfolio.id === wanted) ?? all[0] ?? null;
});
