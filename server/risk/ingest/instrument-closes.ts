import { quantityText } from '../../kernel/decimal';
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
