import { describe, expect, test } from 'vitest';
import { reportOf } from './evidence-report';
import { importEvidence } from './importers/detect';
import {
  metricsVerdict,
  outOfSampleVerdict,
  type ProbedBacktest,
  spanVerdict,
  walkForwardVerdict,
} from './probe-verdicts';
import { freqtradeFile } from './testing/sample-files';

async function backtest(
  purpose: ProbedBacktest['purpose'],
  start: string,
  end: string,
  profits: number[] = [10, -5],
): Promise<ProbedBacktest> {
  const trades = profits.map((profit, i): [string, number] => [`${start} ${String(10 + i)}:00:00`, profit]);
  const bytes = freqtradeFile({ S: { trades, start: `${start} 00:00:00`, end: `${end} 00:00:00` } });
  const [statistics] = reportOf(await importEvidence({ bytes, fileName: 'f' })).strategies;
  return { id: `${purpose} ${start}`, purpose, nameInFile: 'S', statistics: statistics! };
}

describe('span', () => {
  test('two calendar years are enough and a day less is not; two files are not added up', async () => {
    const long = await backtest('in-sample', '2020-01-01', '2022-01-01');
    const short = await backtest('in-sample', '2020-01-02', '2022-01-01');
    expect(spanVerdict([long], 2).verdict).toBe('good');
    expect(spanVerdict([short, short], 2)).toMatchObject({
      verdict: 'bad',
      summary: 'S covers 2.00 years; at least 2 are needed.',
    });
    expect(spanVerdict([], 2).verdict).toBe('unknown');
  });
});

describe('metrics', () => {
  test('a loss beyond a limit is bad and names it; a file that cannot tell is unknown', async () => {
    expect(metricsVerdict([await backtest('in-sample', '2020-01-01', '2020-03-01')]).verdict).toBe('good');
    expect(metricsVerdict([await backtest('in-sample', '2020-01-01', '2020-03-01', [500, -400])])).toMatchObject({
      verdict: 'bad',
    });
    expect(metricsVerdict([await backtest('in-sample', '2020-01-01', '2020-03-01', [10, 10])])).toMatchObject({
      verdict: 'unknown',
    });
    expect(metricsVerdict([await backtest('out-of-sample', '2020-01-01', '2020-03-01')]).verdict).toBe('unknown');
  });
});

describe('metrics of several readings', () => {
  const fine = () => backtest('in-sample', '2020-01-01', '2020-03-01');
  const broken = () => backtest('in-sample', '2020-01-01', '2020-03-01', [500, -400]);
  const approvedAt = new Date('2020-06-01');

  test('while no expectation is approved every in-sample reading must be within the limits', async () => {
    expect(metricsVerdict([await fine(), await broken()]).verdict).toBe('bad');
  });

  test('the approved expectation is what is judged, and a bad one is not saved by a better reading', async () => {
    const [good, bad] = [await fine(), await broken()];
    expect(metricsVerdict([{ ...good, approvedAt }, bad]).verdict).toBe('good');
    expect(metricsVerdict([good, { ...bad, approvedAt }]).verdict).toBe('bad');
  });

  test('an expectation that another replaced counts as a reading like the others', async () => {
    const [good, bad] = [await fine(), await broken()];
    const retired = { ...good, approvedAt, retiredAt: new Date('2020-07-01') };
    expect(metricsVerdict([retired, bad]).verdict).toBe('bad');
  });
});

describe('out of sample', () => {
  test('must begin after the in-sample test has ended', async () => {
    const inside = await backtest('in-sample', '2020-01-01', '2021-01-01');
    expect(outOfSampleVerdict([inside]).verdict).toBe('unknown');
    expect(outOfSampleVerdict([inside, await backtest('out-of-sample', '2021-01-02', '2021-06-01')]).verdict).toBe(
      'good',
    );
    expect(outOfSampleVerdict([inside, await backtest('out-of-sample', '2020-12-31', '2021-06-01')])).toMatchObject({
      verdict: 'bad',
    });
  });
});

describe('walk forward', () => {
  test('needs its folds one after the other', async () => {
    const folds = await Promise.all(
      ['2020-01-01', '2020-04-01', '2020-07-01'].map((start, i) =>
        backtest('walk-forward', start, `2020-0${4 + 3 * i > 9 ? 9 : 4 + 3 * i}-01`),
      ),
    );
    expect(walkForwardVerdict(folds, 3).verdict).toBe('good');
    expect(walkForwardVerdict(folds.slice(1), 3)).toMatchObject({
      verdict: 'bad',
      summary: '2 walk-forward folds; 3 are needed.',
    });
    expect(walkForwardVerdict([...folds, folds[0]!], 3).summary).toContain('overlap');
  });
});
