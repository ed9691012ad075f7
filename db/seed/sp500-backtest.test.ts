import { expect, test } from 'vitest';
import { reportOf } from '@/server/evidence/evidence-report';
import { importEvidence } from '@/server/evidence/importers/detect';
import { outOfSampleVerdict } from '@/server/evidence/probe-verdicts';
import { BACKTEST_SPANS, sp500Backtest } from './sp500-backtest';

const readingOf = async (purpose: keyof typeof BACKTEST_SPANS) => {
  const bytes = sp500Backtest('index-trend', BACKTEST_SPANS[purpose]);
  const report = reportOf(await importEvidence({ bytes, fileName: `${purpose}.json` }));
  return { id: purpose, purpose, nameInFile: purpose, statistics: report.strategies[0]! };
};

test('the backtest of the demo has the trades and the edge that sizing asks for', async () => {
  const { statistics } = await readingOf('in-sample');
  expect(statistics.trades).toMatchObject({ count: 103, wins: 59, losses: 44 });
  expect(statistics.trades?.payoffRatio).toBeCloseTo(1.213, 3);
  expect(statistics.kelly?.full).toBeCloseTo(0.2206, 4);
  expect(statistics.drawdown?.fraction).toBeCloseTo(0.0408, 4);
  expect(statistics.checks).toContainEqual(expect.objectContaining({ id: 'trades', verdict: 'pass' }));
});

test('the out-of-sample test of the demo begins after the in-sample one has ended', async () => {
  const verdict = outOfSampleVerdict([await readingOf('in-sample'), await readingOf('out-of-sample')]);
  expect(verdict).toMatchObject({ verdict: 'good' });
});
