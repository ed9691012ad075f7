import { expect, it } from 'vitest';
import { sql } from '@/db/client';
import { Decimal, ZERO } from '../../kernel/decimal';
import { type DrawdownBasis, markFor, openCurve, restartMark } from '../equity-curve';
import { evaluateSample } from '../evaluator';
import { addDays } from '../session-day';
import { EMPTY_STATE } from '../state';
import { contextWith, rowAt, T0 } from '../testing/fixtures';
import { riskWorld } from '../testing/risk-world';
import { daysBehind } from './closed-day-store';

const FIRST = '2025-01-06';

/** 450 closes at 1, the fourth of them at 1.5 and reaching 1.6; an earlier one, of before the mark began, at 9. */
async function world() {
  const { portfolioId } = await riskWorld();
  await sql`insert into daily_closes (portfolio_id, subject, day, equity, net_flow, unit_value, max_unit_value, source, closed_at)
    select ${portfolioId}, '', (${FIRST}::date + n)::text, 100, 0,
      case n when -1 then 9 when 3 then 1.5 else 1 end, case n when -1 then 9 when 3 then 1.6 else 1.01 end, 'live', ${FIRST}::date + n
    from generate_series(-1, 449) as n`;
  return async (basis: DrawdownBasis, running: string) => {
    const opened = restartMark(openCurve(new Decimal(100), T0), T0, FIRST);
    const day = { start: T0, end: T0, startEquity: new Decimal(100), estimated: false, maxUnitValue: new Decimal(1) };
    const state = {
      ...EMPTY_STATE,
      curve: { ...opened, mark: new Decimal('1.6') },
      day: { ...day, key: running, netFlow: new Decimal(0), withdrawals: new Decimal(0) },
    };
    const { days } = await daysBehind(state, contextWith({ portfolioId, basis }));
    return markFor(basis, state.curve, days, state.day).toString();
  };
}

it('the highest close counts however many came after it, and nothing of before the mark began does', async () => {
  const markOn = await world();
  expect(await markOn('end-of-day', addDays(FIRST, 450))).toBe('1.5');
  expect(await markOn('trailing-90d', addDays(FIRST, 450))).toBe('1.01');
  expect(await markOn('trailing-90d', addDays(FIRST, 93))).toBe('1.6');
  expect(await markOn('trailing-90d', addDays(FIRST, 94))).toBe('1.01');
});

it('a state that lies back knows nothing of the days that closed after it', async () => {
  const markOn = await world();
  expect(await markOn('end-of-day', addDays(FIRST, 3))).toBe('1');
  expect(await markOn('trailing-90d', addDays(FIRST, 3))).toBe('1.01');
  expect(await markOn('end-of-day', addDays(FIRST, 4))).toBe('1.5');
});

it('days of each strategy are its own, and those of its backtest none', async () => {
  const { portfolioId } = await riskWorld();
  const close = (subject: string, day: string, unit: number, source = 'live') => sql`
    insert into daily_closes (portfolio_id, subject, day, equity, net_flow, unit_value, max_unit_value, source, closed_at)
    values (${portfolioId}, ${subject}, ${day}, 100, 0, ${unit}, ${unit + 0.5}, ${source}, ${T0.toISOString()})`;
  await close('', '2026-11-17', 1);
  await close('s1', '2026-11-16', 3);
  await close('s1', '2026-11-17', 2);
  await close('s1', '2026-11-18', 1);
  await close('s1', '2026-11-15', 9, 'backtest');
  await close('unknown', '2026-11-17', 7);
  const from = { day: '2026-11-17', unitValue: new Decimal(1) };
  const curve = { ...openCurve(new Decimal(100), T0), from };
  const row = { strategies: [{ strategy: 's1', realised: ZERO, unrealised: ZERO, fees: ZERO, trades: null }] };
  const opened = evaluateSample(EMPTY_STATE, rowAt(T0, 100, 1, row), contextWith({ capitalOf: () => new Decimal(9) }), {
    points: [],
    days: [],
  }).state;
  const state = { ...opened, curve, strategies: { s1: { ...opened.strategies.s1!, curve } } };
  const found = async (basis: DrawdownBasis) => {
    const { days, strategyDays } = await daysBehind(state, contextWith({ portfolioId, basis }));
    const shown = (one: typeof days) => one.map((d) => [d.day, d.closeUnitValue.toString(), d.maxUnitValue.toString()]);
    return [shown(days), Object.keys(strategyDays), shown(strategyDays.s1 ?? [])];
  };
  const own = [['2026-11-17', '1', '1.5']];
  const each = [
    ['2026-11-17', '2', '2.5'],
    ['2026-11-18', '1', '1.5'],
  ];
  expect(await found('trailing-90d')).toEqual([own, ['s1'], each]);
  expect(await found('end-of-day')).toEqual([[['2026-11-17', '1', '1']], ['s1'], [['2026-11-18', '2', '2']]]);
});
