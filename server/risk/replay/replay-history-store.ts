import 'server-only';
import type { History } from '../../evidence/history';
import { importedHistory, recordedHistory } from '../../evidence/history-store';
import type { Actor } from '../../kernel/actor';
import { notFound } from '../../kernel/errors';
import { contextFor } from '../views/view-store';
import { recordedHoldings } from './recorded-holdings';
import { closingRows } from './recorded-holdings-store';

/**
 * One history to replay limits over: a backtest with the others of its file, or what the portfolio or a strategy recorded,
 * with the positions of each day and, of the portfolio, its cash. Throws NOT_FOUND where it is not of this portfolio or not visible.
 */
export async function loadHistory(actor: Actor, portfolioId: string, id: string): Promise<History> {
  const loaded = await contextFor(actor, portfolioId);
  const [kind, key = ''] = id.split(':');
  if (kind === 'backtest') return importedHistory(portfolioId, key);
  const history = await recordedHistory(portfolioId, key);
  if (!history) throw notFound('The history');
  const holdings = recordedHoldings(await closingRows(loaded), history.isWhole ? null : key);
  return { ...history, series: { ...history.series, holdings } };
}
