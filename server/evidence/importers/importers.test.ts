import { describe, expect, test } from 'vitest';
import { DomainError } from '@/server/kernel/errors';
import { reportJson, reportOf } from '../evidence-report';
import type { SeriesChoice } from '../model';
import { dailyTable, freqtradeFile, LEAN_START, lean2021, lean2025, zipOf } from '../testing/sample-files';
import { importEvidence } from './detect';

const read = (bytes: Buffer, fileName = 'backtest.bin', choice?: SeriesChoice) =>
  importEvidence({ bytes, fileName, choice });
const json = async (bytes: Buffer, fileName?: string, choice?: SeriesChoice) =>
  reportJson(reportOf(await read(bytes, fileName, choice)));

describe('freqtrade', () => {
  const two = freqtradeFile({
    Alpha: {
      trades: [
        ['2024-01-02 10:00:00+00:00', 100],
        ['2024-01-03 10:00:00+00:00', -110],
        ['2024-01-03 11:00:00+00:00', 0],
      ],
    },
    Beta: { trades: [] },
  });

  test('reads every strategy of a file, whatever its extension says', async () => {
    const { format, strategies } = await json(two, 'result.csv');
    expect(format).toBe('freqtrade');
    expect(strategies.map((one) => one.name)).toEqual(['Alpha', 'Beta']);
  });

  test('equity is the starting balance plus cumulative profit, carried over quiet days', async () => {
    const [alpha] = (await json(two)).strategies;
    expect(alpha?.totalReturn).toBeCloseTo(-0.01, 12);
    expect(alpha?.daily.n).toBe(5);
    expect(alpha?.drawdown).toEqual({
      fraction: 0.1,
      peakAt: '2024-01-02T10:00:00Z',
      troughAt: '2024-01-03T10:00:00Z',
      basis: 'per-trade',
    });
    expect(alpha?.dailyDrawdown).toEqual({
      fraction: 0.1,
      peakAt: '2024-01-02T00:00:00Z',
      troughAt: '2024-01-03T00:00:00Z',
    });
  });

  test('the span is the test, not its first and last trade', async () => {
    const [alpha] = (await json(two)).strategies;
    expect(alpha?.span).toEqual({
      first: '2024-01-01T00:00:00Z',
      last: '2024-01-05T12:00:00Z',
      days: 4.5,
      years: 4.5 / 365.25,
    });
  });

  test('a draw counts in the denominator of the win rate', async () => {
    const [alpha] = (await json(two)).strategies;
    expect(alpha?.trades).toMatchObject({
      count: 3,
      wins: 1,
      losses: 1,
      draws: 1,
      winRate: 1 / 3,
      meanWin: 100,
      meanLoss: -110,
    });
  });

  test('a strategy without trades has unknown trades and Kelly, not a win rate of 0', async () => {
    const file = freqtradeFile({ Beta: { trades: [], stated: { winrate: 0, total_trades: 0, profit_factor: 0 } } });
    const { strategies, warnings } = await json(file);
    expect(strategies[0]).toMatchObject({
      trades: null,
      kelly: null,
      sizing100k: { size: null, binding: null },
      totalReturn: 0,
    });
    expect(warnings).toEqual([]);
  });

  test('a zip of 2026 with the result beside its configuration is read', async () => {
    const zip = await zipOf({
      'backtest-result-2026.json': two,
      'backtest-result-2026_config.json': Buffer.from('{"strategy":"Alpha","exchange":{}}'),
      'backtest-result-2026_Alpha.py': Buffer.from('class Alpha: pass'),
    });
    expect((await json(zip, 'result.json')).strategies).toHaveLength(2);
  });

  test('bare NaN of Freqtrade is read where it does not matter and refused where it does', async () => {
    const fine = Buffer.from(
      two.toString().replace('"starting_balance":1000', '"starting_balance":1000,"sharpe":NaN,"sortino":-Infinity'),
    );
    expect((await json(fine)).strategies).toHaveLength(2);
    const bad = Buffer.from(two.toString().replace('"profit_abs":100', '"profit_abs":NaN'));
    await expect(read(bad)).rejects.toThrow('Alpha: trades[0].profit_abs is not a number');
  });

  test('an old file whose account drawdown is at the largest absolute fall does not contradict itself', async () => {
    const trades: [string, number][] = [
      ['2024-01-02 01:00:00', -500],
      ['2024-01-02 02:00:00', 4500],
      ['2024-01-02 03:00:00', -1000],
    ];
    const old = freqtradeFile({ Old: { trades, stated: { max_drawdown_account: 0.2 } } });
    expect((await json(old)).warnings).toEqual([]);
  });

  test('stated figures that differ from the trades are imported with warnings that name the fields', async () => {
    const file = freqtradeFile({
      A: { trades: [['2024-01-02 01:00:00', 5]], stated: { wins: 0, final_balance: 2000, total_trades: 1 } },
    });
    const { warnings } = await json(file);
    expect(warnings.map((warning) => warning.fields)).toEqual([['wins'], ['final_balance']]);
    expect(warnings.every((warning) => warning.strategy === 'A')).toBe(true);
  });
});

