import 'server-only';
import { fingerprintOf } from '../../alerts/fingerprint';
import { raiseAlert, resolveAlert } from '../../alerts/raise-actions';
import type { Tx } from '../../kernel/transaction';
import { RISK_JOB } from '../breaches/breach-batch';
import type { LoadedContext } from '../ingest/context-store';
import type { SnapshotRow } from '../ingest/snapshot-row';
import type { RiskState } from '../state';
import { statedText } from './account-close';

/**
 * Tells people of an account that was closed and is not flat by the newest of the rows that came of it, taken or not, or
 * by what was taken of it last; one alert per account, which ends when both state nothing. In the caller's transaction.
 */
export async function tellClosedAccount(
  tx: Tx,
  newest: SnapshotRow,
  { loaded, state }: { loaded: LoadedContext; state: RiskState },
): Promise<void> {
  const { portfolio } = loaded;
  const account = loaded.closedAccounts.get(newest.account);
  if (!account) return;
  const held = state.accounts[account.id];
  const ofNewest = statedText(newest, portfolio.currency);
  const counted = held ? statedText(held, portfolio.currency) : null;
  const fingerprint = fingerprintOf('risk', 'closed-account', { kind: 'account', id: account.id });
  // A row from before the closing says nothing of now where a later one is flat.
  const isLate = newest.asOf <= account.closedAt;
  const stated = (isLate ? null : ofNewest) ?? counted;
  if (!stated) {
    if (!ofNewest) await resolveAlert(tx, fingerprint, 'Its newest snapshot states nothing any more.', RISK_JOB);
    return;
  }
  await raiseAlert(tx, {
    fingerprint,
    severity: 'high',
    title: `Account ${newest.account} was closed, and its newest snapshot states ${stated}`,
    body: 'What it states after its closing is in no figure and under no limit; what it stated until then counts on. Look at the venue: close what is held there, and have its engine send a flat snapshot, which ends this alert. If the account trades on, add it under a new code and let its engine name it so.',
    portfolioId: portfolio.id,
    subject: { kind: 'account', id: account.id },
    link: '/settings/portfolios',
    facts: { Portfolio: portfolio.name, Account: newest.account, States: stated },
    actor: RISK_JOB,
  });
}
