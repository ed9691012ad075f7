import 'server-only';
import type { Tx } from '../kernel/transaction';
import { countBehind, findCursors } from './store';
import { type ReactionName, SUBSCRIPTIONS } from './subscriptions';

export type ReactionLag = {
  caughtUp: boolean;
  /** Events that have not had their effect yet, by reaction; those with none are left out. */
  behind: { name: string; events: number; error: string | null }[];
};

/**
 * Have all effects that reach upward happened? A gate stays shut until they have: a breach may be about to hold the very
 * launch that asks. With `names`, only those reactions count.
 */
export async function reactionsCaughtUp(tx: Tx, names?: ReactionName[]): Promise<ReactionLag> {
  const cursors = new Map((await findCursors(tx)).map((cursor) => [cursor.name, cursor]));
  const behind: ReactionLag['behind'] = [];
  for (const [name, types] of Object.entries(SUBSCRIPTIONS)) {
    if (names && !names.includes(name as ReactionName)) continue;
    const cursor = cursors.get(name);
    const events = await countBehind(cursor?.seq ?? 0, [...types], tx);
    if (events > 0) behind.push({ name, events, error: cursor?.error ?? null });
  }
  return { caughtUp: behind.length === 0, behind };
}
