import { numberText, percentText } from '@/server/kernel/format';
import type { EvidenceReport } from './evidence-report';
import { dayText, instantText } from './file-time';
import { compoundedReturn } from './statistics/monthly';
import type { StrategyStatistics } from './statistics/strategy-statistics';
import { textTable } from './text-table';

const UNKNOWN = '?';
const VERDICT = { pass: 'ok', fail: 'FAIL', unknown: '?' } as const;

/** The report for a terminal: how the file was read, its warnings, then each strategy. */
export function reportText({ file, strategies }: EvidenceReport): string {
  const parts = [`Format   ${file.format}`];
  for (const reason of file.guess?.reasons ?? []) parts.push(`         ${reason}`);
  for (const warning of file.warnings)
    parts.push(`Warning  ${warning.strategy ? `${warning.strategy}: ` : ''}${warning.message}`);
  return [parts.join('\n'), ...strategies.map(strategyText)].join('\n\n');
}

const fraction = (value: number | null): string => (value === null ? UNKNOWN : percentText(value));
const ratio = (value: number | null | undefined): string =>
  value === null || value === undefined ? UNKNOWN : numberText(value, 2);
const amount = (value: number | null): string =>
  value === null ? UNKNOWN : Math.abs(value) < 1 ? value.toPrecision(4) : numberText(value, 2);
const on = (at: number | null): string => (at === null ? '' : dayText(at));

function strategyText(one: StrategyStatistics): string {
  const fall = (drawdown: { fraction: number; peakAt: number | null; troughAt: number | null } | null): string[] =>
    drawdown
      ? [
          fraction(drawdown.fraction),
          drawdown.peakAt === null ? '' : `${on(drawdown.peakAt)} to ${on(drawdown.troughAt)}`,
        ]
      : [UNKNOWN, ''];
  const rows = [
    [
      'Span',
      `${numberText(one.span.years, 2)} years`,
      `${instantText(one.span.first)} to ${instantText(one.span.last)}`,
    ],
    ['Total return', fraction(one.totalReturn), ''],
    [`Drawdown, ${one.drawdown?.basis ?? 'every point'}`, ...fall(one.drawdown)],
    ['Drawdown, days', ...fall(one.dailyDrawdown)],
    ['Worst day', fraction(one.daily.worst), on(one.daily.worstAt)],
    ['Best day', fraction(one.daily.best), on(one.daily.bestAt)],
    ['Mean day', one.daily.mean === null ? UNKNOWN : percentText(one.daily.mean, 4), `${one.daily.n} daily returns`],
    ['Volatility, 30 days', fraction(one.volatility30), 'a day, not annualised'],
    ['Sharpe, 252', ratio(one.sharpe252), ''],
    ['Sortino, 252', ratio(one.sortino252), ''],
    ['Calmar, 252', ratio(one.calmar), ''],
    ...tradeRows(one),
    ['Kelly, full', fraction(one.kelly?.full ?? null), 'of notional'],
    ['Kelly, quarter', fraction(one.kelly?.quarter ?? null), 'of notional'],
    ['Size for 100,000', amount(one.sizing100k.size), one.sizing100k.reason],
  ];
  const checks = one.checks.map((check) => [VERDICT[check.verdict], check.id, check.reason]);
  const parts = [`${one.name}\n${textTable(rows, [false, true])}`, monthlyText(one), textTable(checks)];
  return parts.filter((part) => part !== '').join('\n\n');
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** Return of each month in per cent, a year to a row, the newest first; empty without a daily series. */
function monthlyText({ monthly }: StrategyStatistics): string {
  const years = [...new Set(monthly.map((month) => month.year))].sort((a, b) => b - a);
  if (years.length === 0) return '';
  const inPercent = (value: number | null): string => (value === null ? UNKNOWN : signedText(value * 100));
  const rows = years.map((year) => {
    const months = monthly.filter((one) => one.year === year);
    const cells = MONTHS.map((_, i) => {
      const found = months.find(({ month }) => month === i + 1);
      return found ? inPercent(found.value) : '';
    });
    return [String(year), ...cells, inPercent(compoundedReturn(months))];
  });
  return textTable([['Months, %', ...MONTHS, 'Year'], ...rows], [false, ...MONTHS.map(() => true), true]);
}

const signedText = (value: number): string => `${value > 0 ? '+' : ''}${numberText(value, 1)}`;

function tradeRows({ trades }: StrategyStatistics): string[][] {
  if (!trades) return [['Closed trades', UNKNOWN, 'the file has none']];
  return [
    ['Closed trades', numberText(trades.count, 0), trades.source],
    ['Won, lost, drawn', `${trades.wins}, ${trades.losses}, ${trades.draws}`, ''],
    ['Win rate', fraction(trades.winRate), 'draws in the denominator'],
    ['Mean win', amount(trades.meanWin), ''],
    ['Mean loss', amount(trades.meanLoss), ''],
    ['Payoff', ratio(trades.payoffRatio), 'mean win over mean loss'],
    ['Profit factor', ratio(trades.profitFactor), ''],
    ['Expectancy', amount(trades.expectancy), 'a trade'],
  ];
}
