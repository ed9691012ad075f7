import 'server-only';
import type { Actor } from '../../kernel/actor';
import { moneyText } from '../../kernel/decimal';
import { decodeState } from '../ingest/state-codec';
import { findState } from '../ingest/state-store';
import type { RiskState } from '../state';
import type { ReconciliationView } from '../views/view';
import { contextFor } from '../views/view-store';
import { reconcile } from './reconciliation';
import { acceptedUpTo, differenceContent } from './reconciliation-content';

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
    acceptUpTo: null,
    contentHash: null,
    asOf: row?.asOf ?? null,
  };
  const found = row ? reconcile(decodeState<RiskState>(row.state)) : { kind: 'unknown' as const };
  if (found.kind === 'unknown') return none;
  const upTo = found.kind === 'differs' ? acceptedUpTo(found.difference) : null;
  return {
    ...none,
    kind: found.kind,
    since: found.since,
    equityChange: moneyText(found.equityChange),
    componentPnl: moneyText(found.componentPnl),
    difference: moneyText(found.difference),
    share: found.share?.toFixed() ?? null,
    acceptUpTo: upTo?.toFixed() ?? null,
    contentHash: upTo ? differenceContent(portfolioId, found.since, upTo) : null,
  };
}
