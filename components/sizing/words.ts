import type { CannotSize, SizingStep } from '@/server/risk/sizing/sizing';
import type { SizingView } from '@/server/risk/sizing/sizing-request';
import { formatMoney, formatNumber, formatPercent } from '../ui/format';

/** Each step of the trace, as it is called. */
export const STEP_TITLE: Record<SizingStep, string> = {
  capital: 'Capital',
  'full-kelly': 'Full Kelly',
  kelly: 'Quarter Kelly',
  cap: 'Cap per position',
  volatility: 'Volatility scale',
  available: 'Available capital',
  lot: 'Round down to the lot',
};

/** What to do about a position that cannot be sized. */
export const WAY_OUT: Record<CannotSize, string> = {
  NO_CAPITAL:
    'A launch of this strategy takes its first tranche on the launch page; until then it has nothing to size.',
  NO_EDGE_DATA: 'Import a backtest of the release that has capital and have it approved as its expectation.',
  TOO_FEW_TRADES: 'Sizing opens by itself once enough trades are known, in the approved backtest or live.',
  WIN_RATE_OUT_OF_RANGE: 'Correct the figure at its source: a share is between 0 and 1.',
  NO_LOSING_TRADE: 'A backtest that never lost proves nothing about the loss; bring one that did.',
  NO_WINNING_TRADE: 'Correct the figure at its source.',
  VOLATILITY_UNKNOWN:
    'Daily closes come from snapshots while the instrument is held, or from POST /api/v1/instruments.',
  VOLATILITY_ZERO: 'Look at the price feed of this instrument: a market that never moves is a feed that stands still.',
  VOLATILITY_OUT_OF_RANGE: 'Correct the figure at its source: a share is between 0 and 1.',
  AVAILABLE_UNKNOWN: 'Every account of the portfolio has to state its equity and cash.',
  PRICE_UNKNOWN: 'Nothing has said what it costs: send a snapshot that holds it, or its closes.',
  UNIT_UNKNOWN:
    'Register the instrument with its multiplier, rate and lot over POST /api/v1/instruments; one that is held is registered by itself when the day closes.',
  TRADING_HALTED: 'Lift the halt on the risk page first, or close the emergency.',
  TRADING_REDUCING: 'Positions may only shrink until the restriction is lifted on the risk page.',
  DATA_STALE: 'Restore the feed of snapshots; sizing opens by itself.',
};

/** How the available capital came about, with its numbers. */
export function availableWords({ inputs }: SizingView): string {
  const { cash, cashReserve, promised, promisedToStrategy, strategyGross, positionRoom, ownUse } = inputs.available;
  const own = Number(ownUse) > 0 ? `, + ${formatMoney(ownUse)} in use here` : '';
  const ofCash = `cash ${formatMoney(cash)} − reserve ${formatMoney(cashReserve)} − promised ${formatMoney(promised)}`;
  const ofCapital = `capital ${formatMoney(inputs.capital?.used)} − held ${formatMoney(strategyGross)} − promised ${formatMoney(promisedToStrategy)}`;
  return `least of ${ofCash}; ${ofCapital}; position room ${formatMoney(positionRoom)}${own}`;
}

/** Where the capital of the strategy comes from, with its numbers. */
export function capitalWords({ inputs }: SizingView): string {
  const { capital, equity, allocation, tranche } = inputs;
  if (!capital) return 'no launch has given it capital';
  const now = `equity ${formatMoney(equity)} × ${formatPercent(allocation)} × ${tranche ?? '?'} %`;
  const cut = Number(capital.scale) < 1 ? ` × ${formatPercent(capital.scale)} kept by a cut` : '';
  return `smaller of sent ${formatMoney(capital.sent)} and now ${formatMoney(capital.current)} = ${now}${cut}`;
}

/** The target in the words of a list: how much, of what, or why not. */
export function outcomeWords(view: SizingView): string {
  if (view.kind === 'cannot-size') return view.reason ?? 'Cannot size';
  if (view.kind === 'no-edge') return 'No edge: the target is 0';
  const quantity = formatNumber(view.quantity, { digits: 8, minDigits: 0 });
  return `${formatMoney(view.size, { currency: view.currency })}, ${quantity} units, ${formatPercent(view.shareOfEquity)} of equity`;
}

/** What a quant may copy into a ticket: the sizing whole, as the machine interface gives it. */
export const asJson = (view: SizingView): string => JSON.stringify(view, null, 2);
