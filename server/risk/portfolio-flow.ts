import { Decimal, sumOf, ZERO } from '../kernel/decimal';
import { ownOf, putOwn } from '../kernel/own';
import { componentPnl } from './reconciliation/reconciliation';
import { type AccountRow, heldOf, netFlowOf, oldestSample, pnlOfLine } from './samples';
import type { EvaluationContext, RiskState } from './state';

/** What left an account at an instant, over 0: a withdrawal, unless another account turns out to have got it. */
export type Unsettled = { at: Date; amount: Decimal };

/** True for the first row of an account that joins a portfolio whose curve runs already. */
export const isJoining = (state: RiskState, row: AccountRow): boolean =>
  state.curve !== null && state.accounts[row.account] === undefined;

/** Deposits less withdrawals that came with a row; an account that joins brings all of its equity. */
export const flowOf = (state: RiskState, row: AccountRow): Decimal =>
  isJoining(state, row) ? row.equity : netFlowOf(row.flows);

/** What an account that joins made before is no P&L of the portfolio: what counts of it begins here. */
export function joinedBy(state: RiskState, row: AccountRow): RiskState {
  if (!isJoining(state, row)) return state;
  const strategies = { ...state.strategies };
  for (const line of row.strategies) {
    const held = ownOf(strategies, line.strategy);
    if (held) putOwn(strategies, line.strategy, { ...held, basePnl: held.basePnl.plus(pnlOfLine(line)) });
  }
  return { ...state, strategies, reconciled: comparedWith(state.reconciled, state, row) };
}

/** The point that components are compared from, once the account of a row has joined: what it made before is in it. */
export function comparedWith(
  reconciled: RiskState['reconciled'],
  state: RiskState,
  row: AccountRow,
): RiskState['reconciled'] {
  const brought = isJoining(state, row) ? componentPnl([heldOf(row)]) : null;
  return reconciled && brought ? { ...reconciled, pnl: reconciled.pnl.plus(brought) } : reconciled;
}

/** Outflows that may still be transfers after a row: until every account has come up to their instant. */
export function unsettledAfter(
  { unsettled = [] }: RiskState,
  row: AccountRow,
  accounts: RiskState['accounts'],
  context: EvaluationContext,
): Unsettled[] | undefined {
  if (unsettled.length === 0 && row.flows.length === 0) return undefined;
  const net = netFlowOf(row.flows);
  const all = net.isNegative() ? [...unsettled, { at: row.asOf, amount: net.neg() }] : unsettled;
  const reached = oldestSample(accounts, context.accounts)?.getTime() ?? Number.NEGATIVE_INFINITY;
  const open = all.filter(({ at }) => at.getTime() > reached);
  return open.length > 0 ? open : undefined;
}

/**
 * What was withdrawn from a portfolio over a span with this net flow: no more than left it on balance, since money that
 * goes from one own account to another never left, and not what another account may still turn out to have got.
 */
export const withdrawnOf = (netFlow: Decimal, unsettled: readonly Unsettled[] = []): Decimal =>
  Decimal.max(ZERO, netFlow.plus(sumOf(unsettled.map(({ amount }) => amount))).neg());
