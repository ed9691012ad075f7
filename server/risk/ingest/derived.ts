import type { Decimal } from '../../kernel/decimal';
import type { AccountRow } from '../samples';

/** What evaluation says of one row: kept beside it, so that series and late rows need no second fold. */
export type Derived = {
  row: AccountRow;
  suspect: boolean;
  evaluated: boolean;
  equity: Decimal;
  cash: Decimal | null;
  unitValue: Decimal;
  mark: Decimal;
  cumulativeFlow: Decimal;
};
