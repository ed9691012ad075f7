import { formatNumber, type Numeric } from '../ui/format';

/** A count of things: grouped, without decimals; `?` when unknown. */
export const formatCount = (value: Numeric): string => formatNumber(value, { digits: 0 });
