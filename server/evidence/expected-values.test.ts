import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { replay } from '../risk/replay/replay';
import { replayLimitsOf } from '../risk/replay/replay-limits';
import { reportJson, reportOf } from './evidence-report';
import { dayText } from './file-time';
import { importEvidence } from './importers/detect';
import type { ImportedFile } from './model';
import { replayHistoryOf } from './replay-history';

const DATA = resolve(process.cwd(), '../shared/data');
const present = existsSync(resolve(DATA, 'expected'));
if (!present) console.warn(`SKIPPED: reference values are not at ${DATA}/expected; nothing was compared with them.`);

const FILES = [
  'freqtrade/backtest-result.json',
  'freqtrade/genetrader_backtest-result-2024-09-07_10-47-34.json',
  'lean/IntradayMinuteScalping.json',
  'lean/SpyBondPortfolioRebalance.json',
  'lean/test_report_data.json',
  'prices/backtrader_daily-KO.csv',
  'prices/backtrader_daily-PEP.csv',
  'prices/lean_spy_daily_1998_2021.csv',
  'pyfolio/test_returns.csv',
  'vega/sp500-2000.csv',
];

// biome-ignore lint/suspicious/noExplicitAny: the reference files have many shapes
type Reference = any;
type Reported = ReturnType<typeof reportJson>['strategies'][number];

const referenceOf = (path: string): Reference =>
  JSON.parse(readFileSync(resolve(DATA, 'expected', `${path}.expected.json`), 'utf8'));

async function reported(path: string): Promise<{ file: ImportedFile; json: ReturnType<typeof reportJson> }> {
  const file = await importEvidence({ bytes: readFileSync(resolve(DATA, path)), fileName: path });
  return { file, json: reportJson(reportOf(file)) };
}

/** Equal to 1e-9 relative; an exact 0 or null must be exactly that. */
function same(actual: number | null | undefined, wanted: number | null | undefined, what: string): void {
  if (wanted === null || wanted === undefined) {
    expect(actual ?? null, what).toBeNull();
    return;
  }
  expect(actual, what).not.toBeNull();
  expect(Math.abs(actual! - wanted), `${what}: ${actual} is not ${wanted}`).toBeLessThanOrEqual(
    1e-9 * Math.abs(wanted),
  );
}

const sameTime = (actual: string | null | undefined, wanted: string | null | undefined, what: string) =>
  expect(actual?.slice(0, 19) ?? null, what).toBe(wanted ?? null);

function compareSpan(one: Reported, wanted: Reference): void {
  sameTime(one.span.first, wanted.history.first, 'span.first');
  sameTime(one.span.last, wanted.history.last, 'span.last');
  same(one.span.days, wanted.history.days, 'span.days');
  same(one.span.years, wanted.history.years_365_25, 'span.years');
  expect(one.checks.find((check) => check.id === 'span')?.verdict).toBe(
    wanted.history.at_least_2y_by_calendar ? 'pass' : 'fail',
  );
}

function compareDrawdown(
  actual: { fraction: number | null; peakAt: string | null; troughAt: string | null },
  wanted: Reference,
  what: string,
): void {
  same(actual.fraction, wanted.max_drawdown, `${what}.fraction`);
  sameTime(actual.peakAt, wanted.peak_date, `${what}.peakAt`);
  sameTime(actual.troughAt, wanted.trough_date, `${what}.troughAt`);
}

function compareDaily(one: Reported, wanted: Reference): void {
  same(one.totalReturn, wanted.total_return, 'totalReturn');
  expect(one.daily.n).toBe(wanted.daily_return.n);
  same(one.daily.mean, wanted.daily_return.mean, 'mean');
  same(one.daily.std, wanted.daily_return.std_ddof1, 'std');
  same(one.daily.worst, wanted.daily_return.worst, 'worst');
  same(one.daily.best, wanted.daily_return.best, 'best');
  sameTime(one.daily.worstAt, wanted.daily_return.worst_date, 'worstAt');
  sameTime(one.daily.bestAt, wanted.daily_return.best_date, 'bestAt');
  same(one.volatility30, wanted.realised_vol_30.simple_ddof1, 'volatility30');
  same(one.sharpe252, wanted.sharpe_rf0_252, 'sharpe252');
}

