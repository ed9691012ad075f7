import { Decimal, parseDecimal, ZERO } from '../../kernel/decimal';
import { newId } from '../../kernel/ids';
import { admitsEpoch, afterCommand } from '../epoch';
import type { CommandMessage, CommandScope, EngineReport, ReplyMessage } from '../messages';
import { type Account, accountFrom, accountState, bookFill, equityOf, holdingOf, INSTRUMENT } from './account';
import { leftOf, matchOrder } from './book';
import { decide, type Intent } from './decide';
import { perform } from './perform';
import { holdsAt, leaseHolds, refusalOf, renewLease } from './places';
import { profitOf, reportOf } from './report';
import { type Executed, outcomeOf, type PaperOrder, type PaperState, rememberKey } from './state';

const STOP_DISTANCE = new Decimal('0.85');
const STALE_RUNG_TICKS = 6;

export type MachineOptions = {
  buildDigest: string;
  /** Chance of a venue's rejection per order and basis points of slippage, from one seeded source. */
  random: () => number;
};

/** What a minute of trading looked like, for the metrics. */
export type TradeStats = { orders: number; rejected: number; fills: number; fillTicks: number; slippageBp: number };
const noStats = (): TradeStats => ({ orders: 0, rejected: 0, fills: 0, fillTicks: 0, slippageBp: 0 });

/**
 * The paper trading engine without its surroundings: commands, orders, fills and what it reports. It changes its state in
 * memory; its owner saves that state before it tells anybody.
 */
export class PaperMachine {
  private account: Account;
  private stats = noStats();

  constructor(
    readonly state: PaperState,
    private readonly options: MachineOptions,
  ) {
    this.account = accountFrom(state.account);
  }

  get price(): Decimal {
    return parseDecimal(this.state.market.price) ?? ZERO;
  }

  equity = (): Decimal => equityOf(this.account, this.price);
  cash = (): Decimal => this.account.cash;
  strategies = (): string[] => Object.keys(this.state.strategies);

  takeStats(): TradeStats {
    const { stats } = this;
    this.stats = noStats();
    return stats;
  }

  /** Executes a command at most once per key, and answers what came of it. `query` asks after a key. */
  execute(command: CommandMessage, now: Date): Omit<ReplyMessage, 'report'> {
    const answer = (result: ReplyMessage['result'], error?: string) => ({
      to: 'reply' as const,
      echo: command.nonce,
      id: command.id,
      result,
      epoch: this.state.epoch,
      ...(error ? { error } : {}),
    });
    if (command.lease) renewLease(this.state, command.lease.until, now);
    if (command.type === 'renew_lease') return answer('done');
    const asked = command.type === 'query' ? String(command.params.commandId ?? '') : command.id;
    const before = outcomeOf(this.state, asked);
    if (before) return answer(this.currentResult(asked, before), before.error);
    if (command.type === 'query') return answer(asked ? 'unknown-command' : 'done');
    // Not remembered: refused for its epoch, nothing was executed under this key.
    if (!admitsEpoch(this.state, command.type, command.epoch)) return answer('stale-epoch');
    Object.assign(this.state, afterCommand(this.state, command.type, command.epoch));
    const outcome = perform(this, command, now);
    rememberKey(this.state, command.id, { type: command.type, scope: command.scope, ...outcome });
    this.keep();
    return answer(
      this.currentResult(command.id, { type: command.type, scope: command.scope, ...outcome }),
      outcome.error,
    );
  }

  /** `accepted` becomes `done` once the orders of the command are through. */
  private currentResult(id: string, outcome: Executed): ReplyMessage['result'] {
    if (outcome.result !== 'accepted') return outcome.result;
    return this.state.orders.some((order) => order.commandId === id) ? 'accepted' : 'done';
  }

  holdings(scope: CommandScope) {
    return [...this.account.holdings].filter(([ref]) => scope.strategies === null || scope.strategies.includes(ref));
  }

  held = (strategy: string): Decimal => holdingOf(this.account, strategy).quantity;

  /** A commanded exit at market: passes HALTED, REDUCING and lockdown. `quantity` is signed as held. */
  exit(strategy: string, quantity: Decimal, commandId: string, now: Date): void {
    if (quantity.isZero()) return;
    this.place(
      {
        strategy,
        side: quantity.isPositive() ? 'sell' : 'buy',
        type: 'market',
        quantity: quantity.abs(),
        price: null,
        isReduceOnly: true,
        commandId,
      },
      now,
    );
  }

  cancel(scope: CommandScope, which: (order: PaperOrder) => boolean): void {
    const inScope = (order: PaperOrder) => scope.strategies === null || scope.strategies.includes(order.strategy);
    this.state.orders = this.state.orders.filter((order) => !(inScope(order) && which(order)));
  }

  private place(
    order: Pick<PaperOrder, 'strategy' | 'side' | 'type' | 'isReduceOnly' | 'commandId'> & {
      quantity: Decimal;
      price: Decimal | null;
    },
    now: Date,
  ): void {
    this.state.orders.push({
      ...order,
      id: newId(),
      instrument: INSTRUMENT,
      quantity: order.quantity.toFixed(),
      filled: '0',
      price: order.price?.toFixed() ?? null,
      placedAt: now.toISOString(),
      ticks: 0,
    });
  }

