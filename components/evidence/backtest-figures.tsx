import type { StrategyStatistics } from '@/server/evidence/statistics/strategy-statistics';
import { formatNumber, formatPercent } from '../ui/format';
import { GroupRow, TableFrame, Td, Tr } from '../ui/table';
import { SAMPLING_WORDS, utcDay } from './words';

type Row = { name: string; value: string; note: string };

/** Every statistic of one strategy by name; `?` where the file cannot tell. */
export function BacktestFigures({ statistics }: { statistics: StrategyStatistics }) {
  const groups: { head: string; rows: Row[] }[] = [
    { head: 'Equity', rows: equityRows(statistics) },
    { head: 'Days', rows: dayRows(statistics) },
    { head: 'Trades', rows: tradeRows(statistics) },
    { head: 'Edge', rows: edgeRows(statistics) },
  ];
  return (
    <TableFrame label="Every figure">
      {groups.map((group) => (
        <tbody key={group.head}>
          <GroupRow span={3} head={group.head} />
          {group.rows.map((row) => (
            <Tr key={row.name}>
              <Td>{row.name}</Td>
              <Td numeric className="font-medium">
                {row.value}
              </Td>
              <Td className="text-xs text-ink-3">{row.note}</Td>
            </Tr>
          ))}
        </tbody>
      ))}
    </TableFrame>
  );
}

const row = (name: string, value: string, note = ''): Row => ({ name, value, note });
const between = (fall: { peakAt: number | null; troughAt: number | null } | null) =>
  fall?.peakAt != null ? `${utcDay(fall.peakAt)} to ${utcDay(fall.troughAt)}` : '';
/** Profits may be in bitcoin: small ones keep their digits. */
const amount = (value: number | null | undefined) =>
  formatNumber(value, value != null && value !== 0 && Math.abs(value) < 1 ? { digits: 8, minDigits: 2 } : undefined);

function equityRows({ span, totalReturn, drawdown, dailyDrawdown, calmar }: StrategyStatistics): Row[] {
  return [
    row(
      'Span',
      `${formatNumber(span.years)}\u00a0years`,
      `${utcDay(span.first)} to ${utcDay(span.last)}, ${formatNumber(span.days, { digits: 1, minDigits: 0 })} days`,
    ),
    row('Total return', formatPercent(totalReturn, { sign: true })),
    row(
      'Maximum drawdown',
      formatPercent(drawdown?.fraction),
      drawdown ? `${between(drawdown)} ${SAMPLING_WORDS[drawdown.basis]}`.trim() : 'the file has no equity',
    ),
    row('Maximum drawdown over days', formatPercent(dailyDrawdown?.fraction), between(dailyDrawdown)),
    row('Calmar', formatNumber(calmar), 'compound return per 252 days over the daily drawdown'),
  ];
}

function dayRows({ daily, volatility30, sharpe252, sortino252 }: StrategyStatistics): Row[] {
  return [
    row('Daily returns', formatNumber(daily.n, { digits: 0 })),
    row('Worst day', formatPercent(daily.worst), utcDay(daily.worstAt)),
    row('Best day', formatPercent(daily.best), utcDay(daily.bestAt)),
    row('Mean day', formatPercent(daily.mean, { digits: 4 })),
    row('Deviation', formatPercent(daily.std), 'sample, over all days'),
    row('30-day volatility', formatPercent(volatility30), 'sample, last 30 simple returns, not annualised'),
    row('Sharpe', formatNumber(sharpe252), '252 days, no risk-free rate'),
    row('Sortino', formatNumber(sortino252), '252 days, target 0'),
  ];
}

function tradeRows({ trades }: StrategyStatistics): Row[] {
  if (!trades) return [row('Closed trades', '?', 'the file has none')];
  return [
    row('Closed trades', formatNumber(trades.count, { digits: 0 }), trades.source),
    row('Won, lost, drawn', `${trades.wins}, ${trades.losses}, ${trades.draws}`),
    row('Win rate', formatPercent(trades.winRate), 'draws in the denominator'),
    row('Mean win', amount(trades.meanWin)),
    row('Mean loss', amount(trades.meanLoss)),
    row('Payoff', formatNumber(trades.payoffRatio), 'mean win over mean loss'),
    row('Profit factor', formatNumber(trades.profitFactor)),
    row('Expectancy', amount(trades.expectancy), 'mean profit of a trade'),
  ];
}

function edgeRows({ kelly, sizing100k }: StrategyStatistics): Row[] {
  return [
    row('Kelly, full', formatPercent(kelly?.full), 'fraction of notional'),
    row('Kelly, quarter', formatPercent(kelly?.quarter), 'what sizing takes of it'),
    row(
      'Arithmetic for 100,000',
      formatNumber(sizing100k.size),
      `${sizing100k.reason}. No trade minimum, no lot: the sizing of a launch is stricter`,
    ),
  ];
}
