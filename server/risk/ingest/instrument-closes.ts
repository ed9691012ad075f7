import { type Decimal, quantityText } from '../../kernel/decimal';
import type { DayClose } from '../open-day';

/** Prices of the instruments that were held when a day closed, as the newest snapshot of each account states them. */
export function instrumentClosesOf(closes: readonly DayClose[]) {
  return closes.flatMap(({ day, checkpoint }) => {
    const accounts = Object.values(checkpoint.accounts).sort((a, b) => a.asOf.getTime() - b.asOf.getTime());
    const prices = new Map(accounts.flatMap((a) => a.positions.map((p) => [p.instrument, p.price] as const)));
    return [...prices]
      .filter(([, price]) => price.gt(0))
      .map(([instrument, price]) => ({ instrument, day, close: quantityText(price), volume: null }));
  });
}

/** Multiplier and rate of the instruments that were held when a day closed, as the newest snapshot that held each states them. */
export function unitsHeldOf(closes: readonly DayClose[]) {
  const units = new Map<string, { multiplier: Decimal; fx: Decimal }>();
  for (const { checkpoint } of closes) {
    const accounts = Object.values(checkpoint.accounts).sort((a, b) => a.asOf.getTime() - b.asOf.getTime());
    for (const { instrument, multiplier, fx } of accounts.flatMap((a) => a.positions))
      if (multiplier.gt(0) && fx.gt(0)) units.set(instrument, { multiplier, fx });
  }
  return [...units].map(([instrument, { multiplier, fx }]) => ({
    instrument,
    multiplier: quantityText(multiplier),
    fx: quantityText(fx),
  }));
}