  /** The price moved: orders are matched, then each strategy says what it wants to have working. */
  tick(price: Decimal, now: Date): void {
    this.state.market.price = price.toFixed();
    for (const order of this.state.orders) order.ticks += 1;
    this.match();
    if (!leaseHolds(this.state, now)) this.cancel({ kind: 'firm', strategies: null }, (order) => !order.isReduceOnly);
    for (const ref of this.strategies()) this.trade(ref, now);
    this.keep();
  }

  /** Matches working orders at the present price. */
  match(): void {
    for (const order of [...this.state.orders]) {
      const slippageBp = 0.4 + this.options.random() * 1.2;
      const fill = matchOrder(order, this.price, slippageBp);
      if (!fill) continue;
      const held = holdingOf(this.account, order.strategy).quantity;
      const quantity = order.isReduceOnly ? Decimal.min(fill.quantity, held.abs()) : fill.quantity;
      if (quantity.gt(0)) {
        bookFill(this.account, {
          strategy: order.strategy,
          signed: order.side === 'buy' ? quantity : quantity.neg(),
          price: fill.price,
        });
        this.stats.fills += 1;
        this.stats.fillTicks += order.ticks;
        this.stats.slippageBp += order.type === 'limit' ? 0 : slippageBp;
      }
      order.filled = (parseDecimal(order.filled) ?? ZERO).plus(fill.quantity).toFixed();
      if (leftOf(order).lte(0) || (order.isReduceOnly && held.abs().lte(quantity))) {
        this.state.orders = this.state.orders.filter(({ id }) => id !== order.id);
      }
    }
    this.keep();
  }

  private trade(ref: string, now: Date): void {
    const strategy = this.state.strategies[ref];
    if (!strategy) return;
    const position = holdingOf(this.account, ref).quantity;
    if (!strategy.isHolding) {
      const closes = this.state.market.closes;
      const wanted = decide({ closes, price: this.price, capital: parseDecimal(strategy.capital) ?? ZERO, position });
      this.work(ref, wanted, now);
    }
    this.protect(ref, now);
  }

  /** Keeps working what is still wanted, cancels what is not, places what is missing. */
  private work(ref: string, wanted: Intent[], now: Date): void {
    const mine = (order: PaperOrder) => order.strategy === ref && order.commandId === null && order.type === 'limit';
    this.state.orders = this.state.orders.filter(
      (order) => !mine(order) || (order.ticks < STALE_RUNG_TICKS && wanted.some((want) => want.side === order.side)),
    );
    for (const want of wanted) {
      if (this.state.orders.some((order) => mine(order) && order.side === want.side)) continue;
      if (refusalOf(this.state, { strategy: ref, isReduceOnly: want.isReduceOnly }, now)) continue;
      this.stats.orders += 1;
      if (this.options.random() < 0.005) this.stats.rejected += 1;
      else this.place({ strategy: ref, ...want, type: 'limit', commandId: null }, now);
    }
  }

  /** A reduce-only stop 15 % under the average price stands while a position does. */
  private protect(ref: string, now: Date): void {
    const { quantity, averagePrice } = holdingOf(this.account, ref);
    const stops = this.state.orders.filter((order) => order.strategy === ref && order.type === 'stop');
    const fits = stops.length === 1 && stops[0]!.quantity === quantity.toFixed();
    if (fits || (stops.length === 0 && quantity.lte(0))) return;
    const place = holdsAt(this.state, ref);
    if (quantity.gt(0) && (place.isClosed || place.isLocked || place.state === 'HALTED')) return;
    this.state.orders = this.state.orders.filter((order) => !stops.includes(order));
    if (quantity.lte(0)) return;
    const price = averagePrice.mul(STOP_DISTANCE).toDecimalPlaces(2);
    this.place(
      { strategy: ref, side: 'sell', type: 'stop', quantity, price, isReduceOnly: true, commandId: null },
      now,
    );
  }

  /** What the engine knows now. `asOf` is the time the server goes by, `now` the real one. */
  report = (asOf: Date, now: Date): EngineReport => reportOf(this.book(), this.options.buildDigest, asOf, now);

  /** P&L of a strategy since the account was opened, for the snapshot. */
  profitOf = (ref: string) => profitOf(this.book(), ref);

  private book = () => ({ state: this.state, account: this.account, price: this.price });

  /** Moves a holding to a share of equity at the present price: what the account keeps beside its strategies. */
  holdShare(ref: string, share: number, now: Date): void {
    const wanted = this.equity().mul(share).div(this.price).floor();
    const signed = wanted.minus(holdingOf(this.account, ref).quantity);
    if (!signed.isZero()) bookFill(this.account, { strategy: ref, signed, price: this.price });
    const capital = wanted.mul(this.price).toFixed(2);
    this.state.strategies[ref] = { capital, release: null, issuedAt: now.toISOString(), isHolding: true };
    this.keep();
  }

  /** Puts the account back into the plain state that is saved. */
  private keep(): void {
    this.state.account = accountState(this.account);
  }
}
