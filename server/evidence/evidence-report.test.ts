import { expect, test } from 'vitest';
import { reportJson, reportOf } from './evidence-report';
import { importEvidence } from './importers/detect';
import { dailyTable, freqtradeFile } from './testing/sample-files';

const jsonOf = async (bytes: Buffer) => reportJson(reportOf(await importEvidence({ bytes, fileName: 'file' })));
const result = freqtradeFile({
  Trend: {
    trades: [
      ['2024-01-02 10:00:00', 50],
      ['2024-01-03 10:00:00', -20],
    ],
  },
});

/** Every key with the keys below it, in the order they are printed. */
const keysOf = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).map(([key, held]) => [key, keysOf(held)]))
    : '';

const DAY_FALL = { fraction: '', peakAt: '', troughAt: '' };
const STRATEGY = {
  name: '',
  span: { first: '', last: '', days: '', years: '' },
  drawdown: { ...DAY_FALL, basis: '' },
  dailyDrawdown: DAY_FALL,
  totalReturn: '',
  daily: { n: '', worst: '', worstAt: '', best: '', bestAt: '', mean: '', std: '' },
  volatility30: '',
  sharpe252: '',
  sortino252: '',
  calmar: '',
  trades: {
    source: '',
    count: '',
    wins: '',
    losses: '',
    draws: '',
    winRate: '',
    meanWin: '',
    meanLoss: '',
    payoffRatio: '',
    profitFactor: '',
  },
  kelly: { full: '', quarter: '' },
  sizing100k: { size: '', binding: '' },
  checks: '',
};

test('the JSON has the fields that scripts rely on, each by its name', async () => {
  const json = await jsonOf(result);
  expect(Object.keys(json)).toEqual(['format', 'warnings', 'strategies']);
  expect(keysOf(json.strategies[0])).toMatchObject(STRATEGY);
  expect(Object.keys(json.strategies[0]!.checks[0]!)).toEqual(['id', 'verdict', 'reason']);
});

test('a warning says whether the file contradicts itself or had to be read in some way', async () => {
  const hole = Buffer.from('date,close\n2020-01-01,1\n2020-01-02,2\n2020-01-03,2\n2020-02-03,3\n2020-02-04,3\n');
  expect((await jsonOf(hole)).warnings).toEqual([
    { kind: 'note', strategy: null, fields: ['date'], message: expect.stringContaining('no data from 2020-01-03') },
  ]);
  const contradiction = freqtradeFile({
    A: { trades: [['2024-01-02 10:00:00', 5]], stated: { profit_total_abs: 500, total_trades: 7 } },
  });
  expect((await jsonOf(contradiction)).warnings).toContainEqual(expect.objectContaining({ kind: 'contradiction' }));
});

test('a file without trades has neither trades nor a Kelly fraction', async () => {
  const [strategy] = (await jsonOf(dailyTable([100, 101, 99]))).strategies;
  expect(keysOf(strategy)).toMatchObject({ ...STRATEGY, trades: '', kelly: '' });
  expect([strategy?.trades, strategy?.kelly]).toEqual([null, null]);
});
