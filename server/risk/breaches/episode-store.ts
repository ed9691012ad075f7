import 'server-only';
import { and, desc, eq, gte, inArray, like, or, sql as query } from 'drizzle-orm';
import { db } from '@/db/client';
import { breachActions, breachEpisodes, engineCommands } from '@/db/schema';
import { newestWords, type Word } from '../../engines/command-store';
import type { CommandScope } from '../../engines/messages';
import type { Tx } from '../../kernel/transaction';

type Reader = Tx | typeof db;
export type EpisodeRow = typeof breachEpisodes.$inferSelect;
export type ActionRow = typeof breachActions.$inferSelect;

const RUNNING = ['open', 'acknowledged', 'accepted'] as const;

export async function findRunning(tx: Tx, portfolioId: string, key: string): Promise<EpisodeRow | undefined> {
  const [row] = await tx
    .select()
    .from(breachEpisodes)
    .where(
      and(
        eq(breachEpisodes.portfolioId, portfolioId),
        eq(breachEpisodes.key, key),
        inArray(breachEpisodes.state, [...RUNNING]),
      ),
    )
    .orderBy(desc(breachEpisodes.openedAt))
    .limit(1)
    .for('update');
  return row;
}

/** The newest episode of a key, whatever its state. */
export async function findNewest(tx: Tx, portfolioId: string, key: string): Promise<EpisodeRow | undefined> {
  const [row] = await tx
    .select()
    .from(breachEpisodes)
    .where(and(eq(breachEpisodes.portfolioId, portfolioId), eq(breachEpisodes.key, key)))
    .orderBy(desc(breachEpisodes.openedAt))
    .limit(1)
    .for('update');
  return row;
}

export async function lockEpisode(tx: Tx, id: string): Promise<EpisodeRow | undefined> {
  const [row] = await tx.select().from(breachEpisodes).where(eq(breachEpisodes.id, id)).for('update');
  return row;
}

export async function findEpisode(id: string, from: Reader = db): Promise<EpisodeRow | undefined> {
  const [row] = await from.select().from(breachEpisodes).where(eq(breachEpisodes.id, id));
  return row;
}

/** Episodes of a portfolio since an instant, running ones always, newest first. */
export async function listEpisodes(portfolioId: string, since: Date, from: Reader = db): Promise<EpisodeRow[]> {
  return from
    .select()
    .from(breachEpisodes)
    .where(
      and(
        eq(breachEpisodes.portfolioId, portfolioId),
        query`(${breachEpisodes.openedAt} >= ${since.toISOString()}::timestamptz or ${breachEpisodes.state} in ('open', 'acknowledged', 'accepted'))`,
      ),
    )
    .orderBy(desc(breachEpisodes.openedAt))
    .limit(200);
}

/** Hard episodes that stand against a portfolio; what gates and pre-trade checks ask for. */
export async function listOpenEpisodes(portfolioIds: string[] | null, from: Reader = db): Promise<EpisodeRow[]> {
  if (portfolioIds !== null && portfolioIds.length === 0) return [];
  const place = portfolioIds === null ? undefined : inArray(breachEpisodes.portfolioId, portfolioIds);
  return from
    .select()
    .from(breachEpisodes)
    .where(and(inArray(breachEpisodes.state, [...RUNNING]), place))
    .orderBy(desc(breachEpisodes.openedAt));
}

export const insertEpisode = (tx: Tx, row: typeof breachEpisodes.$inferInsert) => tx.insert(breachEpisodes).values(row);
export const updateEpisode = (tx: Tx, id: string, change: Partial<typeof breachEpisodes.$inferInsert>) =>
  tx
    .update(breachEpisodes)
    .set({ ...change, version: query`${breachEpisodes.version} + 1` })
    .where(eq(breachEpisodes.id, id));

/** Writes the newest value of running episodes, null where unknown, and their worst level where that is worse. */
export async function updateFigures(
  tx: Tx,
  portfolioId: string,
  figures: readonly { key: string; value: string | null; worst: string }[],
): Promise<void> {
  if (figures.length === 0) return;
  await tx.execute(query`
    update breach_episodes e set current_value = f.value, worst_value = case when f.worst::numeric > coalesce(e.worst_value, '0')::numeric then f.worst else e.worst_value end
    from jsonb_to_recordset(${JSON.stringify(figures)}::jsonb) as f(key text, value text, worst text)
    where e.portfolio_id = ${portfolioId} and e.key = f.key and e.state in ('open', 'acknowledged', 'accepted') and e.tier <> 'unknown'
      and (e.current_value is distinct from f.value or f.worst::numeric > coalesce(e.worst_value, '0')::numeric)`);
}

/** Inserts an action of a rung once; false when that rung has acted before. */
export async function insertAction(tx: Tx, row: typeof breachActions.$inferInsert): Promise<boolean> {
  const made = await tx.insert(breachActions).values(row).onConflictDoNothing().returning({ id: breachActions.id });
  return made.length === 1;
}

export async function lockAction(tx: Tx, id: string): Promise<ActionRow | undefined> {
  const [row] = await tx.select().from(breachActions).where(eq(breachActions.id, id)).for('update');
  return row;
}

export async function findAction(id: string, from: Reader = db): Promise<ActionRow | undefined> {
  const [row] = await from.select().from(breachActions).where(eq(breachActions.id, id));
  return row;
}

export const updateAction = (tx: Tx, id: string, change: Partial<typeof breachActions.$inferInsert>) =>
  tx.update(breachActions).set(change).where(eq(breachActions.id, id));

