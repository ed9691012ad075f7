import { and, eq } from 'drizzle-orm';
import { db } from '@/db/client';
import { breachActions, breachEpisodes } from '@/db/schema';
import { appRouter } from '../../routers/_app';
import type { personFixture } from '../../testing/people';
import { decisionContent } from '../decisions/decision-content';
import { type FeedRow, minutely, type RiskWorld, riskWorld } from './risk-world';

export type Person = Awaited<ReturnType<typeof personFixture>>;
export type EpisodeRow = typeof breachEpisodes.$inferSelect;
export type ActionRow = typeof breachActions.$inferSelect;

/** The risk procedures as one person calls them. */
export const asPerson = (person: Person) => appRouter.createCaller(person.ctx).risk;

/** The newest episode of a measure in a portfolio. */
export async function episodeOf(portfolioId: string, measure: string): Promise<EpisodeRow> {
  const rows = await db
    .select()
    .from(breachEpisodes)
    .where(and(eq(breachEpisodes.portfolioId, portfolioId), eq(breachEpisodes.measure, measure)));
  const row = rows.sort((a, b) => a.openedAt.getTime() - b.openedAt.getTime()).at(-1);
  if (!row) throw new Error(`no episode of ${measure}`);
  return row;
}

/** An action of an episode, by its type. */
export async function actionOf(episodeId: string, type: string): Promise<ActionRow> {
  const [row] = await db
    .select()
    .from(breachActions)
    .where(and(eq(breachActions.episodeId, episodeId), eq(breachActions.type, type)));
  if (!row) throw new Error(`no ${type}`);
  return row;
}

/** Minutes after the world's start at which the drawdown of `drawdownBreach` opens and later samples may come. */
export const FALL_FROM_MINUTE = 24 * 60;

export type BreachWorld = { w: RiskWorld; episode: EpisodeRow; action: ActionRow };

/** A portfolio that fell to a drawdown of 10.6 % over two days, with its 20 % cut proposed. */
export async function drawdownBreach(
  wish: Parameters<typeof riskWorld>[0] & { positions?: FeedRow['positions'] } = {},
): Promise<BreachWorld & { later: (equities: number[], fromMinute: number) => FeedRow[] }> {
  const { positions = [{ strategy: 'trend', instrument: 'KO', quantity: 101, price: 500 }], ...rest } = wish;
  const w = await riskWorld({ capital: '500000', ago: 3 * 86_400, ...rest });
  const later = (equities: number[], fromMinute: number): FeedRow[] =>
    equities.map((equity, i) => ({
      at: (FALL_FROM_MINUTE + fromMinute + i) * 60,
      equity,
      sequence: 10_000 + fromMinute + i,
      positions,
      strategies: w.strategies.map(({ ref }) => ({ id: ref, realised: 0, unrealised: 0, fees: 0 })),
    }));
  await w.feed([...minutely([100_000, 99_000]), ...later([96_500, 94_500, 92_800, 91_200, 89_500, 89_400, 89_400], 0)]);
  const episode = await episodeOf(w.portfolioId, 'drawdown');
  return { w, episode, action: await actionOf(episode.id, 'reduce-positions'), later };
}

/** Approves a proposal as a risk officer. */
export async function approveAction(person: Person, action: ActionRow): Promise<{ commands: number }> {
  const stepUp = await person.stepUp('risk.approve-action', decisionContent(action));
  return asPerson(person).decide({ actionId: action.id, decision: 'approve', reason: '', stepUp });
}
