import 'server-only';
import { fingerprintOf } from '../alerts/fingerprint';
import { raiseAlert, resolveAlert } from '../alerts/raise-actions';
import { amountText, percentText } from '../kernel/format';
import type { Tx } from '../kernel/transaction';
import { RISK_JOB } from './breach-batch';
import type { LoadedContext } from './context-store';
import { reconcile } from './reconciliation';
import type { RiskState } from './state';

/**
 * Raises the alert of a portfolio whose equity and component P&L disagree, and resolves it when they agree again, in the
 * caller's transaction. While it stands no gate opens and no soak counts. Unknown changes nothing.
 */
export async function tellReconciliation(tx: Tx, state: RiskState, { portfolio }: LoadedContext): Promise<void> {
  const found = reconcile(state);
  if (found.kind === 'unknown') return;
  const fingerprint = fingerprintOf('risk', 'unreconciled', { kind: 'portfolio', id: portfolio.id });
  if (found.kind === 'agrees') {
    await resolveAlert(tx, fingerprint, 'Equity and component P&L agree again to 0.10 % of equity.', RISK_JOB);
    return;
  }
  const money = (amount: typeof found.difference) => amountText(amount, portfolio.currency);
  const share = found.share ? percentText(found.share) : 'an unknown share';
  await raiseAlert(tx, {
    fingerprint,
    severity: 'high',
    title: `Equity and P&L of ${portfolio.name} differ by ${share} of equity, at most 0.10 %`,
    body: 'The change of equity since the session began is not what the strategies state. No tranche is promoted until they agree. Compare the account with the venue: a fill, fee or flow is missing on one side.',
    portfolioId: portfolio.id,
    subject: { kind: 'reconciliation', id: portfolio.id },
    link: '/risk',
    facts: {
      Portfolio: portfolio.name,
      'Change of equity': money(found.equityChange),
      'P&L of the strategies': money(found.componentPnl),
      Difference: money(found.difference),
    },
    actor: RISK_JOB,
  });
}
