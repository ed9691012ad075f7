import 'server-only';
import { recordEvent } from '../../audit/record';
import { authorize, visiblePortfolios } from '../../identity/authorize';
import { type Actor, actorRef } from '../../kernel/actor';
import { notFound } from '../../kernel/errors';
import { newId } from '../../kernel/ids';
import { inTransaction, publish } from '../../kernel/transaction';
import { insertExitPermit } from '../orders/order-update-store';
import { findSizedStrategy } from '../sizing/sizing-store';

/** How long a person's leave for an exit holds. */
export const PERMIT_MS = 3_600_000;

/**
 * A risk officer's or manager's leave to exit one instrument of a strategy under a halt, for an hour. The engine sends its
 * id with the exit. Recorded; the exit it lets pass is told as exit-under-halt. Throws FORBIDDEN, NOT_FOUND.
 */
export async function permitExit(
  actor: Actor,
  input: { strategyId: string; instrument: string; reason: string },
): Promise<{ id: string; expiresAt: Date }> {
  return inTransaction(async (tx, now) => {
    const strategy = await findSizedStrategy({ strategyId: input.strategyId }, tx);
    const visible = visiblePortfolios(actor);
    if (!strategy || (visible !== null && !visible.includes(strategy.portfolioId))) throw notFound('The strategy');
    const { portfolioId } = strategy;
    authorize(actor, 'position.exit', { portfolioId });
    const id = newId();
    const expiresAt = new Date(now.getTime() + PERMIT_MS);
    await insertExitPermit(tx, {
      id,
      portfolioId,
      strategyId: strategy.id,
      instrument: input.instrument,
      reason: input.reason,
      grantedBy: actorRef(actor),
      grantedByName: actor.name,
      grantedAt: now,
      expiresAt,
    });
    recordEvent(tx, {
      type: 'risk.exit-permitted',
      actor,
      subject: { kind: 'strategy', id: strategy.id },
      portfolioId,
      data: {
        permit: id,
        instrument: input.instrument,
        reason: input.reason,
        expiresAt: expiresAt.toISOString(),
      },
    });
    publish(tx, 'sizing');
    return { id, expiresAt };
  });
}
