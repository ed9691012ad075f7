import 'server-only';
import { recordEvent } from '../../audit/record';
import { authorize } from '../../identity/authorize';
import { actorRef, type PersonActor, rolesIn } from '../../kernel/actor';
import { Decimal, moneyText } from '../../kernel/decimal';
import { DomainError, notFound } from '../../kernel/errors';
import { newId } from '../../kernel/ids';
import { inTransaction, publish, type Tx } from '../../kernel/transaction';
import { tradingStateOf } from '../../trading-state/store';
import { isByTwo } from '../decisions/four-eyes';
import { APPROVERS, addSignature } from '../decisions/signature-actions';
import { loadContext } from '../ingest/context-store';
import { evaluateAgain } from '../ingest/evaluation-actions';
import { tellPages } from '../ingest/notice-store';
import { lockState } from '../ingest/state-store';
import { type CashFlow, FLOW_HOURS, flowContent, flowFault, flowText, SAME_FLOW_MS, sameFlow } from './cash-flow';
import {
  accountsOf,
  type CashFlowRow,
  cashFlowsBetween,
  countWaiting,
  insertCashFlow,
  lockCashFlow,
  rowsOfAccount,
  statedFlows,
  updateCashFlow,
} from './cash-flow-store';

const TOPICS = ['cashFlows', 'risk', 'overview', 'launch'];

const amountOf = (row: CashFlowRow): CashFlow => ({
  accountId: row.accountId,
  amount: new Decimal(row.amount),
  effectiveAt: row.effectiveAt,
});

/** Refuses a flow that fits no row, or that a snapshot or a person has stated already. Throws INVALID, SAME_FLOW. */
async function refuseUnfit(
  tx: Tx,
  place: { portfolioId: string; currency: string },
  flow: CashFlow & { currency: string; isAnother: boolean; id: string | null },
  now: Date,
): Promise<void> {
  const fault = flowFault(flow, { currency: place.currency, rows: await rowsOfAccount(flow.accountId, tx) }, now);
  if (fault) throw new DomainError('INVALID', fault.text, { data: { fields: { [fault.field]: [fault.text] } } });
  if (flow.isAnother) return;
  const near = (ms: number) => new Date(flow.effectiveAt.getTime() + ms);
  const stated = await statedFlows(flow.accountId, near(-SAME_FLOW_MS), near(SAME_FLOW_MS), tx);
  const recorded = (await cashFlowsBetween(flow.accountId, near(-SAME_FLOW_MS), near(SAME_FLOW_MS), tx))
    .filter((row) => row.id !== flow.id && !row.rejectedAt)
    .filter((row) => row.appliedAt || !isLapsed(row, now))
    .map((row) => ({ ...amountOf(row), at: row.effectiveAt, source: 'person' as const }));
  const same = sameFlow(flow, [...stated, ...recorded]);
  if (!same) return;
  const who = same.source === 'snapshot' ? 'A snapshot states' : 'A person recorded';
  const text = `${who} the same amount at ${same.at.toISOString()}: counted twice it would be a loss or a gain. Say that it is another one if it is.`;
  throw new DomainError('SAME_FLOW', text, { data: { fields: { amount: [text] } } });
}

/** More than these nobody reads. */
const WAITING_AT_MOST = 10;

const isLapsed = (row: CashFlowRow, now: Date): boolean =>
  row.proposedAt.getTime() + FLOW_HOURS * 3_600_000 <= now.getTime();

/**
 * Proposes a deposit (+) or withdrawal (-) of an account that no snapshot stated, in the portfolio's base currency, at an
 * instant in the past that lies between snapshots of the account. Nothing changes before two people signed.
 *
 * Throws INVALID, SAME_FLOW, TOO_MANY_WAITING, NOT_FOUND (account), FORBIDDEN.
 */
export async function proposeCashFlow(
  actor: PersonActor,
  input: {
    portfolioId: string;
    accountId: string;
    amount: string;
    currency: string;
    effectiveAt: Date;
    isAnother: boolean;
    reason: string;
  },
): Promise<{ id: string; text: string }> {
  const { portfolioId, accountId, effectiveAt, isAnother, reason } = input;
  authorize(actor, 'cash-flow.record', { portfolioId });
  return inTransaction(async (tx, now) => {
    const loaded = await loadContext(portfolioId, tx);
    if (!loaded || !(await accountsOf(portfolioId, tx)).some((one) => one.id === accountId))
      throw notFound('The account');
    const { currency } = loaded.portfolio;
    const amount = new Decimal(input.amount).toDecimalPlaces(8, Decimal.ROUND_HALF_EVEN);
    const flow = { accountId, amount, effectiveAt, isAnother };
    await refuseUnfit(tx, { portfolioId, currency }, { ...flow, currency: input.currency, id: null }, now);
    if ((await countWaiting(portfolioId, new Date(now.getTime() - FLOW_HOURS * 3_600_000), tx)) >= WAITING_AT_MOST) {
      const text = `${WAITING_AT_MOST} cash flows of this portfolio wait for signatures. Have them signed or rejected first.`;
      throw new DomainError('TOO_MANY_WAITING', text);
    }
    const id = newId();
    const contentHash = flowContent({ id, portfolioId, reason, ...flow });
    await insertCashFlow(tx, {
      id,
      portfolioId,
      accountId,
      amount: moneyText(amount),
      effectiveAt,
      reason,
      isAnother,
      contentHash,
      proposedBy: actorRef(actor),
      proposedByName: actor.name,
      proposedAt: now,
      approvals: [],
    });
    recordEvent(tx, {
      type: 'risk.cash-flow-proposed',
      actor,
      subject: { kind: 'cash-flow', id },
      portfolioId,
      data: {
        accountId,
        amount: amount.toFixed(),
        effectiveAt: effectiveAt.toISOString(),
        isAnother,
        reason,
        contentHash,
      },
    });
    for (const topic of TOPICS) publish(tx, topic);
    return { id, text: `${flowText(amount, currency)} waits for two people (Risk officers or Managers).` };
  });
}