export async function actionsOf(episodeIds: string[], from: Reader = db): Promise<ActionRow[]> {
  if (episodeIds.length === 0) return [];
  return from
    .select()
    .from(breachActions)
    .where(inArray(breachActions.episodeId, episodeIds))
    .orderBy(breachActions.proposedAt);
}

/** How many proposals of one key were made since an instant: after three a day a person decides. */
export async function countProposals(tx: Tx, portfolioId: string, key: string, since: Date): Promise<number> {
  const rows = await tx
    .select({ id: breachActions.id })
    .from(breachActions)
    .innerJoin(breachEpisodes, eq(breachEpisodes.id, breachActions.episodeId))
    .where(
      and(
        eq(breachEpisodes.portfolioId, portfolioId),
        eq(breachEpisodes.key, key),
        like(breachActions.rung, '%:proposal'),
        gte(breachActions.proposedAt, since),
      ),
    );
  return rows.length;
}

type SentCommand = typeof engineCommands.$inferSelect;

/** What a command came to; one that a newer word on the same place replaced comes to what that one does. */
function outcomesOf(command: SentCommand, words: readonly Word[]): SentCommand[] {
  if (command.state !== 'superseded') return [command];
  const places = (command.scope as CommandScope).strategies ?? ['*'];
  const isOpening = (w: Word) => w.command.type === 'resume';
  return words
    .filter((w) => w.engineId === command.engineId && places.includes(w.place) && !isOpening(w))
    .map((w) => w.command);
}

/**
 * Actions that were sent and whose commands have all been settled since: confirmed when every engine did what it was told,
 * failed when one did not. A restriction that a newer word on its place replaced is settled with that one; any other
 * command that was replaced is no failure.
 */
export async function settledActions(tx: Tx) {
  const sent = await tx
    .select({ action: breachActions, portfolioId: breachEpisodes.portfolioId })
    .from(breachActions)
    .innerJoin(breachEpisodes, eq(breachEpisodes.id, breachActions.episodeId))
    .where(and(eq(breachActions.state, 'sent'), query`jsonb_array_length(${breachActions.commandIds}) > 0`))
    .for('update', { of: breachActions });
  return answeredOf(tx, sent);
}

/**
 * Actions of a portfolio that raise cash and that every engine answered it has done, locked: those that no snapshot has
 * shown yet, and, while their episode runs, those that failed for want of it.
 */
export async function raisedCash(tx: Tx, portfolioId: string) {
  const sent = await tx
    .select({ action: breachActions, portfolioId: breachEpisodes.portfolioId })
    .from(breachActions)
    .innerJoin(breachEpisodes, eq(breachEpisodes.id, breachActions.episodeId))
    .where(
      and(
        eq(breachEpisodes.portfolioId, portfolioId),
        eq(breachActions.type, 'raise-cash'),
        query`jsonb_array_length(${breachActions.commandIds}) > 0`,
        or(
          eq(breachActions.state, 'sent'),
          and(eq(breachActions.state, 'failed'), inArray(breachEpisodes.state, ['open', 'acknowledged', 'accepted'])),
        ),
      ),
    )
    .for('update', { of: breachActions });
  return (await answeredOf(tx, sent)).filter(({ state }) => state === 'confirmed');
}

type Sent = { action: ActionRow; portfolioId: string };

/** What the engines answered to actions that were sent; without those that one has not answered yet. */
async function answeredOf(tx: Tx, sent: readonly Sent[]) {
  const ids = sent.flatMap(({ action }) => action.commandIds);
  if (ids.length === 0) return [];
  const commands = await tx.select().from(engineCommands).where(inArray(engineCommands.id, ids));
  const replaced = commands.filter((c) => c.state === 'superseded' && ['halt', 'reduce_only'].includes(c.type));
  const words = await newestWords([...new Set(replaced.map((c) => c.engineId))], tx);
  return sent.flatMap(({ action, portfolioId }) => {
    const sentFor = commands.filter((c) => action.commandIds.includes(c.id));
    const own = sentFor.flatMap((c) => (replaced.includes(c) ? outcomesOf(c, words) : [c]));
    const isSettled = own.every((c) => ['confirmed', 'failed', 'superseded'].includes(c.state));
    if (!isSettled || sentFor.length === 0) return [];
    const failed = own.filter((c) => c.state === 'failed');
    const error = failed.length ? failed.map((c) => c.error ?? 'The engine refused it.').join(' ') : null;
    const state = failed.length ? ('failed' as const) : ('confirmed' as const);
    const answered = own.map((c) => (c.answeredAt ?? c.createdAt).getTime());
    return [
      { action, portfolioId, state, error, answeredAt: new Date(Math.max(action.proposedAt.getTime(), ...answered)) },
    ];
  });
}

/**
 * Proposals that wait for a person, of these portfolios (null: all), oldest first. Those of an episode that is over, or that
 * two people have accepted, wait for nobody.
 */
export async function listProposals(portfolioIds: string[] | null, from: Reader = db) {
  if (portfolioIds !== null && portfolioIds.length === 0) return [];
  return from
    .select({ action: breachActions, episode: breachEpisodes })
    .from(breachActions)
    .innerJoin(breachEpisodes, eq(breachEpisodes.id, breachActions.episodeId))
    .where(
      and(
        eq(breachActions.state, 'proposed'),
        inArray(breachEpisodes.state, ['open', 'acknowledged']),
        portfolioIds === null ? undefined : inArray(breachEpisodes.portfolioId, portfolioIds),
      ),
    )
    .orderBy(breachActions.proposedAt);
}
