import 'server-only';
import { sql as query } from 'drizzle-orm';
import { db } from '@/db/client';
import { Decimal } from '../../kernel/decimal';
import type { Tx } from '../../kernel/transaction';
import { type DayOfCurve, firstDayOf } from '../equity-curve';
import type { EvaluationContext, RiskState } from '../state';

type Reader = Tx | typeof db;
type CloseRow = { subject: string; day: string; close: string; highest: string };

/**
 * The closed days before the one that runs in a state, of the portfolio and its strategies, as far as its drawdown basis
 * looks back: each day of the trailing window, or the highest close since the mark began, however long ago. Later days are
 * none of them: a state that lies back, from which late rows are folded, knows nothing of what came after.
 */
export async function daysBehind(
  state: RiskState,
  { portfolioId, basis }: EvaluationContext,
  from: Reader = db,
): Promise<{ days: DayOfCurve[]; strategyDays: Record<string, DayOfCurve[]> }> {
  if (basis === 'since-start' || !state.day) return { days: [], strategyDays: {} };
  const { key } = state.day;
  const curves = Object.entries(state.strategies).map(([id, { curve }]) => [id, curve] as const);
  const firsts = Object.fromEntries(
    [['', state.curve] as const, ...curves].map(([subject, curve]) => [
      subject,
      firstDayOf(basis, curve?.from?.day, key),
    ]),
  );
  const closes = query`
    from daily_closes join jsonb_each_text(${JSON.stringify(firsts)}::jsonb) as wanted(subject, first) using (subject)
    where portfolio_id = ${portfolioId} and day >= first and day < ${key} and unit_value is not null and source <> 'backtest'`;
  const rows = await from.execute<CloseRow>(
    basis === 'trailing-90d'
      ? query`select subject, day, unit_value as close, coalesce(max_unit_value, unit_value) as highest ${closes} order by day`
      : query`select subject, max(day) as day, max(unit_value) as close, max(unit_value) as highest ${closes} group by subject`,
  );
  const found = new Map<string, DayOfCurve[]>();
  for (const { subject, day, close, highest } of rows) {
    const days = found.get(subject) ?? [];
    found.set(subject, days);
    days.push({ day, closeUnitValue: new Decimal(close), maxUnitValue: new Decimal(highest) });
  }
  const days = found.get('') ?? [];
  found.delete('');
  return { days, strategyDays: Object.fromEntries(found) };
}