/**
 * One person's signature under a flow, with a second factor over its content. With the second person every row since its
 * instant is evaluated again as if the account's first row from then had stated it: the curve, the marks, the days and
 * the limits are what they would have been. Episodes that were opened meanwhile stand until samples clear them.
 *
 * Throws NOT_WAITING, SELF_APPROVAL, INVALID, SAME_FLOW (one was stated since), STEP_UP_REQUIRED, FORBIDDEN.
 */
export async function approveCashFlow(
  actor: PersonActor,
  input: { cashFlowId: string; stepUp: string },
): Promise<{ applied: boolean; text: string }> {
  return inTransaction(async (tx, now) => {
    const row = await lockCashFlow(tx, input.cashFlowId);
    if (!row) throw notFound('The cash flow');
    const { portfolioId } = row;
    authorize(actor, 'cash-flow.record', { portfolioId });
    const role = APPROVERS.find((r) => rolesIn(actor.grants, portfolioId).includes(r));
    if (!role) throw new DomainError('FORBIDDEN', 'Only a Risk officer or Manager signs a cash flow.');
    if (row.appliedAt || row.rejectedAt || isLapsed(row, now))
      throw new DomainError(
        'NOT_WAITING',
        'This was decided already, or waited longer than 72 h. Nothing was changed.',
      );
    const { row: stored, state } = await lockState(tx, portfolioId);
    const loaded = await loadContext(portfolioId, tx);
    if (!loaded) throw notFound('The portfolio');
    const { currency } = loaded.portfolio;
    const flow = { ...amountOf(row), isAnother: row.isAnother, id: row.id, currency };
    await refuseUnfit(tx, { portfolioId, currency }, flow, now);
    const stepUp = { token: input.stepUp, operation: 'risk.approve-cash-flow', contentHash: row.contentHash } as const;
    const signed = { approvals: row.approvals, role, portfolioId, stepUp };
    const { approvals, people, factor } = await addSignature(tx, actor, now, signed);
    const applied = isByTwo(approvals, people);
    await updateCashFlow(tx, row.id, { approvals, appliedAt: applied ? now : null });
    recordEvent(tx, {
      type: applied ? 'risk.cash-flow-applied' : 'risk.cash-flow-approved',
      actor,
      subject: { kind: 'cash-flow', id: row.id },
      portfolioId,
      data: {
        accountId: row.accountId,
        amount: flow.amount.toFixed(),
        effectiveAt: row.effectiveAt.toISOString(),
        contentHash: row.contentHash,
        role,
        factor,
        approvals: approvals.map((a) => a.personId),
      },
    });
    if (applied) {
      const done = await evaluateAgain(tx, row.effectiveAt, { loaded, stored, state, now, actor });
      tellPages(tx, portfolioId, done, await tradingStateOf({ portfolioId, strategyId: null }, tx));
    }
    for (const topic of TOPICS) publish(tx, topic);
    return applied
      ? {
          applied,
          text: `${flowText(flow.amount, currency)} counts from its time on: every sample since was evaluated again.`,
        }
      : { applied, text: 'Signed. One more person (Risk officer or Manager) is needed.' };
  });
}

/** Turns a waiting flow down, with a reason: who proposed it, or one who could sign it. Throws NOT_WAITING, FORBIDDEN. */
export async function rejectCashFlow(actor: PersonActor, input: { cashFlowId: string; reason: string }): Promise<void> {
  return inTransaction(async (tx, now) => {
    const row = await lockCashFlow(tx, input.cashFlowId);
    if (!row) throw notFound('The cash flow');
    const leave = authorize(actor, 'cash-flow.record', { portfolioId: row.portfolioId });
    if (leave === 'propose' && row.proposedBy !== actorRef(actor))
      throw new DomainError('FORBIDDEN', 'Who proposed it, a Risk officer or a Manager turns a cash flow down.');
    if (row.appliedAt || row.rejectedAt)
      throw new DomainError('NOT_WAITING', 'This was decided already. Nothing was changed.');
    await updateCashFlow(tx, row.id, { rejectedAt: now, rejectedByName: actor.name, rejectedWhy: input.reason });
    recordEvent(tx, {
      type: 'risk.cash-flow-rejected',
      actor,
      subject: { kind: 'cash-flow', id: row.id },
      portfolioId: row.portfolioId,
      data: { reason: input.reason, contentHash: row.contentHash },
    });
    for (const topic of TOPICS) publish(tx, topic);
  });
}
