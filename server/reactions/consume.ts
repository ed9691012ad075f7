import 'server-only';
import { log } from '../kernel/log';
import type { Reaction } from './reaction';
import { REACTIONS } from './registry';
import { advanceCursor, ensureCursor, findEventsAfter, findHead, noteFailure, readCursor } from './store';

const BATCH = 100;

export type ReactionReport = Record<string, { consumed: number; error: string | null }>;

/**
 * Runs each reaction over the events it has not seen, in order, and moves its cursor after each.
 *
 * At least once: a crash between an effect and its cursor runs the effect again, which is why reactions are idempotent.
 * One that fails stops at its event and is tried again at the next call; the others go on.
 */
export async function consumeReactions(reactions: Reaction[] = REACTIONS): Promise<ReactionReport> {
  const report: ReactionReport = {};
  for (const reaction of reactions) report[reaction.name] = await consume(reaction);
  return report;
}

async function consume(reaction: Reaction): Promise<{ consumed: number; error: string | null }> {
  await ensureCursor(reaction.name);
  let consumed = 0;
  for (;;) {
    // The head is read before the events: events after it are the next call's, never skipped.
    const head = await findHead();
    const cursor = await readCursor(reaction.name);
    const batch = await findEventsAfter(cursor, reaction.types, BATCH);
    for (const event of batch) {
      try {
        await reaction.run(event);
      } catch (error) {
        log.error({ err: error, reaction: reaction.name, seq: event.seq }, 'a reaction failed');
        const reason = `Event ${event.seq} (${event.type}): ${(error as Error).message.slice(0, 200)}`;
        await noteFailure(reaction.name, reason);
        return { consumed, error: reason };
      }
      await advanceCursor(reaction.name, event.seq);
      consumed += 1;
    }
    if (batch.length === BATCH) continue;
    if (head > (batch.at(-1)?.seq ?? cursor)) await advanceCursor(reaction.name, head);
    return { consumed, error: null };
  }
}
