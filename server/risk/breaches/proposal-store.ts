import 'server-only';
import { and, eq, lt, or } from 'drizzle-orm';
import { breachActions, breachEpisodes } from '@/db/schema';
import type { Tx } from '../../kernel/transaction';

/** Undecided actions whose episode cleared before an instant or was rebased, locked: nobody is to decide on them any more. */
export async function lockEndedProposals(tx: Tx, clearedBefore: Date) {
  return tx
    .select({ action: breachActions, number: breachEpisodes.number, portfolioId: breachEpisodes.portfolioId })
    .from(breachActions)
    .innerJoin(breachEpisodes, eq(breachEpisodes.id, breachActions.episodeId))
    .where(
      and(
        eq(breachActions.state, 'proposed'),
        or(
          and(eq(breachEpisodes.state, 'cleared'), lt(breachEpisodes.clearedAt, clearedBefore)),
          eq(breachEpisodes.state, 'rebased'),
        ),
      ),
    )
    .for('update', { of: breachActions });
}
