export interface Drawdown {
  /** 0.10 is 10 % below the highest equity before it; 0 where equity never fell. Above 1 where equity fell under zero. */
  fraction: number;
  /** Epoch milliseconds; null where equity never fell. */
  peakAt: number | null;
  troughAt: number | null;
}

/**
 * The largest fall from a running maximum over every given point, 1 - value / peak, ascending by time.
 * The first point that reaches it is the trough. An empty series, or one that never was above zero, has no drawdown.
 */
export function drawdownOf(at: Float64Array, value: Float64Array): Drawdown {
  let peak = Number.NEGATIVE_INFINITY;
  let peakIndex = -1;
  const worst: Drawdown = { fraction: 0, peakAt: null, troughAt: null };
  for (let i = 0; i < value.length; i++) {
    if (value[i]! > peak) {
      peak = value[i]!;
      peakIndex = i;
    }
    if (peak <= 0) continue;
    const fraction = (peak - value[i]!) / peak;
    if (fraction > worst.fraction) {
      worst.fraction = fraction;
      worst.peakAt = at[peakIndex]!;
      worst.troughAt = at[i]!;
    }
  }
  return worst;
}

/** Fall from the running maximum at each point, 0 and up: the underwater curve. */
export function underwaterOf(value: Float64Array, opening?: number): Float64Array {
  const under = new Float64Array(value.length);
  let peak = opening ?? Number.NEGATIVE_INFINITY;
  for (let i = 0; i < value.length; i++) {
    if (value[i]! > peak) peak = value[i]!;
    under[i] = peak > 0 ? (peak - value[i]!) / peak : 0;
  }
  return under;
}