describe('lean', () => {
  test.each([
    ['2021', lean2021],
    ['2025', lean2025],
  ])('reads the format of %s, with trades net of fees', async (_, file) => {
    const [one] = (await json(file({ withPerformance: true }))).strategies;
    expect(one?.drawdown).toMatchObject({ fraction: expect.closeTo(0.1, 12), basis: 'daily' });
    expect(one?.totalReturn).toBeCloseTo(0.045, 12);
    expect(one?.trades).toMatchObject({
      source: 'closedTrades net of totalFees',
      wins: 1,
      losses: 1,
      draws: 1,
      meanWin: 9,
      meanLoss: -5,
    });
  });

  test('without totalPerformance the trades are unknown', async () => {
    const [one] = (await json(lean2021({ withPerformance: false }))).strategies;
    expect(one).toMatchObject({ trades: null, kelly: null });
  });

  test('three win rates of one file are named, and the source of the used one', async () => {
    const { warnings } = await json(lean2025({ withPerformance: true }));
    expect(warnings[0]?.fields).toContain('portfolioStatistics.winRate');
  });

  test('out of sample is what the configuration says, and only that', async () => {
    const verdict = async (configuration: Record<string, unknown>) =>
      (await json(lean2025({ withPerformance: false, configuration }))).strategies[0]?.checks.find(
        (check) => check.id === 'out-of-sample',
      )?.verdict;
    expect(await verdict({})).toBe('fail');
    expect(await verdict({ outOfSampleDays: 90 })).toBe('pass');
    expect(await verdict({ outOfSampleMaxEndDate: '2025-01-01' })).toBe('pass');
    const [old] = (await json(lean2021({ withPerformance: false }))).strategies;
    expect(old?.checks.find((check) => check.id === 'out-of-sample')?.verdict).toBe('unknown');
  });

  test('a stated drawdown that the equity does not show is a warning', async () => {
    const { warnings } = await json(
      lean2021({ withPerformance: false, statistics: { Drawdown: '31.300%', 'Net Profit': '4.500%' } }),
    );
    expect(warnings.map((warning) => warning.fields)).toEqual([['statistics.Drawdown']]);
  });
});

