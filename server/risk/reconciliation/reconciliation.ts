import type { Decimal } from '../../kernel/decimal';
import { fraction } from '../equity-curve';
import { isUnreconciled } from '../measures';
import { type AccountHeld, pnlOfLine } from '../samples';
import type { Reconciled, RiskState } from '../state';

/**
 * Component P&L of a portfolio as its engines state it, cumulative, in account currency: the sum over every strategy of
 * every account. Null while an account that holds a position states none, or no account does: unknown, not zero.
 */
export function componentPnl(accounts: readonly AccountHeld[]): Decimal | null {
  const sums = accounts
    .filter(({ strategies, positions }) => strategies.length > 0 || positions.length > 0)
    .map(({ strategies }) =>
      strategies.map(pnlOfLine).reduce<Decimal | null>((sum, pnl) => sum?.plus(pnl) ?? pnl, null),
    );
  return sums.reduce<Decimal | null>((sum, pnl, i) => (i === 0 ? pnl : sum && pnl && sum.plus(pnl)), null);
}

export type Reconciliation =
  | { kind: 'unknown' }
  | {
      kind: 'agrees' | 'differs';
      since: Date;
      equityChange: Decimal;
      componentPnl: Decimal;
      difference: Decimal;
      /** |difference| / |equity|; null without equity. */
      share: Decimal | null;
    };

type Compared = Pick<RiskState, 'reconciled' | 'last' | 'cumulativeFlow'>;

/**
 * Whether the change of equity since both agreed last, net of flows, is what the components explain, to 0.10 % of equity.
 * Judged on the newest accepted sample; unknown until both ends of the span state their components.
 */
export function reconcile({ reconciled, last, cumulativeFlow }: Compared): Reconciliation {
  if (!reconciled || !last?.pnl) return { kind: 'unknown' };
  const flow = cumulativeFlow.minus(reconciled.cumulativeFlow);
  const equityChange = last.equity.minus(reconciled.equity).minus(flow);
  const pnl = last.pnl.minus(reconciled.pnl);
  const difference = equityChange.minus(pnl);
  return {
    kind: isUnreconciled(equityChange, pnl, last.equity) ? 'differs' : 'agrees',
    since: reconciled.at,
    equityChange,
    componentPnl: pnl,
    difference,
    share: last.equity.isZero() ? null : fraction(difference.div(last.equity).abs()),
  };
}

/** The first point to compare from: where the components are stated; null where they are not. */
export const reconciledHere = (
  here: { at: Date; equity: Decimal; cumulativeFlow: Decimal } & { pnl: Decimal | null },
): Reconciled | null => (here.pnl === null ? null : { ...here, pnl: here.pnl });

/**
 * The point to compare the next day from: where the day that closed left off if both agreed there. A difference stays
 * open across sessions until it is explained or a person accepts it.
 */
export function reconciledAtClose(before: RiskState): Reconciled | null {
  const { last, cumulativeFlow } = before;
  if (!last || reconcile(before).kind !== 'agrees') return before.reconciled ?? null;
  return reconciledHere({ at: last.at, equity: last.equity, pnl: last.pnl ?? null, cumulativeFlow });
}
