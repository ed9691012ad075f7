import 'server-only';
import { recordEvent } from '../audit/record';
import { authorize } from '../identity/authorize';
import { job } from '../kernel/actor';
import { inTransaction } from '../kernel/transaction';
import { findEpisode } from '../risk/breaches/episode-store';
import { aboutLaunch, publishLaunch } from './actions';
import { staysOf } from './stay-store';
import { listWatched, lockLaunch, namedLaunch, updateLaunch } from './store';
import { breachesOfStrategy } from './trading-facts-store';
import { takeBack } from './tranche-actions';
import { type BreachReaction, previousTranche, reactionTo } from './tranches';

const BREACH = job('breach-opened');
const WEEK = 7 * 86_400_000;

/**
 * What a hard breach episode does to the launch of its strategy: the first holds it, a drawdown or a second within seven
 * days takes it back a tranche. One that was found in a late sample does the same, if the launch had capital when it began.
 * Idempotent per episode, so that it may be asked again after a crash.
 */
export async function reactToBreach(episodeId: string): Promise<BreachReaction> {
  const episode = await findEpisode(episodeId);
  if (episode?.tier !== 'hard' || episode.strategyId === null) return 'none';
  const launch = (await listWatched()).find((one) => one.strategyId === episode.strategyId);
  if (!launch) return 'none';
  return inTransaction(async (tx, now) => {
    authorize(BREACH, 'launch.demote');
    await lockLaunch(tx, launch.id);
    const named = await namedLaunch(launch.id, tx);
    if (!named || named.launch.tranche === 0) return 'none';
    const why = `Breach ${episode.number}: ${episode.sentence}`;
    const stays = await staysOf(launch.id, tx);
    // By its number: what is said of a breach changes while it runs.
    const isOfBreach = (reason: string | null) => reason?.startsWith(`Breach ${episode.number}: `) ?? false;
    const isAnswered = isOfBreach(named.launch.holdReason) || stays.some((stay) => isOfBreach(stay.leftWhy));
    const isBeforeLaunch = episode.late && !stays.some((stay) => stay.enteredAt <= episode.openedAt);
    if (isAnswered || isBeforeLaunch) return 'none';
    const occurrence = (row: { openedAt: Date; recordedAt: Date; measure: string }) => ({
      at: row.openedAt,
      recordedAt: row.recordedAt,
      measure: row.measure,
      subjectKind: 'strategy' as const,
    });
    const others = await breachesOfStrategy(named.launch.strategyId, new Date(episode.openedAt.getTime() - WEEK), tx);
    const reaction = reactionTo(occurrence(episode), others.filter((row) => row.id !== episode.id).map(occurrence));
    if (reaction === 'demote') {
      const to = previousTranche(named.launch.tranche);
      await takeBack(tx, { named, to, reason: why, actor: BREACH, now });
    }
    if (reaction !== 'none' && named.launch.status !== 'held') {
      await updateLaunch(tx, launch.id, {
        status: 'held',
        heldAt: now,
        holdReason: why,
        automaticPromotionHeld: true,
      });
      recordEvent(tx, {
        type: 'launch.held',
        actor: BREACH,
        ...aboutLaunch(named.launch),
        data: { number: named.launch.number, reason: why, episodeId },
      });
    }
    publishLaunch(tx);
    return reaction;
  });
}
