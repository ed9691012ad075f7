import type { ProbeReport } from '../checklist/probe';
import { percentText } from '../kernel/format';
import type { Purpose } from './backtest';
import { coversYears } from './statistics/span';
import type { StrategyStatistics } from './statistics/strategy-statistics';

/** What a probe looks at of one reading. */
export interface ProbedBacktest {
  id: string;
  purpose: Purpose;
  nameInFile: string;
  statistics: StrategyStatistics;
  /** Set on the approved expectation of the release, until another takes its place. */
  approvedAt?: Date | null;
  retiredAt?: Date | null;
}

const isExpectation = ({ approvedAt, retiredAt }: ProbedBacktest) => Boolean(approvedAt) && !retiredAt;

const good = (summary: string, measurement: ProbeReport['measurement']): ProbeReport => ({
  verdict: 'good',
  summary,
  measurement,
});
const bad = (summary: string, measurement: ProbeReport['measurement']): ProbeReport => ({
  verdict: 'bad',
  summary,
  measurement,
});
const nothing = (summary: string): ProbeReport => ({ verdict: 'unknown', summary, measurement: {} });

/** The longest test of the release must cover that many calendar years; several files are not added up. */
export function spanVerdict(backtests: ProbedBacktest[], minimumYears: number): ProbeReport {
  const longest = backtests.toSorted((a, b) => b.statistics.span.days - a.statistics.span.days)[0];
  if (!longest) return nothing('No backtest is imported for this release.');
  const { span } = longest.statistics;
  const measurement = { backtestId: longest.id, years: span.years, days: span.days };
  const words = `${longest.nameInFile} covers ${span.years.toFixed(2)} years`;
  return coversYears(span, minimumYears)
    ? good(`${words}, at least ${minimumYears}.`, measurement)
    : bad(`${words}; at least ${minimumYears} are needed.`, measurement);
}

/**
 * Drawdown and worst day within the limits, an edge above zero, no contradiction in the file; over the approved
 * expectation, or over every standing in-sample reading where none is approved. What a file cannot tell is not good.
 */
export function metricsVerdict(backtests: ProbedBacktest[]): ProbeReport {
  const expectation = backtests.filter(isExpectation);
  const judged = expectation.length > 0 ? expectation : backtests.filter(({ purpose }) => purpose === 'in-sample');
  if (judged.length === 0) return nothing('No backtest is imported for this release.');
  const wanted = new Set(['drawdown', 'daily-loss', 'edge', 'consistency']);
  const open = judged.flatMap((backtest) =>
    backtest.statistics.checks
      .filter((check) => wanted.has(check.id) && check.verdict !== 'pass')
      .map((check) => ({ name: backtest.nameInFile, ...check })),
  );
  const measurement = {
    backtestIds: judged.map((backtest) => backtest.id),
    open: open.map(({ name, id, verdict }) => ({ name, id, verdict })),
  };
  const failed = open.find((check) => check.verdict === 'fail');
  if (failed) return bad(`${failed.name}: ${failed.reason}.`, measurement);
  const unknown = open[0];
  if (unknown) return { verdict: 'unknown', summary: `${unknown.name}: ${unknown.reason}.`, measurement };
  const [first] = judged;
  return good(
    `Drawdown ${percentText(first!.statistics.drawdown?.fraction ?? 0)}, worst day ${percentText(Math.max(0, -(first!.statistics.daily.worst ?? 0)))}, edge above zero.`,
    measurement,
  );
}

/** An out-of-sample test must begin after every in-sample test has ended: an overlap is not out of sample. */
export function outOfSampleVerdict(backtests: ProbedBacktest[]): ProbeReport {
  const ofPurpose = (purpose: Purpose) => backtests.filter((backtest) => backtest.purpose === purpose);
  const stated = backtests.find((backtest) => backtest.statistics.outOfSample.state === 'present');
  const [inside, outside] = [ofPurpose('in-sample'), ofPurpose('out-of-sample')];
  if (outside.length === 0) {
    if (stated)
      return good(`${stated.nameInFile}: ${stated.statistics.outOfSample.reason}.`, { backtestId: stated.id });
    return nothing('No out-of-sample result is imported for this release.');
  }
  if (inside.length === 0) return nothing('There is no in-sample result to be outside of.');
  const end = Math.max(...inside.map((backtest) => backtest.statistics.span.last));
  const begin = Math.min(...outside.map((backtest) => backtest.statistics.span.first));
  const measurement = {
    inSampleEndsAt: new Date(end).toISOString(),
    outOfSampleBeginsAt: new Date(begin).toISOString(),
  };
  const day = (at: number) => new Date(at).toISOString().slice(0, 10);
  return begin > end
    ? good(`Out of sample from ${day(begin)}, after ${day(end)}.`, measurement)
    : bad(`Out of sample begins ${day(begin)}, but in sample ends ${day(end)}: they overlap.`, measurement);
}

/** Walk-forward needs several test windows, one file each, that follow one another without overlap. */
export function walkForwardVerdict(backtests: ProbedBacktest[], minimumFolds: number): ProbeReport {
  const folds = backtests
    .filter((backtest) => backtest.purpose === 'walk-forward')
    .toSorted((a, b) => a.statistics.span.first - b.statistics.span.first);
  if (folds.length === 0) return nothing('No walk-forward fold is imported for this release.');
  const overlap = folds.findIndex(
    (fold, i) => i > 0 && fold.statistics.span.first < folds[i - 1]!.statistics.span.last,
  );
  const lost = folds.filter((fold) => (fold.statistics.totalReturn ?? 0) <= 0).length;
  const measurement = { folds: folds.map((fold) => fold.id), lost };
  if (overlap > 0)
    return bad(`Folds ${folds[overlap - 1]!.nameInFile} and ${folds[overlap]!.nameInFile} overlap.`, measurement);
  if (folds.length < minimumFolds)
    return bad(
      `${folds.length} walk-forward ${folds.length === 1 ? 'fold' : 'folds'}; ${minimumFolds} are needed.`,
      measurement,
    );
  return good(
    `${folds.length} walk-forward folds one after the other, ${folds.length - lost} of them gained.`,
    measurement,
  );
}
