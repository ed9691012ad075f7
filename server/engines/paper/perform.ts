import { Decimal, parseDecimal, ZERO } from '../../kernel/decimal';
import type { CommandMessage, CommandScope } from '../messages';
import { INSTRUMENT } from './account';
import { applyToPlaces, holdsAt } from './places';
import type { Executed, PaperOrder, PaperState } from './state';

/** What a command works with: the state, and the orders that it may place or take away. */
export type Desk = {
  state: PaperState;
  price: Decimal;
  holdings(scope: CommandScope): [string, { quantity: Decimal }][];
  held(strategy: string): Decimal;
  exit(strategy: string, quantity: Decimal, commandId: string, now: Date): void;
  cancel(scope: CommandScope, which: (order: PaperOrder) => boolean): void;
};

/**
 * Carries a command out at the desk, once its key and epoch were admitted. `accepted` means that orders are working for it;
 * `failed` that nothing or not all of it could be done, with the reason.
 */
export function perform(desk: Desk, command: CommandMessage, now: Date): Pick<Executed, 'result' | 'error'> {
  const { type, scope, params } = command;
  switch (type) {
    case 'set_capital':
      return setCapital(desk, command);
    case 'halt':
    case 'reduce_only':
    case 'stop_order_acceptance':
      applyToPlaces(desk.state, type, scope);
      desk.cancel(scope, (order) => order.type !== 'stop' && order.commandId === null);
      return { result: 'done' };
    case 'resume':
    case 'lift_lockdown':
    case 'system_lockdown':
      applyToPlaces(desk.state, type, scope);
      return { result: 'done' };
    case 'cancel_orders': {
      const keepsStops = params.keepReduceOnlyStops === true;
      desk.cancel(scope, (order) => !(keepsStops && order.type === 'stop' && order.isReduceOnly));
      return { result: 'done' };
    }
    case 'close_positions':
      desk.cancel(scope, (order) => order.commandId === null);
      for (const [ref, { quantity }] of desk.holdings(scope)) desk.exit(ref, quantity, command.id, now);
      return { result: 'accepted' };
    case 'reduce_positions':
      return reducePositions(desk, command, now);
    case 'reduce_strategy': {
      const share = parseDecimal(String(params.fraction));
      if (!share || share.lte(0) || share.gt(1))
        return { result: 'failed', error: 'fraction must be over 0 and at most 1' };
      for (const [ref, { quantity }] of desk.holdings(scope))
        desk.exit(ref, quantity.mul(share).trunc(), command.id, now);
      return { result: 'accepted' };
    }
    case 'raise_cash':
      return raiseCash(desk, command, now);
    case 'renew_lease':
    case 'query':
      return { result: 'done' };
  }
}

function setCapital({ state }: Desk, { params, issuedAt }: CommandMessage): Pick<Executed, 'result' | 'error'> {
  const ref = String(params.strategy ?? '');
  const capital = parseDecimal(String(params.capital));
  if (!ref || !capital || capital.isNegative())
    return { result: 'failed', error: 'strategy and a capital of 0 or more are needed' };
  const before = state.strategies[ref];
  if (before && before.issuedAt > issuedAt) return { result: 'failed', error: 'a newer capital is in force' };
  const grows = capital.gt(parseDecimal(before?.capital) ?? ZERO);
  if (grows && holdsAt(state, ref).isLocked) return { result: 'failed', error: 'locked down: capital may only shrink' };
  const release = typeof params.release === 'string' ? params.release : (before?.release ?? null);
  state.strategies[ref] = {
    capital: capital.toFixed(),
    release,
    issuedAt,
    isHolding: before?.isHolding ?? false,
  };
  return { result: 'done' };
}

function reducePositions(desk: Desk, { id, params }: CommandMessage, now: Date): Pick<Executed, 'result' | 'error'> {
  const targets = Array.isArray(params.targets) ? (params.targets as Record<string, unknown>[]) : [];
  if (targets.length === 0) return { result: 'failed', error: 'no targets were given' };
  const refused: string[] = [];
  for (const target of targets) {
    const ref = String(target.strategy);
    const held = desk.held(ref);
    const wanted = parseDecimal(String(target.quantity));
    const why = refusalOfTarget(target, { held, wanted });
    if (why) refused.push(`${ref} ${target.instrument}: ${why}`);
    if (why || !wanted) continue;
    // Reduce-only: toward the target, never past zero and never larger than what is held.
    const excess = held.isNegative()
      ? Decimal.min(0, held.minus(wanted))
      : Decimal.max(0, held.minus(Decimal.max(0, wanted)));
    desk.exit(ref, excess, id, now);
  }
  return refused.length > 0 ? { result: 'failed', error: refused.join('; ').slice(0, 500) } : { result: 'accepted' };
}

/** What cannot be done is refused in words: another engine may hold it, and nobody must take it for done. */
function refusalOfTarget(
  { instrument, quantity }: Record<string, unknown>,
  { held, wanted }: { held: Decimal; wanted: Decimal | null },
): string | null {
  if (!wanted) return `${String(quantity)} is no quantity`;
  if (String(instrument) !== INSTRUMENT) return 'this engine does not trade it';
  return held.isZero() && !wanted.isZero() ? 'nothing of it is held here' : null;
}

function raiseCash(desk: Desk, { id, params, scope }: CommandMessage, now: Date): Pick<Executed, 'result' | 'error'> {
  let missing = parseDecimal(String(params.amount));
  if (!missing || missing.lte(0)) return { result: 'failed', error: 'amount must be over 0' };
  const largestFirst = desk.holdings(scope).sort(([, a], [, b]) => b.quantity.comparedTo(a.quantity));
  for (const [ref, { quantity }] of largestFirst) {
    if (missing.lte(0) || quantity.lte(0)) continue;
    const sold = Decimal.min(quantity, missing.div(desk.price).ceil());
    desk.exit(ref, sold, id, now);
    missing = missing.minus(sold.mul(desk.price));
  }
  return missing.gt(0)
    ? { result: 'failed', error: `positions do not hold enough; ${missing.toFixed(2)} stays missing` }
    : { result: 'accepted' };
}
