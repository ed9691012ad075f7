import type { EngineReport } from '../../engines/messages';
import { Decimal, parseDecimal, sumOf, ZERO } from '../../kernel/decimal';
import type { Target } from './proposals';

/** What an engine reported to hold last; null where it never reported. */
export type Holder = { engineId: string; positions: EngineReport['positions'] | null };

const decimalOf = (text: string): Decimal => parseDecimal(text) ?? ZERO;

type Share = { engineId: string; size: Decimal };

/** Takes so much from the largest first, and what no share covers from the last. */
function largestFirst(shares: readonly Share[], amount: Decimal): { share: Share; taken: Decimal }[] {
  const sorted = [...shares].sort((a, b) => b.size.comparedTo(a.size) || a.engineId.localeCompare(b.engineId));
  let left = amount;
  const taken: { share: Share; taken: Decimal }[] = [];
  for (const [i, share] of sorted.entries()) {
    const part = i === sorted.length - 1 ? left : Decimal.min(share.size, left);
    if (part.gt(0)) taken.push({ share, taken: part });
    left = left.minus(part);
  }
  return taken;
}

/**
 * Where a strategy that trades on several engines sells to come down to a target: a target for each engine that has to, by
 * what it reports to hold, the largest holding first. Whole lots stay whole. Where no engine reports to hold any of it each
 * is told the target: the one that holds nothing refuses it, and people are told.
 */
export function targetsByEngine(
  { instrument, from, to }: Pick<Target, 'instrument' | 'from' | 'to'>,
  ref: string,
  holders: readonly Holder[],
): { engineId: string; quantity: Decimal }[] {
  if (holders.length <= 1) return holders.map(({ engineId }) => ({ engineId, quantity: to }));
  const sign = from.isNegative() ? -1 : 1;
  const held = holders.map(({ engineId, positions }) => {
    const own = (positions ?? []).filter((p) => p.strategy === ref && p.instrument === instrument);
    return { engineId, size: sumOf(own.map((p) => decimalOf(p.quantity))).mul(sign) };
  });
  const shares = held.filter(({ size }) => size.gt(0));
  const [first] = shares;
  if (!first) return holders.map(({ engineId }) => ({ engineId, quantity: to }));
  // What another engine holds the other way round is off already: without it the sum would turn round.
  const excess = sumOf(held.map(({ size }) => size)).minus(to.abs());
  // It is there already: one engine is told what it holds, so that somebody says so.
  if (excess.lte(0)) return [{ engineId: first.engineId, quantity: first.size.mul(sign) }];
  return largestFirst(shares, excess).map(({ share, taken }) => ({
    engineId: share.engineId,
    quantity: share.size.minus(taken).mul(sign),
  }));
}

/**
 * How much cash each engine is to raise, by what it could sell: the largest holding first, and what nobody holds with the
 * last of them, which says what stays missing. Where no engine reports to hold anything the first is asked, and says so.
 */
export function cashByEngine(amount: Decimal, holders: readonly Holder[]): { engineId: string; amount: Decimal }[] {
  const shares = holders.flatMap(({ engineId, positions }) => {
    const size = sumOf((positions ?? []).map((p) => Decimal.max(0, decimalOf(p.value))));
    return size.gt(0) ? [{ engineId, size }] : [];
  });
  if (shares.length === 0) return holders.slice(0, 1).map(({ engineId }) => ({ engineId, amount }));
  return largestFirst(shares, amount).map(({ share, taken }) => ({ engineId: share.engineId, amount: taken }));
}
