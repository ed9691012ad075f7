import { Decimal, parseDecimal, ZERO } from '../../kernel/decimal';
import { admitsEpoch, afterCommand } from '../epoch';
import type { CommandMessage, CommandScope, EngineReport, ReplyMessage } from '../messages';
import { holdingOf } from './account';
import { Asking } from './asking';
import { decide, type Intent } from './decide';
import { perform } from './perform';
import { holdsAt, leaseHolds, refusalOf, renewLease } from './places';
import { profitOf, reportOf } from './report';
import { type Executed, outcomeOf, type PaperOrder, type PaperState, rememberKey } from './state';
import { PaperVenue, type TradeStats, type VenueOptions } from './venue';

const STOP_DISTANCE = new Decimal('0.85');
const STALE_RUNG_TICKS = 6;

export type MachineOptions = VenueOptions & { buildDigest: string };

/**
 * The paper trading engine without its surroundings: commands, orders, fills and what it reports. It changes its state in
 * memory; its owner saves that state before it tells anybody.
 */
export class PaperMachine {
  readonly asking: Asking;
  private readonly venue: PaperVenue;

  constructor(
    readonly state: PaperState,
    private readonly options: MachineOptions,
  ) {
    this.venue = new PaperVenue(state, options);
    this.asking = new Asking(state, this.venue);
  }

  get price(): Decimal {
    return this.venue.price;
  }

  equity = (): Decimal => this.venue.equity();
  cash = (): Decimal => this.venue.account.cash;
  strategies = (): string[] => Object.keys(this.state.strategies);
  takeStats = (): TradeStats => this.venue.takeStats();

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
    return [...this.venue.account.holdings].filter(
      ([ref]) => scope.strategies === null || scope.strategies.includes(ref),
    );
  }

  held = (strategy: string): Decimal => this.venue.held(strategy);

  /** A commanded exit at market: passes HALTED, REDUCING and lockdown. `quantity` is signed as held. */
  exit(strategy: string, quantity: Decimal, commandId: string, now: Date): void {
    if (quantity.isZero()) return;
    this.venue.place(
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

  /** Takes orders away at the venue and on their way there: never asked for, told where the check knows them. */
  cancel(scope: CommandScope, which: (order: PaperOrder) => boolean): void {
    const isMeant = (order: PaperOrder) =>
      (scope.strategies === null || scope.strategies.includes(order.strategy)) && which(order);
    this.venue.cancel(isMeant);
    this.asking.drop(isMeant);
  }

  /** The price moved: orders are matched, then each strategy says what it wants to have working. */
  tick(price: Decimal, now: Date): void {
    this.state.market.price = price.toFixed();
    for (const order of this.state.orders) order.ticks += 1;
    this.asking.age(now);
    this.match(now);
    for (const ref of this.strategies()) this.trade(ref, now);
  }

  /** Matches what may still be filled: without a lease nothing that adds risk is left working before anything is. */
  match(now: Date): void {
    if (!leaseHolds(this.state, now)) this.cancel({ kind: 'firm', strategies: null }, (order) => !order.isReduceOnly);
    this.venue.match();
  }

  private trade(ref: string, now: Date): void {
    const strategy = this.state.strategies[ref];
    if (!strategy) return;
    const position = this.venue.held(ref);
    if (!strategy.isHolding) {
      const closes = this.state.market.closes;
      const wanted = decide({ closes, price: this.price, capital: parseDecimal(strategy.capital) ?? ZERO, position });
      this.work(ref, wanted, now);
    }
    this.protect(ref, now);
  }

  /** Keeps working what is still wanted, cancels what is not, asks for what is missing. */
  private work(ref: string, wanted: Intent[], now: Date): void {
    const mine = (order: PaperOrder) => order.strategy === ref && order.commandId === null && order.type === 'limit';
    const isOver = (order: PaperOrder) =>
      mine(order) && (order.ticks >= STALE_RUNG_TICKS || !wanted.some((want) => want.side === order.side));
    this.cancel({ kind: 'strategy', strategies: [ref] }, isOver);
    for (const want of wanted) {
      const isSame = (order: PaperOrder) => mine(order) && order.side === want.side;
      if (this.state.orders.some(isSame) || this.asking.isWaiting(isSame)) continue;
      if (refusalOf(this.state, { strategy: ref, isReduceOnly: want.isReduceOnly }, now)) continue;
      this.asking.want(ref, want, now);
    }
  }

  /** A reduce-only stop 15 % under the average price stands while a position does. */
  private protect(ref: string, now: Date): void {
    const { quantity, averagePrice } = holdingOf(this.venue.account, ref);
    const stops = this.state.orders.filter((order) => order.strategy === ref && order.type === 'stop');
    const fits = stops.length === 1 && stops[0]!.quantity === quantity.toFixed();
    if (fits || (stops.length === 0 && quantity.lte(0))) return;
    const place = holdsAt(this.state, ref);
    if (quantity.gt(0) && (place.isClosed || place.isLocked || place.state === 'HALTED')) return;
    this.venue.cancel((order) => stops.includes(order));
    if (quantity.lte(0)) return;
    const price = averagePrice.mul(STOP_DISTANCE).toDecimalPlaces(2);
    this.venue.place(
      { strategy: ref, side: 'sell', type: 'stop', quantity, price, isReduceOnly: true, commandId: null },
      now,
    );
  }

  /** What the engine knows now. `asOf` is the time the server goes by, `now` the real one. */
  report = (asOf: Date, now: Date): EngineReport => reportOf(this.book(), this.options.buildDigest, asOf, now);

  /** P&L of a strategy since the account was opened, for the snapshot. */
  profitOf = (ref: string) => profitOf(this.book(), ref);

  private book = () => ({ state: this.state, account: this.venue.account, price: this.price });

  /** Moves a holding to a share of equity at the present price: what the account keeps beside its strategies. */
  holdShare(ref: string, share: number, now: Date): void {
    const capital = this.venue.holdShare(ref, share).toFixed(2);
    this.state.strategies[ref] = { capital, release: null, issuedAt: now.toISOString(), isHolding: true };
  }
}
