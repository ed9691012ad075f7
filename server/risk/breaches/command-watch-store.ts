import 'server-only';
import { and, eq, inArray, isNull, like } from 'drizzle-orm';
import { alerts, breachActions, breachEpisodes } from '@/db/schema';
import { findCommands } from '../../engines/command-store';
import type { Tx } from '../../kernel/transaction';
import { TROUBLES, type WatchedAction } from './command-watch';

/** Troubles of a portfolio that people were told of and that are not over. */
export const openTroubles = (tx: Tx, portfolioId: string) =>
  tx
    .select({ fingerprint: alerts.fingerprint, title: alerts.title, severity: alerts.severity })
    .from(alerts)
    .where(
      and(eq(alerts.portfolioId, portfolioId), isNull(alerts.resolvedAt), like(alerts.fingerprint, `${TROUBLES}%`)),
    );

const WORDS = ['halt', 'reduce_only', 'resume'];

/** Actions of running breaches that were sent or failed, with the commands they wait for. */
export async function watchedActions(tx: Tx, portfolioId: string): Promise<WatchedAction[]> {
  const rows = await tx
    .select({ action: breachActions, episode: breachEpisodes })
    .from(breachActions)
    .innerJoin(breachEpisodes, eq(breachEpisodes.id, breachActions.episodeId))
    .where(
      and(
        eq(breachEpisodes.portfolioId, portfolioId),
        inArray(breachEpisodes.state, ['open', 'acknowledged', 'accepted']),
        inArray(breachActions.state, ['sent', 'failed']),
      ),
    );
  const ids = rows.flatMap(({ action }) => (action.state === 'sent' ? action.commandIds : []));
  const commands = (await findCommands(ids, tx)).filter((c) => !WORDS.includes(c.type));
  return rows.map(({ action: { id, type, state, reason, error, commandIds }, episode }) => ({
    id,
    type,
    state,
    reason,
    error,
    episode: { id: episode.id, number: episode.number, strategyId: episode.strategyId },
    commands: commands.filter((c) => commandIds.includes(c.id)),
  }));
}
