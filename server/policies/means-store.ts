import 'server-only';
import { standingPeople } from '../checklist/store';
import type { Tx } from '../kernel/transaction';
import { findChannels } from '../notifications/store';
import { listPortfolios } from '../portfolios/store';
import type { PolicyMeans } from './warnings';

/** People by portfolio (of these; null: all) and channels by level, as they are now. */
export async function readMeans(portfolioIds: string[] | null, tx?: Tx): Promise<PolicyMeans> {
  const portfolios = [];
  for (const { id, name } of await listPortfolios(portfolioIds, tx)) {
    portfolios.push({ name, people: await standingPeople(id, tx) });
  }
  const channels = await findChannels(tx);
  return { portfolios, channelLevels: new Set(channels.filter((one) => one.enabled).map((one) => one.level)) };
}
