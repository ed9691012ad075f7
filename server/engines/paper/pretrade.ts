import { Decimal, parseDecimal } from '../../kernel/decimal';
import type { Intent } from './decide';
import type { AskMemory, LastWord, PaperOrder } from './state';

/** What came back for an order: an answer, a refusal of the question itself (a wrong key, an unknown name), or nothing in time. */
export type Heard =
  | {
      kind: 'answered';
      decision: 'allow' | 'deny';
      flags: readonly string[];
      reasons: LastWord['reasons'];
      room: LastWord['room'];
      orderValue: string | null;
    }
  | { kind: 'refused'; why: string }
  | { kind: 'silent'; why: string; waitMs?: number };

/** How a strategy stands when it wants to ask. Quantities are signed as held. */
export type Standing = { held: Decimal; price: Decimal; equity: Decimal; standing: string };

/** One order at most per side and this long, so that a strategy stays under 100 executions in 10 minutes, which would halt it. */
export const PACE_MS = 15_000;
/** What was left after an answer holds this long without a sign of change. */
const ROOM_MS = 60_000;
const DENIED_FIRST_MS = 15_000;
const DENIED_MOST_MS = 300_000;
const SILENT_FIRST_MS = 1_000;
const SILENT_MOST_MS = 30_000;
/** Of own equity, for an order before any answer has told how large one may be. */
const FIRST_ORDER = new Decimal('0.005');
const PRICE_MOVED = new Decimal('0.01');
/** The check's 10 bp, and what price and equity move until it is asked. */
const MARGIN = new Decimal('1.005');
/** Of what an order may be: less is not worth one. */
const LEAST = new Decimal('0.1');
/** Reasons that a smaller order may not meet. */
const OF_SIZE = ['POSITION', 'CASH', 'STRATEGY_GROSS', 'ORDER_VALUE', 'VOLUME'];

const doubled = (firstMs: number, mostMs: number, times: number): number =>
  Math.min(mostMs, firstMs * 2 ** Math.max(0, Math.min(times, 20) - 1));

/** True where an order shrinks what is held, with the exits on their way, and never crosses zero. */
export function provesReducing(
  order: { side: 'buy' | 'sell'; quantity: Decimal },
  position: { held: Decimal; onTheWay: Decimal },
): boolean {
  const isOpposite = order.side === 'sell' ? position.held.gt(0) : position.held.lt(0);
  return isOpposite && order.quantity.plus(position.onTheWay).lte(position.held.abs());
}

/**
 * What to do with an order once the check was asked. Risk is added on an allow and on nothing else; a denial is obeyed
 * whatever it denies; an exit that our own book proves passes where the check says nothing.
 */
export function stepAfter(heard: Heard, isProvenExit: boolean): 'send' | 'send-unanswered' | 'drop' | 'ask-again' {
  if (heard.kind === 'answered') return heard.decision === 'allow' ? 'send' : 'drop';
  if (isProvenExit) return 'send-unanswered';
  return heard.kind === 'silent' ? 'ask-again' : 'drop';
}

/** How long an order waits after no answer until the same is asked again. */
export const silentWaitMs = (tries: number, asked = 0): number =>
  Math.max(asked, doubled(SILENT_FIRST_MS, SILENT_MOST_MS, tries));

/** What is remembered of an answer. A denial for want of facts may pass sooner than one for a reason. */
export function wordOf(
  heard: Exclude<Heard, { kind: 'silent' }>,
  asked: { order: Pick<PaperOrder, 'quantity'>; standing: Standing; before: LastWord | null; now: Date },
): LastWord {
  const { order, standing, before, now } = asked;
  const isDenied = heard.kind === 'refused' || heard.decision === 'deny';
  const denials = isDenied ? (before?.denials ?? 0) + 1 : 0;
  const isBlind = heard.kind === 'answered' && heard.flags.includes('degraded');
  const waitMs = isBlind ? silentWaitMs(denials) : doubled(DENIED_FIRST_MS, DENIED_MOST_MS, denials);
  return {
    at: now.toISOString(),
    decision: isDenied ? 'deny' : 'allow',
    reasons: heard.kind === 'refused' ? [{ code: 'REFUSED', message: heard.why }] : heard.reasons.slice(0, 10),
    room: heard.kind === 'answered' ? heard.room : { position: null, cash: null, strategyGross: null, volume: null },
    orderValue: (heard.kind === 'answered' ? heard.orderValue : null) ?? before?.orderValue ?? null,
    quantity: order.quantity,
    held: standing.held.toFixed(),
    price: standing.price.toFixed(),
    standing: standing.standing,
    denials,
    askAgainAt: new Date(now.getTime() + (isDenied ? waitMs : 0)).toISOString(),
  };
}

/** What the engine itself can see of a change that may alter an answer: less held, other capital, release or state, another price. */
function hasChanged(word: LastWord, want: Intent, now: Standing): boolean {
  const before = parseDecimal(word.price);
  const held = parseDecimal(word.held);
  if (!before?.gt(0) || !held || word.standing !== now.standing) return true;
  if (want.isReduceOnly ? !now.held.eq(held) : now.held.lt(held)) return true;
  return now.price.div(before).minus(1).abs().gte(PRICE_MOVED);
}

/** The most of an order that fits into money at its price with a margin, and into what may be traded of a volume. */
function fitting(want: Intent, money: readonly (string | null)[], volume: string | null = null): Decimal {
  const unit = want.price.mul(MARGIN);
  const most = money.flatMap((text) => parseDecimal(text)?.div(unit).floor() ?? []);
  return Decimal.min(want.quantity, ...most, ...(parseDecimal(volume) ? [parseDecimal(volume)!.floor()] : []));
}

const intoRoom = (want: Intent, { room }: LastWord): Decimal =>
  fitting(want, [room.position, room.cash, room.strategyGross], room.volume);

/**
 * How much of what a strategy wants is asked for now; null while it waits. After a denial nothing is asked until something
 * changed or its wait is over, but for a smaller order that fits into what the denial said is left.
 */
export function askable(want: Intent, memory: AskMemory | undefined, standing: Standing, now: Date): Decimal | null {
  if (memory && now.getTime() - Date.parse(memory.askedAt) < PACE_MS) return null;
  const word = memory?.word ?? null;
  const mayAskAgain = !word || hasChanged(word, want, standing) || now.getTime() >= Date.parse(word.askAgainAt);
  if (want.isReduceOnly) return mayAskAgain ? want.quantity : null;
  const firstOrder = standing.equity.mul(FIRST_ORDER).toFixed();
  const most = { ...want, quantity: fitting(want, [word?.orderValue ?? firstOrder]) };
  const least = Decimal.max(1, most.quantity.mul(LEAST));
  const worthIt = (quantity: Decimal) => (quantity.gte(least) ? quantity : null);
  if (word?.decision === 'deny' && !mayAskAgain) {
    const fits = intoRoom(most, word);
    const isOfSize = word.reasons.length > 0 && word.reasons.every(({ code }) => OF_SIZE.includes(code));
    return isOfSize && fits.lt(word.quantity) ? worthIt(fits) : null;
  }
  const isRoomKnown =
    word?.decision === 'allow' && !hasChanged(word, want, standing) && now.getTime() - Date.parse(word.at) < ROOM_MS;
  return worthIt(isRoomKnown ? intoRoom(most, word) : most.quantity);
}
