import 'server-only';
import { fingerprintOf } from '../../alerts/fingerprint';
import { raiseAlert, resolveAlert } from '../../alerts/raise-actions';
import { recordEvent } from '../../audit/record';
import { authorize } from '../../identity/authorize';
import { consumeStepUp } from '../../identity/step-up';
import type { PersonActor } from '../../kernel/actor';
import type { Decimal } from '../../kernel/decimal';
import { DomainError } from '../../kernel/errors';
import { amountText, percentText } from '../../kernel/format';
import { inTransaction, publish, type Tx } from '../../kernel/transaction';
import { RISK_JOB } from '../breaches/breach-batch';
import type { LoadedContext } from '../ingest/context-store';
import { encodeState } from '../ingest/state-codec';
import { lockState, saveState } from '../ingest/state-store';
import type { RiskState } from '../state';
import { reconcile, reconciledHere } from './reconciliation';
import { differenceContent, isCovered } from './reconciliation-content';

const fingerprintOfDifference = (portfolioId: string) =>
  fingerprintOf('risk', 'unreconciled', { kind: 'portfolio', id: portfolioId });

/**
 * Raises the alert of a portfolio whose equity and component P&L disagree, and resolves it when they agree again, in the
 * caller's transaction. While it stands no gate opens and no soak counts. Unknown changes nothing.
 */
export async function tellReconciliation(tx: Tx, state: RiskState, { portfolio }: LoadedContext): Promise<void> {
  const found = reconcile(state);
  if (found.kind === 'unknown') return;
  const fingerprint = fingerprintOfDifference(portfolio.id);
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
    body: 'Since both agreed last, equity changed by more or less than the strategies state. No tranche is promoted until they agree, in later sessions either. Compare the account with the venue: a fill, fee or flow is missing on one side.',
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

/**
 * A risk officer or manager accepts a difference that nobody can explain any more, with a reason and a second factor:
 * equity and P&L are compared from here on. `upTo` is the money that was signed for, with its sign.
 *
 * Throws NOTHING_DIFFERS, DIFFERENCE_GREW (it is no longer what was shown), STEP_UP_REQUIRED, FORBIDDEN.
 */
export async function acceptDifference(
  actor: PersonActor,
  input: { portfolioId: string; upTo: Decimal; reason: string; stepUp: string },
): Promise<void> {
  const { portfolioId } = input;
  return inTransaction(async (tx, now) => {
    authorize(actor, 'breach.decide', { portfolioId });
    const { state } = await lockState(tx, portfolioId);
    const found = reconcile(state);
    if (found.kind !== 'differs' || !state.last) {
      throw new DomainError('NOTHING_DIFFERS', 'Equity and P&L do not differ. Nothing was changed.');
    }
    if (!isCovered(found.difference, input.upTo)) {
      const text = 'The difference is larger than what was shown. Look at it again, and sign for what it is now.';
      throw new DomainError('DIFFERENCE_GREW', text);
    }
    const contentHash = differenceContent(portfolioId, found.since, input.upTo);
    await consumeStepUp(tx, actor, { token: input.stepUp, operation: 'risk.accept-difference', contentHash });
    const { at, equity, pnl } = state.last;
    const reconciled = reconciledHere({ at, equity, pnl: pnl ?? null, cumulativeFlow: state.cumulativeFlow });
    await saveState(tx, portfolioId, { state: encodeState({ ...state, reconciled }) });
    await resolveAlert(tx, fingerprintOfDifference(portfolioId), `Accepted by ${actor.name}: ${input.reason}`, actor);
    recordEvent(tx, {
      type: 'risk.difference-accepted',
      actor,
      subject: { kind: 'portfolio', id: portfolioId },
      portfolioId,
      occurredAt: now,
      data: {
        reason: input.reason,
        since: found.since.toISOString(),
        equityChange: found.equityChange.toFixed(),
        componentPnl: found.componentPnl.toFixed(),
        difference: found.difference.toFixed(),
        upTo: input.upTo.toFixed(),
        contentHash,
      },
    });
    for (const topic of ['risk', 'overview', 'launch']) publish(tx, topic);
  });
}