function compareTrades(one: Reported, wanted: Reference): void {
  if (!wanted.trade_stats || wanted.trade_stats.trades === 0) {
    expect(one.trades).toBeNull();
    expect(one.kelly).toBeNull();
    expect(one.sizing100k.size).toBeNull();
    return;
  }
  const stats = wanted.trade_stats;
  expect([one.trades?.count, one.trades?.wins, one.trades?.losses, one.trades?.draws]).toEqual([
    stats.trades,
    stats.wins,
    stats.losses,
    stats.draws,
  ]);
  same(one.trades?.winRate, stats.win_rate, 'winRate');
  same(one.trades?.meanWin, stats.avg_win, 'meanWin');
  same(one.trades?.meanLoss, stats.avg_loss, 'meanLoss');
  same(one.trades?.profitFactor, stats.profit_factor, 'profitFactor');
  same(one.trades?.payoffRatio, wanted.kelly.payoff_ratio, 'payoffRatio');
  same(one.kelly?.full, wanted.kelly.full, 'kelly.full');
  same(one.kelly?.quarter, wanted.kelly.quarter, 'kelly.quarter');
  const size = wanted.position_size_capital_100000.simple_ddof1;
  same(one.sizing100k.size, size.size, 'size');
  expect(one.sizing100k.binding).toBe(size.binding ?? null);
}

const episodesOf = (found: { episodes: { from: number; to: number; days: number }[] } | null) =>
  found?.episodes.map((one) => [dayText(one.from), dayText(one.to), one.days]);

function compareReplay(file: ImportedFile, wanted: Reference): void {
  const { breaches } = replay(replayHistoryOf(file), replayLimitsOf({}));
  for (const [name, key] of [
    ['drawdown', 'drawdown'],
    ['dailyLoss', 'daily_loss'],
  ] as const) {
    expect(breaches[name]?.daysInBreach, name).toBe(wanted.replay[key].days_in_breach);
    expect(episodesOf(breaches[name]), name).toEqual(wanted.replay[key].episode_list);
  }
}

describe.skipIf(!present)('statistics of files that others wrote match an independent implementation', () => {
  test.each(FILES)('%s', async (path) => {
    const { file, json } = await reported(path);
    const reference = referenceOf(path);
    const byName: Reference = reference.strategies ?? { [json.strategies[0]!.name]: reference };
    expect(json.strategies.map((one) => one.name)).toEqual(Object.keys(byName));
    for (const one of json.strategies) {
      const wanted = byName[one.name];
      compareSpan(one, wanted);
      compareDrawdown(one.dailyDrawdown, wanted.drawdown_daily, 'dailyDrawdown');
      compareDrawdown(
        one.drawdown,
        wanted.drawdown_per_trade ?? wanted.drawdown_intraday_or_per_trade ?? wanted.drawdown_daily,
        'drawdown',
      );
      compareDaily(one, wanted);
      compareTrades(one, wanted);
      compareReplay(file, wanted);
    }
  });

  test('pyfolio positions give the reference breaches of position and cash', async () => {
    const path = 'pyfolio/test_pos.csv';
    const { file, json } = await reported(path);
    const wanted = referenceOf(path);
    const { breaches } = replay(replayHistoryOf(file), replayLimitsOf({}));
    expect(breaches.cash?.daysInBreach).toBe(wanted.replay.liquidity.days_in_breach);
    expect(episodesOf(breaches.cash)).toEqual(wanted.replay.liquidity.episode_list);
    expect(breaches.position?.daysInBreach).toBe(wanted.replay.position_size.days_in_breach);
    expect(episodesOf(breaches.position)).toEqual(wanted.replay.position_size.episode_list);
    same(Math.min(...breaches.cash!.episodes.map((one) => one.worst)), wanted.min_cash_ratio, 'min cash');
    same(Math.max(...breaches.position!.episodes.map((one) => one.worst)), wanted.max_position_ratio, 'max position');
    sameTime(json.strategies[0]?.span.first, wanted.first, 'first');
    expect(file.strategies[0]?.holdings?.instruments).toEqual(wanted.symbols);
  });

  test('monthly prices keep their drawdown and are refused a daily volatility', async () => {
    const path = 'vega/stocks.csv';
    const { json } = await reported(path);
    const wanted = referenceOf(path);
    expect(json.strategies.map((one) => one.name).toSorted()).toEqual(wanted.symbols);
    for (const one of json.strategies) {
      compareDrawdown(one.drawdown, wanted.per_symbol[one.name], one.name);
      expect(one.volatility30).toBeNull();
      expect(one.daily.n).toBe(0);
    }
  });

  test('the hand-edited Freqtrade fixture is imported with warnings that name what contradicts', async () => {
    const { json } = await reported('freqtrade/backtest-result.json');
    const fields = json.warnings.flatMap((warning) => warning.fields);
    expect(fields).toEqual(expect.arrayContaining(['wins', 'draws', 'max_relative_drawdown', 'profit_ratio']));
  });
});