describe('prices and returns', () => {
  const drift = Array.from({ length: 40 }, (_, i) => 100 + i + (i % 3));

  test('prices are guessed by name or by number, and the guess can be changed', async () => {
    const guessed = await read(dailyTable(drift));
    expect(guessed).toMatchObject({
      format: 'prices-csv',
      guess: { kind: 'prices', valueColumns: ['close'], unit: null },
    });
    expect((await read(dailyTable(drift, null))).guess).toMatchObject({ kind: 'prices', valueColumns: ['column 2'] });
    await expect(read(dailyTable(drift), 'p.csv', { kind: 'returns', unit: 'fraction' })).rejects.toThrow(
      'choose per cent',
    );
  });

  test('returns compound from the day before the first row', async () => {
    const [one] = (await json(dailyTable([0.1, -0.1, 0.2], null))).strategies;
    expect(one?.span.first).toBe('2019-12-31T00:00:00Z');
    expect(one?.totalReturn).toBeCloseTo(1.1 * 0.9 * 1.2 - 1, 14);
    expect(one?.daily.n).toBe(3);
  });

  test('fraction and per cent are told apart by the size of a typical day', async () => {
    const fractions = [0.01, -0.008, 0.004, -0.012];
    expect((await read(dailyTable(fractions, 'date,returns'))).guess?.unit).toBe('fraction');
    const perCent = await read(
      dailyTable(
        fractions.map((value) => (value * 100).toFixed(2)),
        'date,returns',
      ),
    );
    expect(perCent.guess?.unit).toBe('percent');
    const marked = await read(
      dailyTable(
        fractions.map((value) => `${value}%`),
        'date,returns',
      ),
    );
    expect(marked.guess?.unit).toBe('percent');
    const forced = await read(dailyTable(fractions, 'date,returns'), 'r.csv', { unit: 'percent' });
    expect(forced.strategies[0]?.equity?.value[1]).toBeCloseTo(100_010, 6);
  });

  test('a LEAN price file is scaled by 10,000', async () => {
    const rows = drift
      .map((value, i) => `202001${String(i + 1).padStart(2, '0')} 00:00,${value * 10_000}`)
      .slice(0, 31);
    const file = await read(Buffer.from(['date,close', ...rows].join('\n')));
    expect(file.guess?.scale).toBe(10_000);
    expect(file.strategies[0]?.equity?.value[0]).toBe(100);
  });

  test('adjusted closes are preferred, and another column can be chosen', async () => {
    const table = Buffer.from('Date,Close,Adj Close\n2020-01-01,10,5\n2020-01-02,20,6\n');
    expect((await read(table)).guess?.valueColumns).toEqual(['Adj Close']);
    const [one] = (await json(table, 'x', { column: 'Close' })).strategies;
    expect(one?.totalReturn).toBe(1);
    await expect(read(table, 'x', { column: 'Volume' })).rejects.toThrow(
      "Column 'Volume' is not one of the number columns",
    );
  });

  test('several value columns are several strategies', async () => {
    const table = Buffer.from('date,trend,carry\n2020-01-01,0.01,-0.01\n2020-01-02,0.02,0.03\n');
    expect((await json(table)).strategies.map((one) => one.name)).toEqual(['trend', 'carry']);
  });

  test('monthly data is refused for a daily volatility', async () => {
    const rows = Array.from(
      { length: 40 },
      (_, i) => `${new Date(Date.UTC(2020, i, 1)).toISOString().slice(0, 10)},${100 + i}`,
    );
    const { strategies, warnings } = await json(Buffer.from(['date,close', ...rows].join('\n')));
    expect(strategies[0]).toMatchObject({
      volatility30: null,
      sharpe252: null,
      daily: { n: 0, worst: null },
      dailyDrawdown: { fraction: null },
    });
    expect(warnings[0]?.message).toContain('30-day volatility are refused');
  });

  test('semicolons with decimal commas, BOM, newest first and other dates are read', async () => {
    const german = Buffer.from('\uFEFFDatum;Schluss\n31.01.2020;10,5\n30.01.2020;10,0\n');
    const [one] = (await json(german)).strategies;
    expect(one?.totalReturn).toBeCloseTo(0.05, 12);
    expect(one?.span.last).toBe('2020-01-31T00:00:00Z');
  });

  test('midnight of another zone stays its own calendar day', async () => {
    const tokyo = Buffer.from('date,close\n2020-01-06 00:00:00+09:00,10\n2020-01-07 00:00:00+09:00,11\n');
    expect((await json(tokyo)).strategies[0]?.span.first).toBe('2020-01-06T00:00:00Z');
  });
});

describe('one day of equity', () => {
  const chart = (values: { x: number; y: number }[]) =>
    Buffer.from(
      JSON.stringify({
        Charts: { 'Strategy Equity': { Series: { Equity: { Values: values } } } },
        Statistics: { 'Total Trades': '0' },
      }),
    );
  const drawdownOf = async (values: { x: number; y: number }[]) =>
    (await json(chart(values))).strategies[0]?.checks.find((check) => check.id === 'drawdown');

  test('cannot show that nothing fell; a fall beyond the limit it does show', async () => {
    expect(await drawdownOf([{ x: LEAN_START, y: 100 }])).toMatchObject({ verdict: 'unknown' });
    const day = [100, 99, 80].map((y, i) => ({ x: LEAN_START + i * 60, y }));
    expect(await drawdownOf(day.slice(0, 2))).toMatchObject({ verdict: 'unknown' });
    expect(await drawdownOf(day)).toMatchObject({ verdict: 'fail' });
    const two = [100, 99].map((y, i) => ({ x: LEAN_START + i * 86_400, y }));
    expect(await drawdownOf(two)).toMatchObject({ verdict: 'pass' });
  });
});

