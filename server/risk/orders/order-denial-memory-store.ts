import type { NewOrder, OrderAnswer } from '../../capital/order';
import type { Actor } from '../../kernel/actor';

/** A denial that was given without the database, which is still to be written. */
export type UnkeptDenial = { order: NewOrder; actor: Actor; answer: OrderAnswer };

/** Of a portfolio the newest are kept: as many as the list of denied orders looks through. */
export const DENIALS_KEPT = 1_000;

const kept = globalThis as { __goingLiveDenials?: Map<string, Map<string, UnkeptDenial>> };
kept.__goingLiveDenials ??= new Map();
const unkept = kept.__goingLiveDenials;

const nameOf = ({ strategy, clientOrderId }: NewOrder) => JSON.stringify([strategy, clientOrderId]);

/** Keeps a denial until it is written; the oldest of the portfolio gives way. */
export function rememberDenial(portfolioId: string, denial: UnkeptDenial): void {
  const own = unkept.get(portfolioId) ?? new Map<string, UnkeptDenial>();
  unkept.set(portfolioId, own.set(nameOf(denial.order), denial));
  const [oldest] = own.keys();
  if (own.size > DENIALS_KEPT && oldest !== undefined) own.delete(oldest);
}

/** The oldest that are still to be written, so many at most; whoever takes them writes them, or remembers them again. */
export function takeDenials(portfolioId: string, most: number): UnkeptDenial[] {
  const taken = [...(unkept.get(portfolioId)?.values() ?? [])].slice(0, most);
  for (const { order } of taken) denialWritten(portfolioId, order);
  return taken;
}

/** It is listed by now, or was decided otherwise before it could be. */
export function denialWritten(portfolioId: string, order: NewOrder): void {
  const own = unkept.get(portfolioId);
  own?.delete(nameOf(order));
  if (own?.size === 0) unkept.delete(portfolioId);
}
