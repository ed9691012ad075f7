import type { Decimal } from '../kernel/decimal';
import { fraction } from './equity-curve';
import { isUnreconciled, profitSince } from './measures';
import { type AccountHeld, pnlOfLine } from './samples';
import type { RiskState } from './state';

/**
 * Component P&L of a portfolio as its engines state it, cumulative, in account currency: the sum over every strategy of
 * every account. Null while an account states none: unknown, not zero.
 */
export function componentPnl(accounts: readonly AccountHeld[]): Decimal | null {
  const sums = accounts.map(({ strategies }) =>
    strategies.map(pnlOfLine).reduce<Decimal | null>((sum, pnl) => sum?.plus(pnl) ?? pnl, null),
  );
  return sums.reduce<Decimal | null>((sum, pnl, i) => (i === 0 ? pnl : sum && pnl && sum.plus(pnl)), null);
}

export type Reconciliation =
  | { kind: 'unknown' }
  | {
      kind: 'agrees' | 'differs';
      equityChange: Decimal;
      componentPnl: Decimal;
      difference: Decimal;
      /** |difference| / |equity|; null without equity. */
      share: Decimal | null;
    };

/**
 * Whether the change of equity since the session began, net of flows, is what the components explain, to 0.10 % of
 * equity. Judged on the newest accepted sample; unknown until both ends of the span state their components.
 */
export function reconcile({ day, last }: Pick<RiskState, 'day' | 'last'>): Reconciliation {
  if (!day?.startPnl || !last?.pnl || last.at < day.start) return { kind: 'unknown' };
  const equityChange = profitSince(last.equity, day);
  const pnl = last.pnl.minus(day.startPnl);
  const difference = equityChange.minus(pnl);
  return {
    kind: isUnreconciled(equityChange, pnl, last.equity) ? 'differs' : 'agrees',
    equityChange,
    componentPnl: pnl,
    difference,
    share: last.equity.isZero() ? null : fraction(difference.div(last.equity).abs()),
  };
}
