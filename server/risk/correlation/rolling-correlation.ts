import { Decimal } from '../../kernel/decimal';
import { CORRELATION_WINDOW, type PairCorrelation, pearson } from './correlation';

/** The highest correlation of a day that has one, its pair, and whether it is over the limit. */
export type WorstPair = { day: number; r: number; left: number; right: number; isOver: boolean };

/** Sums are made afresh this often, so that what rounding adds to them stays under 1e-12. */
const FRESH_EVERY = 240;
/** Within this of the limit, or of no movement at all, the pair is computed by itself. */
const NEAR = 1e-9;

/**
 * For each day the highest correlation of a pair over its last 60 common days, over all pairs of which the left one is
 * among the first `lefts` series: 1 is the first against the rest, all of them is every pair.
 *
 * Series are aligned daily returns, NaN where there is none. A pair without a gap in the window moves on by one product in
 * and one out; any other, and any near the limit, is what `pearson` says. Float64Array in: statistics, not money.
 */
export function rollingWorst(series: readonly Float64Array[], limit: Decimal, lefts = series.length): WorstPair[] {
  const rolling = new Rolling(series, lefts);
  const days = series[0]?.length ?? 0;
  const bound = limit.toNumber();
  const worst: WorstPair[] = [];
  for (let day = 0; day < days; day += 1) {
    rolling.take(day);
    const found = day + 1 < CORRELATION_WINDOW.minimumOverlap ? null : rolling.highest(day);
    if (!found) continue;
    const isNear = Math.abs(found.r - bound) <= NEAR;
    const r = isNear ? exactly(series, found, day) : found.r;
    worst.push({ day, ...found, r, isOver: isNear ? isOver(r, limit) : r > bound });
  }
  return worst;
}

/** Decided at twelve digits, as a correlation is kept. */
const isOver = (r: number, limit: Decimal): boolean => new Decimal(r).toSignificantDigits(12).gt(limit);

const pairAt = (series: readonly Float64Array[], left: number, right: number, day: number): PairCorrelation => {
  const upTo = (index: number) => (series[index] as Float64Array).subarray(0, day + 1);
  return pearson(upTo(left), upTo(right));
};

function exactly(series: readonly Float64Array[], pair: { left: number; right: number; r: number }, day: number) {
  const found = pairAt(series, pair.left, pair.right, day);
  return found.kind === 'value' ? found.r : pair.r;
}

const N = CORRELATION_WINDOW.days;

class Rolling {
  private readonly count: number;
  /** Returns day by day, a gap as 0: what a gap adds it takes away again. */
  private readonly byDay: Float64Array;
  private readonly products: Float64Array;
  private readonly sums: Float64Array;
  private readonly squares: Float64Array;
  private readonly scale: Float64Array;
  private readonly newestGap: Int32Array;
  /** False while some series has a gap in the window or hardly moves: its pairs are computed by themselves. */
  private isPlain = false;

  constructor(
    private readonly series: readonly Float64Array[],
    private readonly lefts: number,
  ) {
    this.count = series.length;
    this.products = new Float64Array(lefts * this.count);
    this.sums = new Float64Array(this.count);
    this.squares = new Float64Array(this.count);
    this.scale = new Float64Array(this.count);
    this.newestGap = new Int32Array(this.count).fill(-1);
    const days = series[0]?.length ?? 0;
    this.byDay = new Float64Array(days * this.count);
    for (const [i, values] of series.entries()) {
      for (let day = 0; day < days; day += 1) this.byDay[day * this.count + i] = (values[day] as number) || 0;
    }
  }

  /** Moves the window to end at `day`. */
  take(day: number): void {
    if (day % FRESH_EVERY === 0) this.refresh(day);
    else this.move(this.column(day), day >= N ? this.column(day - N) : new Float64Array(this.count));
    this.isPlain = true;
    for (let i = 0; i < this.count; i += 1) {
      if (Number.isNaN((this.series[i] as Float64Array)[day] as number)) this.newestGap[i] = day;
      const sum = this.sums[i] as number;
      const squares = (this.squares[i] as number) * N;
      const spread = squares - sum * sum;
      const isPlain = (this.newestGap[i] as number) <= day - N && spread > NEAR * squares;
      this.scale[i] = isPlain ? 1 / Math.sqrt(spread) : Number.NaN;
      this.isPlain &&= isPlain;
    }
  }

  highest(day: number): { left: number; right: number; r: number } | null {
    const best = { left: -1, right: -1, r: Number.NEGATIVE_INFINITY };
    for (let i = 0; i < this.lefts; i += 1) {
      const right = this.isPlain ? this.bestOf(i, best.r) : this.bestWithGaps(i, best.r, day);
      if (right < 0) continue;
      best.left = i;
      best.right = right;
      best.r = this.found;
    }
    return best.left < 0 ? null : { ...best, r: Math.max(-1, Math.min(1, best.r)) };
  }

  private found = 0;

  /** The partner of `i` whose correlation is highest over `atLeast`, or -1; it is left in `found`. */
  private bestOf(i: number, atLeast: number): number {
    const { products, sums, scale, count } = this;
    const row = i * count;
    const sum = sums[i] as number;
    const own = scale[i] as number;
    let best = atLeast / own;
    let right = -1;
    for (let j = i + 1; j < count; j += 1) {
      const r = ((products[row + j] as number) * N - sum * (sums[j] as number)) * (scale[j] as number);
      if (r > best) {
        best = r;
        right = j;
      }
    }
    this.found = best * own;
    return right;
  }

  private bestWithGaps(i: number, atLeast: number, day: number): number {
    const { products, sums, scale, count } = this;
    let right = -1;
    this.found = atLeast;
    for (let j = i + 1; j < count; j += 1) {
      const covariance = (products[i * count + j] as number) * N - (sums[i] as number) * (sums[j] as number);
      const r = covariance * (scale[i] as number) * (scale[j] as number);
      const known = Number.isNaN(r) ? this.alone(i, j, day) : r;
      if (known > this.found) {
        this.found = known;
        right = j;
      }
    }
    return right;
  }

  private alone(i: number, j: number, day: number): number {
    const found = pairAt(this.series, i, j, day);
    return found.kind === 'value' ? found.r : Number.NEGATIVE_INFINITY;
  }

  private refresh(day: number): void {
    for (const kept of [this.products, this.sums, this.squares]) kept.fill(0);
    const none = new Float64Array(this.count);
    for (let back = Math.max(0, day - N + 1); back <= day; back += 1) this.move(this.column(back), none);
  }

  private column = (day: number): Float64Array => this.byDay.subarray(day * this.count, (day + 1) * this.count);

  private move(came: Float64Array, went: Float64Array): void {
    const { products, sums, squares, count } = this;
    for (let i = 0; i < count; i += 1) {
      const a = came[i] as number;
      const b = went[i] as number;
      sums[i] = (sums[i] as number) + a - b;
      squares[i] = (squares[i] as number) + a * a - b * b;
    }
    for (let i = 0; i < this.lefts; i += 1) {
      const row = i * count;
      const a = came[i] as number;
      const b = went[i] as number;
      for (let j = i + 1; j < count; j += 1) {
        products[row + j] = (products[row + j] as number) + (a * (came[j] as number) - b * (went[j] as number));
      }
    }
  }
}
