import { Decimal } from '../../kernel/decimal';

/** What the built-in strategy knows: closes before today (oldest first), the price now, its money and position. */
export type Outlook = { closes: readonly number[]; price: Decimal; capital: Decimal; position: Decimal };
export type Intent = { side: 'buy' | 'sell'; quantity: Decimal; price: Decimal; isReduceOnly: boolean };

const TARGET_DAILY_VOLATILITY = 0.02;
const DOWNTREND_WEIGHT = 0.5;
const REBALANCE_BEYOND = new Decimal('0.15');
const RUNG = new Decimal('0.05');
const RUNG_DISTANCE = new Decimal('0.0015');
const CROSS = new Decimal('0.0005');

/**
 * Share of its capital that the strategy holds: 1 in an up-trend (50-day mean above the 200-day mean), half in a
 * down-trend, scaled down where 30-day volatility is over 2 % a day. 0 with less than 200 closes: nothing is assumed.
 */
export function targetWeight(closes: readonly number[]): number {
  if (closes.length < 200) return 0;
  const mean = (count: number) => closes.slice(-count).reduce((sum, close) => sum + close, 0) / count;
  const returns = closes
    .slice(-30)
    .map((close, i, window) => (i === 0 ? 0 : close / window[i - 1]! - 1))
    .slice(1);
  const average = returns.reduce((sum, r) => sum + r, 0) / returns.length;
  const deviation = Math.sqrt(returns.reduce((sum, r) => sum + (r - average) ** 2, 0) / (returns.length - 1));
  const trend = mean(50) > mean(200) ? 1 : DOWNTREND_WEIGHT;
  return deviation > 0 ? trend * Math.min(1, TARGET_DAILY_VOLATILITY / deviation) : 0;
}

/**
 * The orders the strategy wants to have working: one that crosses the market when the position is over 15 % off its
 * target, otherwise a rung of 5 % on each side of the price, so that it buys dips and sells rises around the target.
 */
export function decide(outlook: Outlook): Intent[] {
  const { price, capital, position } = outlook;
  const target = capital.mul(targetWeight(outlook.closes)).div(price).floor();
  const gap = target.minus(position);
  if (target.isZero() || gap.abs().gt(target.mul(REBALANCE_BEYOND))) {
    if (gap.isZero()) return [];
    const side = gap.isPositive() ? 'buy' : 'sell';
    const limit = side === 'buy' ? price.mul(CROSS.plus(1)) : price.mul(new Decimal(1).minus(CROSS));
    return [{ side, quantity: gap.abs(), price: limit.toDecimalPlaces(2), isReduceOnly: side === 'sell' }];
  }
  const rung = Decimal.max(1, target.mul(RUNG).floor());
  const buy: Intent = {
    side: 'buy',
    quantity: rung,
    price: price.mul(new Decimal(1).minus(RUNG_DISTANCE)).toDecimalPlaces(2),
    isReduceOnly: false,
  };
  const sell: Intent = {
    side: 'sell',
    quantity: rung,
    price: price.mul(RUNG_DISTANCE.plus(1)).toDecimalPlaces(2),
    isReduceOnly: true,
  };
  return position.gte(rung) ? [buy, sell] : [buy];
}
