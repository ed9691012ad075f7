import 'server-only';
import type { Actor } from '../../kernel/actor';
import { moneyText } from '../../kernel/decimal';
import { decodeState } from '../ingest/state-codec';
import { findState } from '../ingest/state-store';
import type { RiskState } from '../state';
import type { ReconciliationView } from '../views/view';
import { contextFor } from '../views/view-store';
import { reconcile } from './reconciliation';
import { differenceContent } from './reconciliation-content';

/** Whether equity and the P&L of the strategies agree, with both sides of the comparison. */
export async function reconciliationView(actor: Actor, portfolioId: string): Promise<ReconciliationView> {
  const loaded = await contextFor(actor, portfolioId);
  const row = await findState(portfolioId);
  const none = {
    kind: 'unknown' as const,
    currency: loaded.portfolio.currency,
    since: null,
    equityChange: null,
    componentPnl: null,
    difference: null,
    share: null,
    contentHash: null,
    asOf: row?.asOf ?? null,
  };
  const found = row ? reconcile(decodeState<RiskState>(row.state)) : { kind: 'unknown' as const };
  if (found.kind === 'unknown') return none;
  return {
    ...none,
    kind: found.kind,
    since: found.since,
    equityChange: moneyText(found.equityChange),
    componentPnl: moneyText(found.componentPnl),
    difference: moneyText(found.difference),
    share: found.share?.toFixed() ?? null,
    contentHash: found.kind === 'differs' ? differenceContent(portfolioId, found.since) : null,
  };
}
