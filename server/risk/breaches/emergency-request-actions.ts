import 'server-only';
import { recordEvent } from '../../audit/record';
import { authorize } from '../../identity/authorize';
import type { Actor } from '../../kernel/actor';
import { inTransaction, publish } from '../../kernel/transaction';
import { actionsOf, findEpisode, updateAction } from './episode-store';

/** What became of the emergency that a breach asked for: the action that asked says so. A repeat changes nothing. */
export async function settleEmergencyRequest(
  actor: Actor,
  input: { episodeId: string; error: string | null },
): Promise<void> {
  authorize(actor, 'read');
  await inTransaction(async (tx, now) => {
    const episode = await findEpisode(input.episodeId, tx);
    const waiting = (await actionsOf([input.episodeId], tx)).filter(
      (action) => action.type === 'request-emergency' && action.state === 'sent',
    );
    const state = input.error ? ('failed' as const) : ('confirmed' as const);
    for (const action of waiting) {
      await updateAction(tx, action.id, { state, settledAt: now, error: input.error });
      recordEvent(tx, {
        type: `risk.action-${state}`,
        actor,
        subject: { kind: 'breach-action', id: action.id },
        portfolioId: episode?.portfolioId ?? null,
        data: { type: action.type, error: input.error },
      });
    }
    if (waiting.length > 0) publish(tx, 'risk');
  });
}