describe('a table that is refused', () => {
  const offered = async (bytes: Buffer, choice?: SeriesChoice) => {
    const cause = await read(bytes, 'upload.csv', choice).then(
      () => null,
      (error: unknown) => error,
    );
    expect(cause).toBeInstanceOf(DomainError);
    return (cause as DomainError).data?.reading;
  };

  test('says how it was taken and what may be chosen instead', async () => {
    const rows = Array.from(
      { length: 12 },
      (_, i) => `2020-01-${String(i + 1).padStart(2, '0')},${i % 2 ? 3 : -3},${100 + i}`,
    );
    const table = Buffer.from(['date,close,nav', ...rows].join('\n'));
    expect(await offered(table)).toEqual({
      kind: 'prices',
      unit: null,
      scale: 1,
      valueColumns: ['close'],
      candidates: ['close', 'nav'],
    });
    expect((await read(table, 'upload.csv', { column: 'nav' })).format).toBe('prices-csv');
  });

  test('without a number column offers the columns it has', async () => {
    expect(await offered(Buffer.from('date,note\n2020-01-01,a\n2020-01-02,b\n'))).toMatchObject({
      candidates: ['note'],
    });
  });

  test('what is no table offers nothing', async () => {
    expect(await offered(Buffer.from('{"strategy": {'))).toBeUndefined();
  });
});

describe('pyfolio', () => {
  test('equity of positions is their sum with cash, and shorts are negative', async () => {
    const table = Buffer.from('index,AAA,BBB,cash\n2020-01-01,50,-20,70\n2020-01-02,60,-20,70\n');
    const file = await read(table);
    expect(file.format).toBe('pyfolio-positions');
    expect(Array.from(file.strategies[0]!.equity!.value)).toEqual([100, 110]);
    expect(file.warnings[0]?.fields).toEqual(['cash']);
  });

  const rows = Array.from({ length: 20 }, (_, i) => `2020-01-${String(i + 1).padStart(2, '0')}`);

  test('returns beside a cash column are not positions: it is said, and they are read as returns once chosen', async () => {
    const returns = Buffer.from(
      ['date,trend,cash', ...rows.map((day, i) => `${day},${i % 2 ? 0.01 : -0.012},0.0001`)].join('\n'),
    );
    await expect(read(returns)).rejects.toThrow(/line 2: positions and cash come to -0.0119.*choose returns/s);
    const gains = Buffer.from(
      ['date,trend,cash', ...rows.map((day, i) => `${day},${i % 2 ? 0.05 : 0.001},0.0001`)].join('\n'),
    );
    await expect(read(gains)).rejects.toThrow(/line 3: .*\+\d+ % in a day.*choose returns/s);
    const file = await read(returns, 'returns.csv', { kind: 'returns', column: 'trend' });
    expect(file).toMatchObject({ format: 'returns-csv', guess: { candidates: ['trend', 'cash'] } });
  });

  test('an account that was lost is read as positions once chosen, and a breach of everything', async () => {
    const lost = Buffer.from('date,AAA,cash\n2020-01-01,90,10\n2020-01-02,-80,20\n2020-01-03,-80,20\n');
    await expect(read(lost)).rejects.toThrow('choose positions');
    const [one] = (await json(lost, 'lost.csv', { kind: 'positions' })).strategies;
    expect(one?.dailyDrawdown.fraction).toBe(1.6);
  });

  test('a kind that the table has no columns for is refused in words', async () => {
    const prices = dailyTable([100, 101, 102]);
    await expect(read(prices, 'p.csv', { kind: 'positions' })).rejects.toThrow("column named 'cash'");
    await expect(read(prices, 'p.csv', { kind: 'transactions' })).rejects.toThrow("'amount', 'price' and 'symbol'");
  });

  test('transactions become round trips, first in first out, also across zero', async () => {
    const rows = [
      '2020-01-01,10,5,X',
      '2020-01-02,10,6,X',
      '2020-01-03,-15,8,X',
      '2020-01-04,-10,7,X',
      '2020-01-05,5,9,X',
    ];
    const [one] = (await json(Buffer.from([',amount,price,symbol', ...rows].join('\n')))).strategies;
    // 10 at 3 and 5 at 2 in one sale; then 5 at 1, opening 5 short at 7, bought back at 9.
    expect(one?.trades).toMatchObject({ count: 3, wins: 2, losses: 1, meanWin: (40 + 5) / 2, meanLoss: -10 });
    expect(one?.drawdown.fraction).toBeNull();
  });
});
