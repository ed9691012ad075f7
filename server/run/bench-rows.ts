/** A feed of one portfolio: rows a second apart up to `until`, in bodies of `batch` rows, ready to be sent. */
export type Feed = { portfolioId: string; key: string; bodies: Buffer[] };

/** Numbers between 0 and 1 that are the same in every run. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/**
 * Bodies of snapshot rows with two positions and two strategies each: equity walks by about a basis point a second, as a
 * calm market does; nothing is near a limit for long, and nothing is left out of what an engine states.
 */
export function feedBodies(rows: number, batch: number, until: Date, seed: number): Buffer[] {
  const random = seeded(seed);
  const start = until.getTime() - rows * 1_000;
  let equity = 1_000_000;
  const bodies: Buffer[] = [];
  for (let first = 0; first < rows; first += batch) {
    const lines: string[] = [];
    for (let i = first; i < Math.min(rows, first + batch); i += 1) {
      equity *= 1 + (random() - 0.5) * 0.0002;
      lines.push(rowText(i + 1, new Date(start + i * 1_000), equity));
    }
    bodies.push(Buffer.from(`{"rows":[${lines.join(',')}]}`));
  }
  return bodies;
}

function rowText(sequence: number, asOf: Date, equity: number): string {
  const pnl = equity - 1_000_000;
  const price = (of: number) => ((equity / 1_000_000) * of).toFixed(2);
  return JSON.stringify({
    account: 'BENCH',
    asOf: asOf.toISOString(),
    sequence,
    kind: 'live',
    equity: equity.toFixed(2),
    cash: (equity * 0.9).toFixed(2),
    flows: [],
    positions: [
      { strategy: 'core', instrument: 'SPX-ETF', quantity: '80', price: price(400) },
      { strategy: 'trend', instrument: 'NDX-FUT', quantity: '-50', price: price(500), multiplier: '1', fx: '1' },
    ],
    strategies: [
      { id: 'core', realised: '0', unrealised: (pnl * 0.6).toFixed(2), fees: '0', trades: { closed: 40, wins: 22 } },
      { id: 'trend', realised: '0', unrealised: (pnl * 0.4).toFixed(2), fees: '0', trades: { closed: 40, wins: 22 } },
    ],
  });
}
