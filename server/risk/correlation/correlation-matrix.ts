/** Rows that are packed side by side, so that one pass over the days feeds 4 x 2 products held in registers. */
const PANEL = 4;
/** Panels that stay in the first-level cache while they meet each other. */
const BLOCK = 6;

/**
 * Pearson of all pairs i < j of equally long series without gaps, where `pairIndex` says each stands.
 *
 * Rows are standardised once; a pair is then one dot product. NaN is a pair with a series that does not move: unknown.
 * Float64Array in and out: statistics, not money.
 */
export function correlateComplete(series: readonly Float64Array[]): Float64Array {
  const count = series.length;
  const length = series[0]?.length ?? 0;
  const packed = standardised(series, length);
  const panels = Math.ceil(count / PANEL);
  const pairs = new Float64Array((count * (count - 1)) / 2);
  const tile = new Float64Array(PANEL * PANEL);
  for (let rowBlock = 0; rowBlock < panels; rowBlock += BLOCK) {
    for (let columnBlock = rowBlock; columnBlock < panels; columnBlock += BLOCK) {
      for (let row = rowBlock; row < Math.min(panels, rowBlock + BLOCK); row += 1) {
        for (let column = Math.max(row, columnBlock); column < Math.min(panels, columnBlock + BLOCK); column += 1) {
          multiplyHalf(packed, length, row, column, 0, tile);
          multiplyHalf(packed, length, row, column, 2, tile);
          keepPairs(pairs, tile, row * PANEL, column * PANEL, count);
        }
      }
    }
  }
  return pairs;
}

/** Where pair (i, j), i < j, stands in the result of `correlateComplete` over `count` series. */
export const pairIndex = (i: number, j: number, count: number): number => i * count - (i * (i + 1)) / 2 - i - 1 + j;

/** Rows of mean 0 and length 1, packed by panel and then by day; NaN where a row does not move. */
function standardised(series: readonly Float64Array[], length: number): Float64Array {
  const packed = new Float64Array(Math.ceil(series.length / PANEL) * PANEL * length);
  series.forEach((values, index) => {
    let sum = 0;
    for (let day = 0; day < length; day += 1) sum += values[day] as number;
    const mean = sum / length;
    let squares = 0;
    for (let day = 0; day < length; day += 1) squares += ((values[day] as number) - mean) ** 2;
    // A series of one repeated value leaves only rounding noise in its squares.
    const noise = length * Number.EPSILON * Number.EPSILON * mean * mean * 64;
    const scale = squares > noise ? 1 / Math.sqrt(squares) : Number.NaN;
    const start = Math.floor(index / PANEL) * PANEL * length + (index % PANEL);
    for (let day = 0; day < length; day += 1) packed[start + day * PANEL] = ((values[day] as number) - mean) * scale;
  });
  return packed;
}

/** Dot products of the four rows of one panel with two of another (`from` 0 or 2), into the 4 x 4 tile. */
function multiplyHalf(
  packed: Float64Array,
  length: number,
  row: number,
  column: number,
  from: 0 | 2,
  tile: Float64Array,
) {
  let s00 = 0;
  let s01 = 0;
  let s10 = 0;
  let s11 = 0;
  let s20 = 0;
  let s21 = 0;
  let s30 = 0;
  let s31 = 0;
  let x = row * PANEL * length;
  let y = column * PANEL * length + from;
  for (const end = x + PANEL * length; x < end; x += PANEL, y += PANEL) {
    const left = packed[y] as number;
    const right = packed[y + 1] as number;
    const a = packed[x] as number;
    const b = packed[x + 1] as number;
    const c = packed[x + 2] as number;
    const d = packed[x + 3] as number;
    s00 += a * left;
    s01 += a * right;
    s10 += b * left;
    s11 += b * right;
    s20 += c * left;
    s21 += c * right;
    s30 += d * left;
    s31 += d * right;
  }
  tile[from] = s00;
  tile[from + 1] = s01;
  tile[from + 4] = s10;
  tile[from + 5] = s11;
  tile[from + 8] = s20;
  tile[from + 9] = s21;
  tile[from + 12] = s30;
  tile[from + 13] = s31;
}

/** Only pairs above the diagonal, and none of the padding of the last panel. */
function keepPairs(pairs: Float64Array, tile: Float64Array, firstRow: number, firstColumn: number, count: number) {
  for (let r = 0; r < PANEL && firstRow + r < count; r += 1) {
    for (let c = 0; c < PANEL && firstColumn + c < count; c += 1) {
      if (firstColumn + c > firstRow + r)
        pairs[pairIndex(firstRow + r, firstColumn + c, count)] = tile[r * PANEL + c] as number;
    }
  }
}
