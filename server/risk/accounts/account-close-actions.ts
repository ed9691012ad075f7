import 'server-only';
import { recordEvent } from '../../audit/record';
import { authorize } from '../../identity/authorize';
import { type Actor, rolesIn } from '../../kernel/actor';
import { DomainError, notFound } from '../../kernel/errors';
import { inTransaction, publish } from '../../kernel/transaction';
import { loadContext } from '../ingest/context-store';
import { lockState } from '../ingest/state-store';
import { shownBy } from '../samples';
import { freshnessOf } from '../unknown';
import { ageFault, closeFault, ordersFault } from './account-close';
import { lockAccounts, markClosed, standingOrders } from './account-store';

const TOPICS = ['portfolios', 'risk', 'overview', 'launches', 'sizing'];

/**
 * Closes an account of a portfolio for good: no row from after it is taken any more, and nothing is awaited of it. Only one that
 * is flat by a snapshot that is fresh, and newer than every fill, while no order works; one that never sent any is closed by
 * a Risk officer. A portfolio keeps at least one account. What it sent stays, and its strategies keep their P&L.
 * Throws NOT_FLAT (stale and orders as well), NEEDS_RISK_OFFICER, LAST_ACCOUNT, ACCOUNT_CLOSED, NOT_FOUND, FORBIDDEN.
 */
export async function closeAccount(
  actor: Actor,
  input: { portfolioId: string; code: string; reason: string },
): Promise<void> {
  const { portfolioId, code, reason } = input;
  authorize(actor, 'portfolio.change', { portfolioId });
  return inTransaction(async (tx, now) => {
    const loaded = await loadContext(portfolioId, tx);
    if (!loaded) throw notFound('The portfolio');
    // No batch of rows is evaluated from here to commit: what is looked at is what is closed.
    const { state } = await lockState(tx, portfolioId);
    const accounts = await lockAccounts(tx, portfolioId);
    const account = accounts.find((one) => one.code === code);
    if (!account) throw notFound('The account');
    if (account.closedAt)
      throw new DomainError('ACCOUNT_CLOSED', `Account ${code} was closed already. Nothing was changed.`);
    if (accounts.filter(({ closedAt }) => closedAt === null).length === 1) {
      const text = `${code} is the only open account of this portfolio. Add the one that takes its place first.`;
      throw new DomainError('LAST_ACCOUNT', text);
    }
    const last = state.accounts[account.id];
    if (!last && !(actor.kind === 'person' && rolesIn(actor.grants, portfolioId).includes('risk-officer'))) {
      const text = `Account ${code} has never sent a snapshot: what it holds is unknown. Its engine sends a flat one first, or a Risk officer who knows that it is empty closes it.`;
      throw new DomainError('NEEDS_RISK_OFFICER', text, { kind: 'forbidden' });
    }
    const { accounts: open, calendar, reportingIntervalMs } = loaded.evaluation;
    const fault =
      (last && closeFault({ code, currency: loaded.portfolio.currency }, last)) ??
      (last && ageFault(code, freshnessOf(last.asOf, now, calendar, reportingIntervalMs))) ??
      ordersFault(code, (last ?? shownBy(state.accounts, open)).asOf, await standingOrders(tx, portfolioId, now));
    if (fault) throw new DomainError('NOT_FLAT', fault, { data: { fields: { code: [fault] } } });
    await markClosed(tx, account.id, now);
    recordEvent(tx, {
      type: 'portfolio.account-closed',
      actor,
      subject: { kind: 'portfolio', id: portfolioId },
      portfolioId,
      data: { account: account.id, code, reason, lastSnapshotAt: last?.asOf.toISOString() ?? null },
    });
    for (const topic of TOPICS) publish(tx, topic);
  });
}
