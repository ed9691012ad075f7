import 'server-only';
import { recordEvent } from '../../audit/record';
import { authorize } from '../../identity/authorize';
import type { Actor } from '../../kernel/actor';
import { DomainError, notFound } from '../../kernel/errors';
import { inTransaction, publish } from '../../kernel/transaction';
import { loadContext } from '../ingest/context-store';
import { lockState } from '../ingest/state-store';
import { closeFault } from './account-close';
import { lockAccounts, markClosed } from './account-store';

const TOPICS = ['portfolios', 'risk', 'overview', 'launches', 'sizing'];

/**
 * Closes an account of a portfolio for good: no row is taken of it any more, and nothing is awaited of it. Only one that is
 * flat by its newest snapshot, or that never sent one; a portfolio keeps at least one account. What it sent stays, and its
 * strategies keep their P&L. Throws NOT_FLAT, LAST_ACCOUNT, ACCOUNT_CLOSED, NOT_FOUND, FORBIDDEN.
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
    const fault = closeFault({ code, currency: loaded.portfolio.currency }, last);
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
