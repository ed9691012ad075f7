import 'server-only';
import { sql as query } from 'drizzle-orm';
import { db } from '@/db/client';
import { Decimal } from '../../kernel/decimal';
import type { Tx } from '../../kernel/transaction';
import { firstDayOf } from '../equity-curve';
import type { EvaluationContext, Lookback, RiskState } from '../state';

type Reader = Tx | typeof db;
type CloseRow = { day: string; close: string; highest: string };

/**
 * The closed days before the one that runs in a state, as far as its drawdown basis looks back: each day of the trailing
 * window, or the highest close since the mark began, however long ago. Later days are none of them: a state that lies
 * back, from which late rows are folded, knows nothing of what came after.
 */
export async function daysBehind(
  state: RiskState,
  { portfolioId, basis }: EvaluationContext,
  from: Reader = db,
): Promise<Pick<Lookback, 'days'>> {
  if (basis === 'since-start' || !state.day) return { days: [] };
  const { key } = state.day;
  const first = firstDayOf(basis, state.curve?.from?.day, key);
  const rows = await (basis === 'trailing-90d'
    ? from.execute<CloseRow>(query`
        select day, unit_value as close, coalesce(max_unit_value, unit_value) as highest from daily_closes
        where portfolio_id = ${portfolioId} and subject = '' and day >= ${first} and day < ${key} and unit_value is not null
        order by day`)
    : from.execute<CloseRow>(query`
        select max(day) as day, max(unit_value) as close, max(unit_value) as highest from daily_closes
        where portfolio_id = ${portfolioId} and subject = '' and day >= ${first} and day < ${key} and unit_value is not null
        having count(*) > 0`));
  const days = rows.map(({ day, close, highest }) => ({
    day,
    closeUnitValue: new Decimal(close),
    maxUnitValue: new Decimal(highest),
  }));
  return { days };
}
