import 'server-only';
import { recordEvent } from '../audit/record';
import { authorize } from '../identity/authorize';
import type { PersonActor } from '../kernel/actor';
import { DomainError, notFound } from '../kernel/errors';
import { outboundFetch } from '../kernel/outbound';
import { inTransaction } from '../kernel/transaction';
import { endpointOf } from './endpoint-actions';
import { askReplay, type Post } from './paper/control';
import { findEngine } from './store';

const postOutside: Post = (url, message) => outboundFetch(url, { method: 'POST', timeoutMs: 5_000, ...message });

/**
 * Has the demo's paper engine go on from a date of history, such as 2008-09-26. Only in the demo: no other engine has
 * such a control. Throws REPLAY_REFUSED with what the engine says.
 */
export async function replayAtEngine(
  actor: PersonActor,
  wish: { engineId: string; from: string },
): Promise<{ from: string }> {
  if (process.env.GOING_LIVE_DEMO !== '1') throw new DomainError('DEMO_ONLY', 'History is replayed in the demo only.');
  const engine = await findEngine(wish.engineId);
  if (!engine) throw notFound('The engine');
  authorize(actor, 'trading.restrict', { portfolioId: engine.portfolioId });
  const replay = await askReplay(endpointOf(engine), { from: wish.from }, postOutside).catch((error: Error) => {
    throw new DomainError('REPLAY_REFUSED', error.message);
  });
  await inTransaction(async (tx) => {
    recordEvent(tx, {
      type: 'engine.replay-started',
      actor,
      subject: { kind: 'engine', id: engine.id },
      portfolioId: engine.portfolioId,
      data: { from: replay.from },
    });
  });
  return { from: replay.from };
}
