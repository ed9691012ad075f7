import 'server-only';
import { and, eq, inArray, isNull, lt, lte, or } from 'drizzle-orm';
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

/** Cuts of capital that were sent, whose episode is over and which nobody has given back, in the order of portfolio and episode. */
export async function listDueReleases(
  tx: Tx,
  clearedBefore: Date,
): Promise<{ portfolioId: string; episodeId: string }[]> {
  return tx
    .selectDistinct({ portfolioId: breachEpisodes.portfolioId, episodeId: breachEpisodes.id })
    .from(breachActions)
    .innerJoin(breachEpisodes, eq(breachEpisodes.id, breachActions.episodeId))
    .where(
      and(
        inArray(breachActions.type, ['reduce-positions', 'cut-capital']),
        inArray(breachActions.state, ['sent', 'confirmed', 'failed']),
        isNull(breachActions.releasedAt),
        or(
          and(eq(breachEpisodes.state, 'cleared'), lte(breachEpisodes.clearedAt, clearedBefore)),
          eq(breachEpisodes.state, 'rebased'),
        ),
      ),
    )
    .orderBy(breachEpisodes.portfolioId, breachEpisodes.id);
}
