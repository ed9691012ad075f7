import { type Decimal, sumOf, ZERO } from '../kernel/decimal';
import { cashMeasure, type Position, shortGross } from './measures';

/** P&L of one strategy as its engine states it, cumulative since the strategy began; `trades` likewise. */
export type StrategyLine = {
  strategy: string;
  realised: Decimal;
  unrealised: Decimal;
  fees: Decimal;
  trades: { closed: number; wins: number } | null;
};

/** Realised plus unrealised P&L less fees, cumulative; funding counts in what is realised. */
export const pnlOfLine = (line: StrategyLine): Decimal => line.realised.plus(line.unrealised).minus(line.fees);

/** One accepted row of a snapshot batch. `flows` are deposits (+) and withdrawals (-) since the row before. */
export type AccountRow = {
  account: string;
  sequence: number;
  asOf: Date;
  kind: 'live' | 'history';
  equity: Decimal;
  cash: Decimal | null;
  /** True where margin was stated, so that what short sales brought in is not in `cash`; left out elsewhere. */
  isFreeOfProceeds?: boolean;
  /** What the rates of its instruments ask for, where margin was not stated and one of them has a rate. */
  initialMargin?: Decimal;
  flows: Decimal[];
  positions: Position[];
  strategies: StrategyLine[];
};

/** The newest row of an account, as far as the next sample needs it. */
export type AccountHeld = Pick<
  AccountRow,
  'asOf' | 'equity' | 'cash' | 'isFreeOfProceeds' | 'initialMargin' | 'positions' | 'strategies'
>;

/** What of a row stands until the next of its account. */
export const heldOf = (row: AccountRow): AccountHeld => ({
  asOf: row.asOf,
  equity: row.equity,
  cash: row.cash,
  ...(row.isFreeOfProceeds ? { isFreeOfProceeds: true } : {}),
  ...(row.initialMargin ? { initialMargin: row.initialMargin } : {}),
  positions: row.positions,
  strategies: row.strategies,
});

/** The instant of the newest row that was seen, over all accounts; null before the first. */
export function newestSample(accounts: Readonly<Record<string, AccountHeld>>): Date | null {
  const times = Object.values(accounts).map((a) => a.asOf.getTime());
  return times.length ? new Date(Math.max(...times)) : null;
}

/** How old the data of a portfolio are: the instant of the account that lags furthest; null while one has sent nothing. */
export function oldestSample(accounts: Readonly<Record<string, AccountHeld>>, ids: readonly string[]): Date | null {
  const times = ids.map((id) => accounts[id]?.asOf.getTime());
  if (times.length === 0 || times.some((time) => time === undefined)) return null;
  return new Date(Math.min(...(times as number[])));
}

/** What the newest rows show together, and as of when: the oldest of the accounts that are open and have sent any. */
export function shownBy(held: Readonly<Record<string, AccountHeld>>, open: readonly string[]) {
  const sent = open.filter((id) => held[id] !== undefined);
  const { positions, cash } = totalsOf(Object.values(held));
  return { positions, cash, asOf: oldestSample(held, sent) };
}

export const netFlowOf = (flows: readonly Decimal[]): Decimal => sumOf(flows);

/** Order of evaluation: by instant, then account and sequence, so that arrival does not matter. */
export const bySampleTime = (a: AccountRow, b: AccountRow): number =>
  a.asOf.getTime() - b.asOf.getTime() || a.account.localeCompare(b.account) || a.sequence - b.sequence;

/** Sorted, each (account, sequence) once. */
export function sortedOnce(rows: readonly AccountRow[]): readonly AccountRow[] {
  if (isInOrder(rows)) return rows;
  const seen = new Map<string, Set<number>>();
  return [...rows].sort(bySampleTime).filter(({ account, sequence }) => {
    const own = seen.get(account);
    if (!own) seen.set(account, new Set([sequence]));
    else if (own.has(sequence)) return false;
    else own.add(sequence);
    return true;
  });
}

/** Rows of one account that count on, as a feed sends them. */
function isInOrder(rows: readonly AccountRow[]): boolean {
  for (let i = 1; i < rows.length; i += 1) {
    const [a, b] = [rows[i - 1] as AccountRow, rows[i] as AccountRow];
    if (a.account !== b.account || a.sequence >= b.sequence || a.asOf.getTime() > b.asOf.getTime()) return false;
  }
  return true;
}

const quantities = (positions: readonly Position[]): Map<string, Decimal> => {
  const held = new Map<string, Decimal>();
  for (const p of positions) {
    const key = `${p.strategy}|${p.instrument}`;
    held.set(key, (held.get(key) ?? ZERO).plus(p.quantity));
  }
  return held;
};

/** True when a quantity or a count of trades changed: a fill explains a jump of equity. */
export function hasFill(before: AccountHeld | undefined, row: AccountRow): boolean {
  if (!before) return false;
  const was = quantities(before.positions);
  const is = quantities(row.positions);
  for (const [key, quantity] of is) if (!quantity.eq(was.get(key) ?? ZERO)) return true;
  for (const [key, quantity] of was) if (!is.has(key) && !quantity.isZero()) return true;
  const closed = new Map(before.strategies.map((s) => [s.strategy, s.trades?.closed ?? 0]));
  return row.strategies.some((s) => (s.trades?.closed ?? 0) !== (closed.get(s.strategy) ?? 0));
}

/** A portfolio's figures at one instant: the sum over its accounts. */
export type Totals = {
  equity: Decimal;
  cash: Decimal | null;
  positions: Position[];
  strategies: StrategyLine[];
  /** The oldest of the accounts' instants. */
  oldestAsOf: Date;
};

/**
 * The cash of an account that counts: what short sales brought in is owed, and taken off where it is in `cash`, and what
 * the rates of its instruments bind as margin is not free. Null when the account does not state cash.
 */
export function cashOf(account: Omit<AccountHeld, 'asOf' | 'strategies'>): Decimal | null {
  const { cash, equity, isFreeOfProceeds, initialMargin, positions } = account;
  if (!cash || isFreeOfProceeds) return cash;
  const shortProceeds = shortGross(positions);
  return shortProceeds.isZero() && !initialMargin ? cash : cashMeasure({ cash, equity, shortProceeds, initialMargin });
}

/** Sums the newest row of each account; cash is unknown when one account does not state it. */
export function totalsOf(accounts: readonly AccountHeld[]): Totals {
  const lines = new Map<string, StrategyLine>();
  for (const line of accounts.flatMap((a) => a.strategies)) {
    const held = lines.get(line.strategy);
    lines.set(line.strategy, held ? addLines(held, line) : line);
  }
  const cash = accounts.map(cashOf);
  return {
    equity: sumOf(accounts.map((a) => a.equity)),
    cash: cash.some((c) => c === null) ? null : sumOf(cash as Decimal[]),
    positions: accounts.flatMap((a) => a.positions),
    strategies: [...lines.values()],
    oldestAsOf: new Date(Math.min(...accounts.map((a) => a.asOf.getTime()))),
  };
}

function addLines(a: StrategyLine, b: StrategyLine): StrategyLine {
  return {
    strategy: a.strategy,
    realised: a.realised.plus(b.realised),
    unrealised: a.unrealised.plus(b.unrealised),
    fees: a.fees.plus(b.fees),
    trades:
      a.trades && b.trades
        ? { closed: a.trades.closed + b.trades.closed, wins: a.trades.wins + b.trades.wins }
        : (a.trades ?? b.trades),
  };
}
