import type { Decimal } from '../kernel/decimal';

/** A position of one strategy as the newest snapshots state it; `gross` in base currency. */
export type HeldPosition = {
  strategyId: string;
  instrument: string;
  quantity: Decimal;
  gross: Decimal;
  price: Decimal;
  /** Multiplier x FX: what one price unit is worth in base currency. */
  unit: Decimal;
};

export type PriceSeen = { price: Decimal; at: Date };

/** Everything one order is decided on, besides what is promised to others. What is not known is null, and says so. */
export type OrderFacts = {
  at: Date;
  strategyId: string;
  tradingState: 'ACTIVE' | 'REDUCING' | 'HALTED';
  /** What put the state on, in words. */
  stateReason: string;
  /** Digest of the release that was approved and has capital; null without any. */
  approvedRelease: string | null;
  /** What the engine reports to run, and for how long it has been silent; null where it never reported. */
  engine: { release: string | null; silentMs: number } | null;
  data: { isFresh: boolean; sentence: string };
  equity: Decimal | null;
  /** Settled cash less short-sale proceeds; null where an account does not state it. */
  cash: Decimal | null;
  cashFloor: Decimal;
  positionLimit: Decimal;
  /** Capital of the strategy: the smaller of sent and current. */
  capital: Decimal | null;
  positions: readonly HeldPosition[];
  /** Hard breaches that stand and cover this order, and first samples beyond a limit that wait for a second. */
  episodes: readonly string[];
  pending: readonly string[];
  /** Prices of the instrument the house has seen in the last minutes. */
  seen: readonly PriceSeen[];
  /** The newest mark, daily close or position price of the instrument that the house knows, of any age. */
  last: PriceSeen | null;
  /** Units, over 20 days of the last 40; null where it is not known. */
  averageDailyVolume: Decimal | null;
  /** The newest day with a volume, where the last 20 are older than that; null where they are young or nobody told them. */
  volumesEndedOn: string | null;
  /** Multiplier x FX as registered; null where the instrument is not. */
  registeredUnit: Decimal | null;
  /** Orders asked for by this strategy in the last second. */
  recentMessages: number;
  /** Whether the authority an exit names is real, in this place, and stands. */
  exitAuthority: 'stands' | 'none' | 'refused';
};

/** Bounds of the pre-trade check that are no limits of a portfolio. */
export type OrderPolicy = {
  collar: Decimal;
  wideCollar: Decimal;
  referenceMaxAgeMs: number;
  wideWindowMs: number;
  orderValueFraction: Decimal;
  volumeFraction: Decimal;
  messagesPerSecond: number;
  engineSilenceMs: number;
};
