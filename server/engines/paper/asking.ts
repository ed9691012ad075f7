import { parseDecimal, ZERO } from '../../kernel/decimal';
import { leftOf } from './book';
import type { Intent } from './decide';
import { holdsAt, refusalOf } from './places';
import { askable, type Heard, provesReducing, type Standing, silentWaitMs, stepAfter, wordOf } from './pretrade';
import { type Question, questionOf } from './pretrade-wire';
import type { AskedOrder, AskMemory, PaperOrder, PaperState } from './state';
import { orderOf, type PaperVenue } from './venue';

/** An order that nobody answered for so long is let go: its price is of another time, and so would be its leave. */
const UNANSWERED_MS = 60_000;

const sideOf = (order: { strategy: string; side: 'buy' | 'sell' }): string => `${order.strategy} ${order.side}`;

/**
 * Orders of strategies on their way to the venue: each is asked for first and sent by what the check says (`stepAfter`).
 * Everything is in the state, ids too, so that a killed engine asks for the same orders again.
 */
export class Asking {
  constructor(
    private readonly state: PaperState,
    private readonly venue: PaperVenue,
  ) {}

  private get waiting(): AskedOrder[] {
    return this.state.pretrade.asking;
  }

  isWaiting = (which: (order: PaperOrder) => boolean): boolean => this.waiting.some(({ order }) => which(order));

  /** A strategy wants an order: as much of it as may be asked for now waits for its leave. */
  want(strategy: string, want: Intent, now: Date): void {
    const { memories, asking } = this.state.pretrade;
    const name = sideOf({ strategy, side: want.side });
    const quantity = askable(want, memories[name], this.standing(strategy), now);
    if (!quantity) return;
    const order = orderOf({ strategy, ...want, quantity, type: 'limit', commandId: null }, now);
    asking.push({ order, tries: 0, askAt: now.toISOString() });
    memories[name] = { askedAt: now.toISOString(), word: memories[name]?.word ?? null };
  }

  /** A price has passed: waiting orders age, and those that waited too long are let go. */
  age(now: Date): void {
    for (const { order } of this.waiting) order.ticks += 1;
    this.drop((order) => now.getTime() - Date.parse(order.placedAt) > UNANSWERED_MS);
  }

  /** Lets waiting orders go. What the check may have promised to one is given back. */
  drop(which: (order: PaperOrder) => boolean): void {
    for (const { order, tries } of this.waiting.filter(({ order }) => which(order)))
      if (tries > 0) this.venue.tell({ ...order, leave: 'unanswered' }, 'cancelled');
    this.state.pretrade.asking = this.waiting.filter(({ order }) => !which(order));
  }

  /** What is to be asked now. It counts as asked from here on; the owner saves that before it asks. */
  due(now: Date, serverNow: Date): Question[] {
    const due = this.waiting.filter(({ askAt }) => Date.parse(askAt) <= now.getTime());
    return due.map((asked) => {
      asked.tries += 1;
      asked.askAt = new Date(now.getTime() + silentWaitMs(asked.tries)).toISOString();
      const release = this.state.strategies[asked.order.strategy]?.release ?? null;
      return questionOf(asked.order, { price: this.state.market.price, asOf: serverNow, release });
    });
  }

  /** The check was heard on an order, or was not. Returns a sentence when it says something new. */
  hear(clientOrderId: string, heard: Heard, now: Date): string | null {
    const asked = this.waiting.find(({ order }) => order.id === clientOrderId);
    // Let go meanwhile, and told so.
    if (!asked) return null;
    const { order } = asked;
    const step = stepAfter(heard, order.isReduceOnly && this.isProvenExit(order));
    if (step === 'ask-again') {
      const waitMs = silentWaitMs(asked.tries, heard.kind === 'silent' ? heard.waitMs : 0);
      asked.askAt = new Date(now.getTime() + waitMs).toISOString();
      return null;
    }
    const said = heard.kind === 'silent' ? null : this.remember(order, heard, now);
    this.state.pretrade.asking = this.waiting.filter((one) => one !== asked);
    if (step === 'drop') return said;
    const leave = step === 'send' ? 'allowed' : 'unanswered';
    // A command came in between.
    if (refusalOf(this.state, order, now)) this.venue.tell({ ...order, leave }, 'cancelled');
    else this.venue.send(order, leave);
    return step === 'send'
      ? said
      : `${sideOf(order)} ${order.quantity} sent unanswered: our own book proves it reduces`;
  }

  private remember(order: PaperOrder, heard: Exclude<Heard, { kind: 'silent' }>, now: Date): string | null {
    const { memories } = this.state.pretrade;
    const name = sideOf(order);
    const before = memories[name]?.word ?? null;
    const word = wordOf(heard, { order, standing: this.standing(order.strategy), before, now });
    memories[name] = { askedAt: memories[name]?.askedAt ?? now.toISOString(), word };
    const codes = (of: AskMemory['word']) => of?.reasons.map(({ code }) => code).join() ?? '';
    if (codes(word) === codes(before)) return null;
    return word.decision === 'allow'
      ? `${name} allowed again`
      : `${name} ${order.quantity} denied: ${word.reasons.map(({ message }) => message).join(' ')}`;
  }

  private isProvenExit(order: PaperOrder): boolean {
    const working = this.state.orders.filter(
      (one) => one.strategy === order.strategy && one.isReduceOnly && one.type !== 'stop',
    );
    const onTheWay = working.reduce((sum, one) => sum.plus(leftOf(one)), ZERO);
    const quantity = parseDecimal(order.quantity) ?? ZERO;
    return provesReducing({ side: order.side, quantity }, { held: this.venue.held(order.strategy), onTheWay });
  }

  private standing(strategy: string): Standing {
    const { capital = '0', release = null } = this.state.strategies[strategy] ?? {};
    return {
      held: this.venue.held(strategy),
      price: this.venue.price,
      equity: this.venue.equity(),
      standing: `${capital} ${release ?? 'no release'} ${holdsAt(this.state, strategy).state}`,
    };
  }
}
