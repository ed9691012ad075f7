import { formatNumber, type Numeric } from '../ui/format';

/** A count of things: grouped, without decimals; `?` when unknown. */
export const formatCount = (value: Numeric): string => formatNumber(value, { digits: 0 });

/** `1 order`, `3 orders`. */
export const countOf = (value: number, noun: string): string =>
  `${formatCount(value)} ${noun}${value === 1 ? '' : 's'}`;
