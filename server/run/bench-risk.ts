import { spawnSync } from 'node:child_process';
import { loadavg } from 'node:os';
import { Decimal } from '../kernel/decimal';
import { pearson, sampleDeviation, simpleReturns } from '../risk/correlation/correlation';
import { correlateComplete } from '../risk/correlation/correlation-matrix';
import { pairsOver } from '../risk/correlation/correlation-threshold';
import { rollingWorst } from '../risk/correlation/rolling-correlation';
import { limitOf } from '../risk/limit-definition';
import { type BatchInput, checkBatch } from '../risk/replay/limits-batch';
import { replay } from '../risk/replay/replay';
import { DEFAULT_REPLAY_LIMITS } from '../risk/replay/replay-limits';
import { alignedReturns } from '../risk/replay/replay-returns';
import { dailyCurves, dailyReturns, manyStrategies } from './bench-risk-data';
import { type BenchLine, timed } from './bench-timing';

const RUNS = 5;
const YEAR = 252;
const LIMIT = new Decimal('0.70');

/** The arithmetic of risk at the size of a large house, each case beside a plain loop of the same run; then orders. */
export async function bench(print: (line: BenchLine) => void): Promise<void> {
  for (const [count, aimMs] of [
    [1_000, 60],
    [3_000, 600],
  ] as const) {
    print(await correlationCase(count, aimMs));
  }
  print(await limitsCase(10_000));
  print(await replayCase(50, 20 * YEAR));
  await (await import('./bench-orders')).bench(print);
}

async function correlationCase(count: number, aimMs: number): Promise<BenchLine> {
  const series = dailyReturns(count, YEAR);
  let found = 0;
  const line = await measured('correlation: all pairs and threshold', () => {
    found = pairsOver(correlateComplete(series), count, LIMIT).over.length;
  });
  const plain = await timed('plain loop', 3, async () => plainCorrelation(series));
  const size = { strategies: count, days: YEAR };
  return { ...line, aimMs, plainLoopMs: plain.medianMs, numpyMs: numpyMs(count), size, pairsOver: found };
}

async function limitsCase(count: number): Promise<BenchLine> {
  const input = manyStrategies(count, YEAR);
  const limits = {
    drawdown: limitOf('drawdown', 'strategy', '0.15'),
    dailyLoss: limitOf('dailyLoss', 'portfolio', '0.05'),
    position: limitOf('position', 'portfolio', '0.05'),
    cash: limitOf('cash', 'portfolio', '0.10'),
    winRate: limitOf('winRate', 'strategy', '0.30'),
  };
  let breaches = 0;
  const line = await measured('limits: drawdown, volatility and every limit', () => {
    breaches = checkBatch(input, limits).state.reduce((sum, state) => sum + (state === 3 ? 1 : 0), 0);
  });
  const plain = await timed('plain loop', 3, async () => plainLimits(input));
  return { ...line, aimMs: 10, plainLoopMs: plain.medianMs, size: { strategies: count, days: YEAR }, breaches };
}

async function replayCase(count: number, days: number): Promise<BenchLine> {
  const curves = dailyCurves(count, days);
  let episodes = 0;
  const line = await measured('replay: limits each day, correlation of every pair over 60 days', () => {
    episodes = 0;
    for (const curve of curves) {
      const { breaches } = replay({ curve, holdings: null, peers: [] }, DEFAULT_REPLAY_LIMITS);
      episodes += (breaches.drawdown?.episodes.length ?? 0) + (breaches.dailyLoss?.episodes.length ?? 0);
    }
    const axis = curves[0]?.day ?? new Float64Array();
    const worst = rollingWorst(
      curves.map((curve) => alignedReturns(curve, axis)),
      LIMIT,
    );
    episodes += worst.filter((pair, i) => pair.isOver && !worst[i - 1]?.isOver).length;
  });
  return { ...line, aimMs: 150, size: { strategies: count, days, window: 60 }, episodes };
}

const measured = async (name: string, work: () => void): Promise<BenchLine> => {
  // Compiled before the warm-up that counts: what is timed is the arithmetic.
  for (let i = 0; i < 2; i += 1) work();
  return { ...(await timed(name, RUNS, async () => work())), unit: 'ms', load: loadavg()[0] };
};

function plainCorrelation(series: readonly Float64Array[]): number {
  const whole = { days: YEAR, within: YEAR, minimumOverlap: 2 };
  let over = 0;
  for (let i = 0; i < series.length; i += 1) {
    for (let j = i + 1; j < series.length; j += 1) {
      const pair = pearson(series[i] as Float64Array, series[j] as Float64Array, whole);
      if (pair.kind === 'value' && pair.r > 0.7) over += 1;
    }
  }
  return over;
}

function plainLimits({ days, values, equity, gross, cash, closed, wins }: BatchInput): number {
  let breaches = 0;
  for (let i = 0; i < equity.length; i += 1) {
    const row = values.slice(i * days, (i + 1) * days);
    const [before, last] = row.slice(-2) as unknown as [number, number];
    const own = equity[i] as number;
    const volatility = sampleDeviation(simpleReturns(row), 30);
    const found = [
      1 - last / Math.max(...row) > 0.15,
      (before - last) / before > 0.05,
      (gross[i] as number) / own > 0.05,
      (cash[i] as number) / own < 0.1,
      (closed[i] as number) >= 30 && (wins[i] as number) / (closed[i] as number) < 0.3,
    ];
    if (volatility !== null) breaches += found.filter(Boolean).length;
  }
  return breaches;
}

const NUMPY = (count: number) => `
import numpy, time
a = numpy.random.default_rng(1).normal(0, 0.01, (${count}, ${YEAR}))
t = []
for i in range(6):
    s = time.perf_counter(); c = numpy.corrcoef(a); n = (numpy.triu(c, 1) > 0.7).sum(); t.append(time.perf_counter() - s)
print(sorted(t[1:])[2] * 1000)`;

/** The same by numpy, where this machine has it; null where not. */
function numpyMs(count: number): number | null {
  const run = spawnSync('python3', ['-c', NUMPY(count)], { encoding: 'utf8', timeout: 120_000 });
  const ms = run.status === 0 ? Number(run.stdout) : Number.NaN;
  return Number.isFinite(ms) ? Math.round(ms * 10) / 10 : null;
}
